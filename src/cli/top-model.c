// SPDX-License-Identifier: GPL-2.0-only
/* See top-model.h. */
#include "cli/top-model.h"

#include <stdlib.h>
#include <string.h>

#include "report/waits.h"
#include "util/alloc.h"
#include "util/cleanup.h"

/* Paths that are remembered; then all are forgotten, and those that come are not marked. */
#define MAX_PATHS 65536

void top_model_done(struct top_model *m)
{
	struct top_past *past;

	idmap_for_each (&m->pasts, pos, past)
		free(past);
	idmap_done(&m->pasts);
	idmap_done(&m->paths);
}

/* FNV-1a. Two paths with the same hash would at worst mark one of them as made again. */
static uint64_t hash_path(const char *path)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (; *path; path++)
		hash = (hash ^ (unsigned char)*path) * 0x100000001b3u;
	return hash ? hash : 1;
}

static struct top_past *past_of(struct top_model *m, const struct snapshot *s,
				const struct snapshot_row *row)
{
	struct top_past *past = idmap_get(&m->pasts, row->cgid);
	uint64_t hash = hash_path(snapshot_string(s, row->path));
	uintptr_t before = (uintptr_t)idmap_get(&m->paths, hash);

	if (past)
		return past;
	past = xcalloc(1, sizeof(*past));
	past->cgid = row->cgid;
	past->is_again = before && before != row->cgid;
	idmap_put(&m->pasts, row->cgid, past);
	idmap_put(&m->paths, hash, (void *)(uintptr_t)row->cgid);
	return past;
}

static void remember(struct top_past *past, double got)
{
	if (past->n == TOP_HISTORY) {
		memmove(past->got, past->got + 1, (TOP_HISTORY - 1) * sizeof(past->got[0]));
		past->n--;
	}
	past->got[past->n++] = (float)got;
}

static void forget_gone(struct top_model *m)
{
	struct idmap left = {};
	struct top_past *past;

	idmap_for_each (&m->pasts, pos, past) {
		if (past->seen == m->round)
			idmap_put(&left, past->cgid, past);
		else
			free(past);
	}
	idmap_done(&m->pasts);
	m->pasts = left;
}

void top_model_add(struct top_model *m, const struct snapshot *s, const struct sample *samples)
{
	m->round++;
	if (m->paths.n_entries > MAX_PATHS)
		idmap_done(&m->paths);
	for (size_t i = 0; i < snapshot_n_rows(s); i++) {
		const struct snapshot_row *row = snapshot_row(s, i);
		struct top_past *past;

		if (row->cgid == 0)
			continue;
		past = past_of(m, s, row);
		past->seen = m->round;
		remember(past, samples[i].got);
	}
	forget_gone(m);
}

double top_ratio(const struct snapshot_row *row, const struct sample *sample)
{
	if (!row->weight || !sample->wants_more || sample->entitled <= 0)
		return -1;
	return sample->got / sample->entitled;
}

/* A line that waits to be put in order: the largest value goes first, and then the name decides. */
struct candidate {
	double value;
	const char *name;
	struct top_line line;
};

static double value_of(const struct snapshot_row *row, const struct sample *sample,
		       enum top_sort sort)
{
	double ratio = top_ratio(row, sample);

	switch (sort) {
	case TOP_BY_ENTITLED:
		return sample->entitled;
	case TOP_BY_GOT:
		return sample->got;
	case TOP_BY_RATIO:
		return ratio < 0 ? -1e9 : -ratio;
	case TOP_BY_WAIT:
		return waits_quantile_usec(&sample->waits, .99);
	case TOP_BY_THROTTLED:
		return sample->throttled;
	case TOP_BY_WEIGHT:
		return row->weight;
	case TOP_BY_TASKS:
		return sample->nr_ready;
	default:
		return 0;
	}
}

static int compare(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? 1 : -1;
	return strcmp(x->name, y->name);
}

/* Parents only repeat what their children do. */
static bool is_leaf_thing(const struct view_line *lines, size_t n, size_t i)
{
	return i + 1 == n || lines[i + 1].indent <= lines[i].indent;
}

size_t top_model_lines(const struct top_model *m, const struct snapshot *s,
		       const struct sample *samples, const struct view_options *view, bool tree,
		       enum top_sort sort, struct top_line **ret)
{
	_cleanup_free_ struct view_line *lines = NULL;
	size_t n = view_make(s, samples, view, &lines), n_lines = 0;
	_cleanup_free_ struct candidate *all = xcalloc(n + 1, sizeof(*all));

	for (size_t i = 0; i < n; i++) {
		const struct snapshot_row *row = snapshot_row(s, lines[i].row);

		if (!tree && !view->filter && !is_leaf_thing(lines, n, i))
			continue;
		all[n_lines++] = (struct candidate){
			.value = value_of(row, &samples[lines[i].row], sort),
			.name = snapshot_string(s, row->name),
			.line = {.row = lines[i].row,
				 .indent = tree ? lines[i].indent : 0,
				 .past = idmap_get(&m->pasts, row->cgid)},
		};
	}
	if (!tree)
		qsort(all, n_lines, sizeof(*all), compare);
	*ret = xcalloc(n_lines + 1, sizeof(**ret));
	for (size_t i = 0; i < n_lines; i++)
		(*ret)[i] = all[i].line;
	return n_lines;
}

char *top_spark(const struct top_past *past, double full, size_t width, bool utf8, char *buf)
{
	static const char *const blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char *const ascii[] = {" ", ".", ":", "-", "=", "+", "*", "#", "@"};
	unsigned int n = past ? past->n : 0, first = n > width ? n - (unsigned int)width : 0;
	char *out = buf;

	for (unsigned int i = first; i < n; i++)
		if (past->got[i] > full)
			full = past->got[i];
	for (size_t i = n - first; i < width && i < TOP_HISTORY; i++)
		*out++ = ' ';
	for (unsigned int i = first; i < n; i++) {
		int level = full > 0 ? (int)(past->got[i] / full * 8 + 0.5) : 0;

		out = stpcpy(out, (utf8 ? blocks : ascii)[level]);
	}
	*out = '\0';
	return buf;
}
