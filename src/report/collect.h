/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Snapshots of what is the case now. Non-logging.
 *
 * With the scheduler, weights and usage come from its table, and a cgroup that has no place in it
 * (no cpu controller) gets a row only if a rule asks for something. Without it the rows say what
 * is wanted, and collect_from_files() adds what the kernel knows; that takes some files per
 * cgroup, so it is left to those who want to read it and not done by the agent for everybody.
 */
#ifndef REPORT_COLLECT_H
#define REPORT_COLLECT_H

#include "cgroup/idmap.h"
#include "cgroup/tree.h"
#include "identity/known.h"
#include "report/snapshot.h"
#include "sched/sched.h"

/*
 * applied: struct applied by cgroup id; NULL: not known, then settings found in the scheduler have
 * SOURCE_UNKNOWN. known NULL: names are what paths say. sched NULL: no scheduler of ours. The
 * caller fills in the header's state, notes and so on.
 */
struct snapshot *collect(const struct tree *tree, const struct idmap *applied,
			 const struct known *known, struct sched *sched);

/* Fill in weights and usage of rows that have none, from the cgroups' files. */
void collect_from_files(struct snapshot *s, int root_fd);

/* The CPU time of row i with all that is below, as the kernel counts it since the cgroup was made.
 */
int collect_usage_ns(int root_fd, const struct snapshot *s, size_t i, uint64_t *ret);

/*
 * Whoever reads is at work at that moment, and would make its own cgroup look busy in every
 * reading: collect() does not count it, and who gets a snapshot from the agent does the same with
 * collect_without_reader().
 */
void collect_without_reader(struct snapshot *s, int root_fd);
/* The same for one task of this cgroup, a path as in /proc/PID/cgroup. */
void collect_without_task(struct snapshot *s, int root_fd, const char *cgroup);

/* CLOCK_MONOTONIC, in ns. */
uint64_t collect_now_ns(void);

#endif
