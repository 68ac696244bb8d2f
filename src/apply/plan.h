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

#include "../bpf/cgfifo.h"
#include "cgroup/idmap.h"
#include "policy/resolve.h"
#include "util/vec.h"

/* What one cgroup that exists should have. An empty verdict: nothing. */
struct wanted {
	uint64_t id;
	const char *path; /* borrowed: used while the plan is made and run */
	const struct identity *identity;
	struct verdict verdict;
};

/* What was done for one cgroup. Owned by the applier, which alone changes it. */
struct applied {
	uint64_t id;
	struct cgfifo_conf conf;    /* what was asked for */
	enum verdict_source source; /* and the reason, for those who ask later */
	char *origin;		    /* FILE:LINE, or "" */
	char *path;
	char *name;	/* for people */
	char *unit;	/* the system unit whose cgroup this is, or NULL */
	bool in_force;	/* false: it failed so far, and that was said */
	bool stale;	/* the cgroup lost it meanwhile: do it again */
	bool written;	/* this weight was written to cpu.weight, where undo_weight was */
	uint32_t written_weight;
	uint64_t undo_weight;
	unsigned int seen; /* the last plan that knew its cgroup */
};

enum change_kind {
	CHANGE_FORGET, /* the cgroup is gone, and what was done with it */
	CHANGE_UNSET,  /* nothing is wanted any more */
	CHANGE_REASON, /* the same values for another reason: nothing to write */
	CHANGE_SET,
};

struct change {
	enum change_kind kind;
	uint64_t id;
	struct applied *applied;     /* NULL: nothing was done yet */
	const struct wanted *wanted; /* NULL for FORGET */
};

struct plan {
	VEC(struct change) changes;
};

void plan_done(struct plan *p);

/*
 * wanted has every cgroup that exists, parents before children: an id in applied (struct applied
 * by id) that is not among them is forgotten. First come the changes that take away, then those
 * that give, each in the order of wanted, so that a parent's share is right before its children's.
 */
void plan_all(struct plan *p, const struct wanted *wanted, size_t n, const struct idmap *applied);

/* The change for one cgroup, if any; the others are left as they are. */
void plan_one(struct plan *p, const struct wanted *wanted, const struct idmap *applied);

#endif
