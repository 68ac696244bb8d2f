/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From what is wanted and what is in force to the changes that lead from one to the other, in the
 * order in which they are to be made. Non-logging, no I/O.
 */
#ifndef APPLY_PLAN_H
#define APPLY_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apply/applied.h"
#include "cgroup/idmap.h"
#include "cgroup/tree.h"
#include "policy/verdict.h"
#include "util/vec.h"

/* What one cgroup should have. Only cgroups for which there is something to put in force. */
struct wanted {
	uint64_t id;
	char *path;
	char *name; /* for people; NULL: what the path says */
	struct verdict verdict;
};

/* Parents before children. Must stay until the plan that is made from it was run. */
struct wanted_list {
	VEC(struct wanted);
};

void wanted_done(struct wanted_list *list);

/* Copies path and name (which may be NULL). Does nothing when there are too many. */
void wanted_add(struct wanted_list *list, uint64_t id, const char *path, const char *name,
		const struct verdict *v);

enum change_kind {
	CHANGE_FORGET, /* the cgroup is gone, and what was done with it */
	CHANGE_UNSET,  /* nothing is wanted any more */
	CHANGE_REASON, /* the same values for another reason, or by another name: nothing to write
			*/
	CHANGE_SET,
};

struct change {
	enum change_kind kind;
	uint64_t id;
	struct applied *applied;     /* NULL: nothing was done yet */
	const struct wanted *wanted; /* NULL for FORGET and UNSET */
};

struct plan {
	VEC(struct change) changes;
};

void plan_done(struct plan *p);

/*
 * The changes for all cgroups. What is in applied (struct applied by cgroup id) and not wanted is
 * taken back, or forgotten when its cgroup is not in the tree. First come the changes that take
 * away, then those that give, in the order of the list, so that a parent's share is right before
 * its children's.
 */
void plan_all(struct plan *p, const struct wanted_list *wanted, const struct idmap *applied,
	      const struct tree *tree);

/* The change for the cgroup id, of which w (NULL: nothing) is wanted; others stay as they are. */
void plan_one(struct plan *p, uint64_t id, const struct wanted *w, const struct idmap *applied);

#endif
