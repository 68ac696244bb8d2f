// SPDX-License-Identifier: GPL-2.0-only
/* One weight, and what is remembered to undo it; see internal.h. */
#include <errno.h>
#include <string.h>

#include "apply/internal.h"
#include "util/log.h"

struct target write_target(const struct applied *e)
{
	return (struct target){.id = e->id, .path = e->path, .unit = e->unit};
}

struct backend *write_backend(struct applier *a, const struct applied *e)
{
	return e->unit && a->systemd ? a->systemd : a->cgroup;
}

void write_meet(struct applier *a)
{
	struct applied *e;
	uint64_t weight;

	idmap_for_each (&a->applied, pos, e) {
		struct backend *b = write_backend(a, e);
		struct target t = write_target(e);

		if (!e->written)
			continue;
		if (b->read)
			b->read(b, &t, &weight);
		return;
	}
}

/* Another weight is to be written over ours. Of two that may be there one is known now, if there is
 * an answer at all. */
static void note_asked(struct applier *a, struct applied *e, uint32_t weight)
{
	struct backend *b = write_backend(a, e);
	struct target t = write_target(e);
	uint64_t now;

	if (e->asked_weight && b->read && b->read(b, &t, &now) >= 0) {
		if (now == e->asked_weight)
			e->written_weight = e->asked_weight;
		e->asked_weight = 0;
		a->undo_changed = true;
	}
	if (!e->asked_weight && weight != e->written_weight) {
		e->asked_weight = weight;
		a->undo_changed = true;
	}
}

void write_note_before(struct applier *a, struct applied *e, uint32_t weight)
{
	struct backend *b = write_backend(a, e);
	struct target t = write_target(e);

	if (e->written) {
		note_asked(a, e, weight);
		return;
	}
	if (!b->read || b->read(b, &t, &e->undo_weight) < 0)
		return; /* what is wrong there is said when it is written */
	e->written_weight = weight;
	e->written = e->planned = true;
	a->undo_changed = true;
}

/* Whoever was asked may have written it all the same, or will. */
static bool was_asked(int r)
{
	return r == -ETIMEDOUT || r == -ENOTCONN || r == -ECONNRESET;
}

bool write_has_no_answer(int r)
{
	return was_asked(r) || r == -EAGAIN;
}

/* What was not written after all needs no undoing. */
static void note_failure(struct applier *a, struct applied *e, int r)
{
	if (e->asked_weight && !write_has_no_answer(r)) {
		e->asked_weight = 0;
		a->undo_changed = true;
	}
	if (!e->planned)
		return;
	e->planned = false;
	e->unsure = was_asked(r);
	e->written = e->unsure;
	a->undo_changed = true;
}

int write_restore(struct applier *a, struct applied *e)
{
	struct target t = write_target(e);
	struct backend *b = write_backend(a, e);
	int r = b->unset(b, &t, e->written_weight, e->undo_weight);

	if (r == 0 && e->asked_weight)
		r = b->unset(b, &t, e->asked_weight, e->undo_weight);
	if (r < 0 && r != -ENOENT)
		return r;
	e->written = e->unsure = false;
	e->asked_weight = 0;
	a->undo_changed = true;
	return r;
}

static bool is_ours(const struct applied *e, uint64_t weight)
{
	return e->written &&
	       (weight == e->written_weight || (e->asked_weight && weight == e->asked_weight));
}

bool write_is_passed_on(struct applier *a, const struct applied *e)
{
	struct applied *next;

	idmap_for_each (&a->applied, pos, next) {
		if (next == e || !next->written || !next->unit || strcmp(next->unit, e->unit) != 0)
			continue;
		if (is_ours(e, next->undo_weight))
			next->undo_weight = e->undo_weight;
		return next->in_force && !next->unsure;
	}
	return false;
}

/* Of a rule that gives no weight any more. */
static int unwrite_weight(struct applier *a, struct applied *e)
{
	int r = write_restore(a, e);

	return r < 0 ? r : -EOPNOTSUPP;
}

/* The first value that is written over somebody else's is the one to restore; what a first try has
 * written without an answer is ours. */
int write_weight(struct applier *a, struct applied *e)
{
	struct target t = write_target(e);
	struct trace trace = {.undo = WEIGHT_NONE};
	struct backend *b = write_backend(a, e);
	bool is_first;
	int r;

	if (e->written && !e->conf.weight)
		return unwrite_weight(a, e);
	r = b->set(b, &t, &e->conf, &trace);
	if (b->note && b->note != a->said) {
		a->said = b->note;
		log_notice("%s", backend_note_text(b->note));
	}
	if (r < 0) {
		note_failure(a, e, r);
		return r;
	}
	is_first = !e->written || e->planned || e->unsure;
	if (is_first && !is_ours(e, trace.undo))
		e->undo_weight = trace.undo;
	e->written = true;
	e->planned = e->unsure = false;
	e->mark = trace.mark;
	e->written_weight = e->conf.weight;
	e->asked_weight = 0;
	a->undo_changed = true;
	return 0;
}

/* 1: nothing is there any more that could be taken back. */
static int without_absence(int r)
{
	return r == -ENOENT ? 1 : r;
}

int write_take_back(struct applier *a, struct applied *e)
{
	struct target t = write_target(e);
	int r = 1, in_sched = 1;

	if (a->sched) /* also what is not in force may have been, with other values */
		in_sched = without_absence(a->sched->unset(a->sched, &t, e->conf.weight, 0));
	if (e->written)
		r = without_absence(write_restore(a, e));
	return in_sched < 0 ? in_sched : r;
}
