// SPDX-License-Identifier: GPL-2.0-only
/* See record.h. */
#include "report/record.h"

#include <stdlib.h>
#include <string.h>

#include "identity/identity.h"
#include "util/alloc.h"

static void series_free(struct record_series *series)
{
	free(series->name);
	free(series->path);
	free(series->origin);
	VEC_DONE(&series->points);
	free(series);
}

void record_done(struct record *r)
{
	VEC_FOREACH (series, &r->series)
		series_free(*series);
	VEC_DONE(&r->series);
	VEC_DONE(&r->seconds);
	idmap_done(&r->by_id);
	idmap_done(&r->left_out);
}

static void replace_text(char **text, const char *with)
{
	free(*text);
	*text = xstrdup(with);
}

/* NULL: it is not recorded. */
static struct record_series *series_for(struct record *r, const struct snapshot *s,
					const struct snapshot_row *row)
{
	struct record_series *series = idmap_get(&r->by_id, row->cgid), **slot;
	const char *path = snapshot_string(s, row->path);
	struct identity id;

	if (series)
		return series;
	identity_from_path(path, &id);
	if (!id.own && !(row->flags & ROW_WANTED))
		return NULL;
	slot = VEC_PUSH(&r->series, RECORD_MAX_SERIES);
	if (!slot) {
		idmap_put(&r->left_out, row->cgid, r);
		return NULL;
	}
	*slot = series = xcalloc(1, sizeof(*series));
	series->cgid = row->cgid;
	series->name = xstrdup(snapshot_string(s, row->name));
	series->path = xstrdup(path);
	series->origin = xstrdup("");
	series->weight = row->weight;
	series->is_slice = id.kind == IDENTITY_SLICE;
	series->first = r->seconds.n - 1;
	idmap_put(&r->by_id, row->cgid, series);
	return series;
}

static void add_point(struct record *r, const struct snapshot *s, size_t i,
		      const struct sample *sample)
{
	const struct snapshot_row *row = snapshot_row(s, i);
	struct record_series *series = series_for(r, s, row), *parent;
	struct record_point *point;

	if (!series)
		return;
	/* It may have been without a row for a while: when its cpu controller was off, the
	 * scheduler did not know it. */
	while (series->first + series->points.n + 1 < r->seconds.n) {
		point = VEC_PUSH(&series->points, RECORD_MAX_POINTS);
		if (!point)
			return;
		point->is_missing = true;
	}
	point = VEC_PUSH(&series->points, RECORD_MAX_POINTS);
	if (!point)
		return;
	*point = (struct record_point){
		.got = (float)sample->got,
		.entitled = row->weight && !sample->is_unknown ? (float)sample->entitled : 0,
		.wants_more = sample->wants_more && row->weight,
		.is_missing = sample->is_unknown,
	};
	series->weight_changed |= series->weight != row->weight;
	series->weight = row->weight;
	series->source = row->source;
	if (row->container || row->pod_name)
		replace_text(&series->name, snapshot_string(s, row->name));
	replace_text(&series->origin, snapshot_string(s, row->origin));
	parent = idmap_get(&r->by_id, snapshot_row(s, row->parent)->cgid);
	if (parent && parent != series)
		parent->has_children = true;
}

void record_add(struct record *r, const struct snapshot *s, const struct sample *samples,
		double seconds)
{
	double *slot = VEC_PUSH(&r->seconds, RECORD_MAX_POINTS);

	if (!slot)
		return;
	*slot = seconds;
	for (size_t i = 1; i < snapshot_n_rows(s); i++)
		if (snapshot_row(s, i)->cgid != 0)
			add_point(r, s, i, &samples[i]);
}

static void compute_means(struct record_series *series)
{
	double wanted_got = 0, wanted_entitled = 0;
	size_t n_wanting = 0, n = 0;

	VEC_FOREACH (p, &series->points) {
		n += !p->is_missing;
		series->got += p->got;
		series->entitled += p->entitled;
		if (!p->wants_more)
			continue;
		wanted_got += p->got;
		wanted_entitled += p->entitled;
		n_wanting++;
	}
	series->is_unknown = n == 0;
	series->got /= n ? (double)n : 1;
	series->entitled /= n ? (double)n : 1;
	series->wanting = n ? (double)n_wanting / (double)n : 0;
	series->ratio = wanted_entitled > 0 ? wanted_got / wanted_entitled : -1;
}

static int compare_series(const void *a, const void *b)
{
	const struct record_series *x = *(struct record_series *const *)a;
	const struct record_series *y = *(struct record_series *const *)b;

	if (x->got != y->got)
		return x->got < y->got ? 1 : -1;
	return strcmp(x->path, y->path);
}

void record_finish(struct record *r)
{
	VEC_FOREACH (series, &r->series)
		compute_means(*series);
	if (r->series.n > 0)
		qsort(r->series.items, r->series.n, sizeof(r->series.items[0]), compare_series);
}
