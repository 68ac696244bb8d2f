// SPDX-License-Identifier: GPL-2.0-only
/* Makes changes and remembers them, see apply.h. */
#include <string.h>

#include "apply/internal.h"
#include "apply/leftover.h"
#include "apply/say.h"
#include "cgroup/cgfs.h"
#include "util/alloc.h"
#include "util/log.h"

struct applier *applier_new(int root_fd, struct backend *systemd, struct backend *cgroup)
{
	struct applier *a = xcalloc(1, sizeof(*a));

	a->root_fd = root_fd;
	a->systemd = systemd;
	a->cgroup = cgroup;
	return a;
}

static void forget_all(struct applier *a)
{
	struct applied *e;

	idmap_for_each (&a->applied, pos, e)
		applied_free(e);
	idmap_done(&a->applied);
}

struct applier *applier_free(struct applier *a)
{
	if (!a)
		return NULL;
	forget_all(a);
	backend_free(a->sched);
	backend_free(a->systemd);
	backend_free(a->cgroup);
	free(a);
	return NULL;
}

/* But for what could not be undone, which the next plan comes back to. */
static void forget_undone(struct applier *a)
{
	struct idmap kept = {};
	struct applied *e;

	idmap_for_each (&a->applied, pos, e) {
		if (!e->written) {
			applied_free(e);
			continue;
		}
		e->conf = (struct cgfifo_conf){}; /* so that the plan sees what is wanted */
		e->stale = false;
		e->stuck = true;
		idmap_put(&kept, e->id, e);
	}
	idmap_done(&a->applied);
	a->applied = kept;
}

void applier_use_sched(struct applier *a, struct backend *sched, bool keep)
{
	if (!keep) {
		applier_undo(a);
		forget_undone(a);
	}
	backend_free(a->sched);
	a->sched = sched;
}

const struct idmap *applier_applied(const struct applier *a)
{
	return &a->applied;
}

/* The entry for this cgroup, a new one if there is none. */
static struct applied *entry_for(struct applier *a, uint64_t id)
{
	struct applied *e = idmap_get(&a->applied, id);

	if (!e) {
		e = applied_new(id);
		idmap_put(&a->applied, id, e);
	}
	return e;
}

void applier_adopt(struct applier *a, uint64_t id, const char *path, const struct cgfifo_conf *conf)
{
	struct applied *e = entry_for(a, id);

	applied_set_path(e, path);
	e->conf = *conf;
	e->source = SOURCE_UNKNOWN;
	e->in_force = true;
	e->unsure = false; /* it has a controller */
}

void applier_mark_stale(struct applier *a, uint64_t id)
{
	struct applied *e = idmap_get(&a->applied, id);

	if (e)
		e->stale = true;
}

void applier_mark_failed_stale(struct applier *a)
{
	struct applied *e;

	idmap_for_each (&a->applied, pos, e)
		e->stale |= !e->in_force;
}

void applier_mark_lost(struct applier *a, uint64_t id)
{
	struct applied *e = idmap_get(&a->applied, id);

	if (e) {
		e->in_force = false;
		e->stale = true;
	}
}

void applier_check_lost(struct applier *a)
{
	struct applied *e;

	if (a->sched)
		return;
	idmap_for_each (&a->applied, pos, e) {
		struct backend *b = write_backend(a, e);
		struct target t = write_target(e);

		if (e->in_force && b->is_lost && b->is_lost(b, &t, e->mark)) {
			e->in_force = false;
			e->stale = true;
		}
	}
}

static void drop(struct applier *a, struct applied *e)
{
	a->undo_changed |= e->written;
	idmap_remove(&a->applied, e->id);
	applied_free(e);
}

static void save_undo(struct applier *a)
{
	int r;

	if (!a->undo_file || !a->undo_changed)
		return;
	a->undo_changed = false;
	r = leftover_save(a->undo_file, &a->applied);
	if (r < 0)
		log_warning_errno(r, "Cannot write %s, a crash would leave weights behind: %m",
				  a->undo_file);
}

/* What was there before is known also when there is no answer, and kept when we are killed. */
static int ask_for_controller(struct applier *a, struct applied *e)
{
	if (e->conf.weight) {
		write_note_before(a, e, e->conf.weight);
		save_undo(a);
	}
	return write_weight(a, e);
}

/*
 * With the scheduler, -ENOENT for a unit that exists means that its cpu controller is off. The
 * event that the controller's arrival causes makes this entry stale, and the plan that follows
 * comes here again. If it is on, it is for want of a place that the scheduler does not know this
 * cgroup.
 */
static int put_in_force(struct applier *a, struct applied *e)
{
	struct target t = write_target(e);
	int r, asked = 0;

	if (!a->sched)
		return write_weight(a, e);
	r = a->sched->set(a->sched, &t, &e->conf, NULL);
	e->unsure &= r != 0; /* what turned its controller on was written */
	/* Without a weight from us its own counts, which must not be ours. */
	if (e->written && !e->conf.weight)
		asked = write_restore(a, e);
	if (asked < 0 && asked != -ENOENT)
		return asked;
	if (r == -ENOENT && cgfs_has_controller(a->root_fd, e->path, "cpu"))
		return -ENOSPC;
	if (r == -ENOENT && e->unit && (!e->written || e->unsure))
		asked = ask_for_controller(a, e); /* say_not_set() tells whether it worked */
	return write_has_no_answer(asked) ? asked : r;
}

