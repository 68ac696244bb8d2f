/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The only writer: puts plans in force, remembers what it did, and undoes it at the end. Logging:
 * one line per change, what and why.
 *
 * In one of two modes. With the scheduler, weights go into its table and die with it, so there is
 * nothing to undo; only a unit whose cpu controller is off gets a CPUWeight from systemd, because
 * that turns the controller on. Without it (fall back), all weights go into cpu.weight, each
 * through whoever owns that file, and the end restores what was there, unless somebody else has
 * changed it since.
 */
#ifndef APPLY_APPLY_H
#define APPLY_APPLY_H

#include "apply/backend.h"
#include "apply/plan.h"
#include "util/cleanup.h"

struct applier;

/*
 * root_fd is the cgroup root, borrowed; systemd and cgroup write cpu.weight of units and of other
 * cgroups, and are taken. systemd may be NULL: the other one writes both. Starts in fall back mode.
 */
struct applier *applier_new(int root_fd, struct backend *systemd, struct backend *cgroup);
/*
 * Keep what is to be undone in this file as well (borrowed), and remember what an agent that was
 * killed left in it, as if it had been written by this one.
 */
void applier_keep_undo(struct applier *a, const char *path);

/* Undoes nothing. */
struct applier *applier_free(struct applier *a);
DEFINE_CLEANUP(struct applier *, applier_free);

/*
 * Switch to the scheduler (taken), or to the fall back when it is NULL. What was written into
 * cpu.weight is undone (what cannot be now is tried again when no weight is wanted there, by the
 * next plan or a later one, and at the end), and nothing counts as applied any more: make and run a
 * plan for all. With keep, nothing is undone: this is the mode in which it was written, by an
 * earlier agent.
 */
void applier_use_sched(struct applier *a, struct backend *sched, bool keep);

/* What is in force, by cgroup id: the left side of a plan. */
const struct idmap *applier_applied(const struct applier *a);

/* Something of ours was in force already when we came: an earlier agent's doing. */
void applier_adopt(struct applier *a, uint64_t id, const char *path,
		   const struct cgfifo_conf *conf);

/* This cgroup may have lost its setting (it got a new cpu controller): the next plan repeats it. */
void applier_mark_stale(struct applier *a, uint64_t id);

/* The next plan tries again what failed. */
void applier_mark_failed_stale(struct applier *a);

/* This cgroup has lost its cpu controller, and our setting with it: the next plan repeats it. */
void applier_mark_lost(struct applier *a, uint64_t id);

/* In fall back nobody tells when that happens: look. */
void applier_check_lost(struct applier *a);

/* The cgroup is gone. Negative: a unit that has its weight still could not be asked to give it up,
 * for want of an answer; the next plan tries again. */
int applier_forget(struct applier *a, uint64_t id);

/* Makes the changes. Failures are logged and remembered. Answers how many there were. */
unsigned int applier_run(struct applier *a, const struct plan *p);

/* Did something fail in the last run for want of an answer (of systemd, or of who writes for us)?
 * It may work later. */
bool applier_had_no_answer(const struct applier *a);

/* Take back everything that was written into cpu.weight. */
void applier_undo(struct applier *a);

#endif
