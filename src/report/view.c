// SPDX-License-Identifier: GPL-2.0-only
/* Choosing and ordering lines, see view.h. */
#include "report/view.h"

#include <string.h>

#include "identity/identity.h"
#include "policy/glob.h"
#include "util/alloc.h"

/* Less than this is noise: half a thousandth of the machine. */
#define IDLE_FRACTION 0.0005

/* A rule is worth a line even for a cgroup that does nothing, but not for hundreds of them. */
#define MAX_IDLE 40

/* While one view is made. */
struct viewer {
	const struct snapshot *snapshot;
	const struct sample *samples;
	const struct view_options *options;
	bool *visible;
	bool hide_idle; /* also those with a rule */
	struct view_line *lines;
	size_t n_lines;
};

bool view_matches(const char *filter, const char *name, const char *path)
{
	return strstr(name, filter) || strstr(path, filter) || glob_matches_name(filter, name) ||
	       (filter[0] == '/' && glob_matches_path(filter, path));
}

static bool is_idle(const struct viewer *v, size_t i)
{
	return v->samples[i].got < IDLE_FRACTION && !v->samples[i].wants_more;
}

static size_t count_idle_with_rule(const struct viewer *v)
{
	size_t n = 0;

	for (size_t i = 1; i < snapshot_n_rows(v->snapshot); i++)
		n += (snapshot_row(v->snapshot, i)->flags & ROW_WANTED) && is_idle(v, i);
	return n;
}

static bool is_visible(const struct viewer *v, size_t i)
{
	const struct snapshot_row *row = snapshot_row(v->snapshot, i);
	const char *path = snapshot_string(v->snapshot, row->path);
	struct identity id;

	if (v->options->filter)
		return view_matches(v->options->filter, snapshot_string(v->snapshot, row->name),
				    path);
	if (v->options->all || (row->flags & ROW_FAILED))
		return true;
	if (!v->options->idle && is_idle(v, i) && (v->hide_idle || !(row->flags & ROW_WANTED)))
		return false;
	if (row->flags & ROW_WANTED)
		return true;
	identity_from_path(path, &id);
	return id.own;
}

static void choose(struct viewer *v)
{
	for (size_t i = snapshot_n_rows(v->snapshot); i-- > 1;) {
		v->visible[i] |= is_visible(v, i);
		if (v->visible[i] && !v->options->filter)
			v->visible[snapshot_row(v->snapshot, i)->parent] = true;
	}
}

/* A line that waits to be put in order. */
struct candidate {
	size_t row;
	const struct sample *sample;
	const char *name;
};

static int compare_candidates(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->sample->entitled != y->sample->entitled)
		return x->sample->entitled < y->sample->entitled ? 1 : -1;
	if (x->sample->got != y->sample->got)
		return x->sample->got < y->sample->got ? 1 : -1;
	return strcmp(x->name, y->name);
}

/*
 * Sort all at once, so that rows of one parent are in order; then each goes behind its parent.
 * first[] and next[] are lists of children, built from the last candidate to the first.
 */
static void order(struct viewer *v, const struct candidate *sorted, size_t n_sorted)
{
	size_t n = snapshot_n_rows(v->snapshot);
	_cleanup_free_ size_t *first = xcalloc(n, sizeof(*first)); /* row + 1, 0: none */
	_cleanup_free_ size_t *next = xcalloc(n, sizeof(*next));
	unsigned int indent = 0;
	size_t at;

	for (size_t i = n_sorted; i-- > 0;) {
		size_t parent = snapshot_row(v->snapshot, sorted[i].row)->parent;

		if (v->options->filter)
			parent = 0;
		next[sorted[i].row] = first[parent];
		first[parent] = sorted[i].row + 1;
	}

	for (at = first[0]; at != 0;) {
		size_t row = at - 1;

		v->lines[v->n_lines++] = (struct view_line){.row = row, .indent = indent};
		at = v->options->filter ? 0 : first[row];
		if (at != 0)
			indent++;
		else
			at = next[row];
		while (at == 0 && indent > 0) {
			row = snapshot_row(v->snapshot, row)->parent;
			at = next[row];
			indent--;
		}
	}
}

size_t view_make(const struct snapshot *s, const struct sample *samples,
		 const struct view_options *options, struct view_line **ret)
{
	size_t n = snapshot_n_rows(s), n_sorted = 0;
	_cleanup_free_ bool *visible = xcalloc(n, sizeof(*visible));
	_cleanup_free_ struct candidate *sorted = xcalloc(n, sizeof(*sorted));
	struct viewer v = {
		.snapshot = s,
		.samples = samples,
		.options = options,
		.visible = visible,
		.lines = xcalloc(n, sizeof(struct view_line)),
	};

	v.hide_idle = count_idle_with_rule(&v) > MAX_IDLE;
	choose(&v);
	for (size_t i = 1; i < n; i++)
		if (visible[i])
			sorted[n_sorted++] = (struct candidate){
				.row = i,
				.sample = &samples[i],
				.name = snapshot_string(s, snapshot_row(s, i)->name),
			};
	qsort(sorted, n_sorted, sizeof(*sorted), compare_candidates);
	if (n > 0)
		order(&v, sorted, n_sorted);
	*ret = v.lines;
	return v.n_lines;
}