static int do_set(struct applier *a, const struct change *c, struct say *say)
{
	const struct verdict *v = &c->wanted->verdict;
	struct applied *e = entry_for(a, c->id);
	struct cgfifo_conf before = e->conf;
	bool was_in_force = e->in_force, again;
	int r;

	applied_set_path(e, c->wanted->path);
	if (c->wanted->name)
		applied_set_name(e, c->wanted->name);
	applied_set_reason(e, v);
	e->conf = verdict_conf(v);
	again = c->applied && e->stale && memcmp(&before, &e->conf, sizeof(before)) == 0;
	e->stale = e->stuck = false;
	r = put_in_force(a, e);
	e->in_force = r == 0;
	/* Between the event and us it was removed: that is no failure, and its event comes. */
	if ((r == -ENOENT || r == -ENOSPC) && !cgfs_is(a->root_fd, e->path, e->id))
		return applier_forget(a, e->id);
	if (r == 0 && !(was_in_force && again))
		say_set(say, e, v, was_in_force ? &before : NULL);
	if (r < 0 && !(again && !was_in_force))
		say_not_set(say, e, v, r, a->sched != NULL);
	return r;
}

/* What cannot be taken back now stays in the memory, and the next plan comes here again. */
static int do_unset(struct applier *a, const struct change *c, struct say *say)
{
	struct applied *e = c->applied;
	int r = write_take_back(a, e);

	if (!e->stuck)
		say_unset(say, e, r);
	e->stuck = e->stale = r < 0; /* if it is wanted again, half of it is missing */
	if (r >= 0)
		drop(a, e);
	return r;
}

/*
 * A unit keeps its properties when it stops, and would start with our weight again. Its files are
 * gone, and so are transient units: what fails here need not be said. Without an answer the entry
 * stays, for the next plan.
 */
int applier_forget(struct applier *a, uint64_t id)
{
	struct applied *e = idmap_get(&a->applied, id);
	int r = 0;

	if (!e)
		return 0;
	if (e->written && e->unit && !write_is_passed_on(a, e))
		r = write_restore(a, e);
	if (write_has_no_answer(r)) {
		e->in_force = false;
		return r;
	}
	drop(a, e);
	save_undo(a);
	return 0;
}

static int do_change(struct applier *a, const struct change *c, struct say *say)
{
	switch (c->kind) {
	case CHANGE_FORGET:
		return applier_forget(a, c->id);
	case CHANGE_UNSET:
		return do_unset(a, c, say);
	case CHANGE_REASON:
		applied_set_reason(c->applied, &c->wanted->verdict);
		if (c->wanted->name)
			applied_set_name(c->applied, c->wanted->name);
		return 0;
	case CHANGE_SET:
		return do_set(a, c, say);
	}
	return 0;
}

static void note_before(struct applier *a, const struct change *c)
{
	struct cgfifo_conf conf = verdict_conf(&c->wanted->verdict);
	struct applied *e = entry_for(a, c->id);

	if (!conf.weight)
		return;
	applied_set_path(e, c->wanted->path);
	write_note_before(a, e, conf.weight);
}

/*
 * What is in cpu.weight now of those that this plan writes for the first time, and what it writes
 * over a weight of ours, goes into the file first, so that nothing stays of an agent that is killed
 * meanwhile. Who takes it back leaves alone what was not written yet: it has another value.
 */
static void save_before(struct applier *a, const struct plan *p)
{
	if (!a->undo_file || a->sched)
		return;
	for (size_t i = 0; i < p->changes.n; i++)
		if (p->changes.items[i].kind == CHANGE_SET)
			note_before(a, &p->changes.items[i]);
	save_undo(a);
}

static bool takes_away(const struct change *c)
{
	return c->kind == CHANGE_FORGET || c->kind == CHANGE_UNSET;
}

/* Those that take away, or all others. Answers how many failed. */
static unsigned int do_changes(struct applier *a, const struct plan *p, bool taking,
			       struct say *say)
{
	unsigned int n_failed = 0;
	int r;

	for (size_t i = 0; i < p->changes.n; i++) {
		if (takes_away(&p->changes.items[i]) != taking)
			continue;
		r = do_change(a, &p->changes.items[i], say);
		n_failed += r < 0;
		a->no_answer |= write_has_no_answer(r);
	}
	return n_failed;
}

unsigned int applier_run(struct applier *a, const struct plan *p)
{
	unsigned int n_failed;
	struct say say = {};

	a->no_answer = false;
	n_failed = do_changes(a, p, true, &say);
	/* Only now: a unit that was started again had what the cgroup before this one got. */
	save_before(a, p);
	n_failed += do_changes(a, p, false, &say);
	say_rest(&say);
	save_undo(a);
	return n_failed;
}

bool applier_had_no_answer(const struct applier *a)
{
	return a->no_answer;
}

void applier_undo(struct applier *a)
{
	struct applied *e;
	struct say say = {};
	int r;

	idmap_for_each (&a->applied, pos, e) {
		if (!e->written)
			continue;
		/* What cannot be stays written: the next agent may have more luck. */
		r = write_take_back(a, e);
		say_unset(&say, e, r);
		e->in_force = false;
	}
	say_rest(&say);
	save_undo(a);
}

static void add_leftover(uint64_t id, const char *path, uint32_t written, uint64_t undo,
			 void *userdata)
{
	struct applied *e = entry_for(userdata, id);

	if (e->written) {
		e->asked_weight = written;
		return;
	}
	applied_set_path(e, path);
	e->written = e->unsure = true; /* it is noted first */
	e->written_weight = written;
	e->undo_weight = undo;
}

void applier_keep_undo(struct applier *a, const char *path)
{
	int r;

	a->undo_file = path;
	r = leftover_load(path, add_leftover, a);
	if (r < 0 && r != -ENOENT)
		log_warning_errno(r, "Cannot read %s, weights of an earlier run may stay: %m",
				  path);
	write_meet(a);
}
