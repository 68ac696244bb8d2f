/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each cgroup got, beside what the oracle gives it: service, lag and its extremes, and both
 * services at the end of each window.
 *
 * Between two moments at which a cgroup's rate changes, really or in the fluid system, its lag
 * moves in a straight line. So the extremes are exact if it is looked at in these moments, which
 * meter_touch() is for, and nobody else needs to be.
 */
#ifndef MODEL_METER_H
#define MODEL_METER_H

#include "fluid.h"

struct meter_node {
	uint32_t parent;
	uint32_t running, ready; /* tasks in this subtree: on a CPU; on a CPU or waiting */
	double real;		 /* ns of service until at */
	double at;
	double lag_max, lag_min;       /* ns; max: the most that it was owed */
	double lag_max_at, lag_min_at; /* when */
	double backlog_ns, ready_ns;   /* how long it had work, in the fluid system and really */
};

/* As of a moment, since the start, in ns. */
struct meter_mark {
	double fluid, real;
	double backlog, ready;
};

struct meter {
	struct fluid *fluid;
	uint32_t max_cgroups;
	struct meter_node *nodes;
	/* marks[w * max_cgroups + c]: cgroup c at the end of window w; 0 is the start. */
	struct meter_mark *marks;
	uint32_t nr_marks, max_marks;
	/* The same of one cgroup, much more often. */
	uint32_t watch;
	struct meter_mark *fine;
	uint32_t nr_fine, max_fine;
};

void meter_init(struct meter *m, struct fluid *f, uint32_t max_cgroups, uint32_t max_marks,
		uint32_t watch, uint32_t max_fine);
void meter_done(struct meter *m);

/* A cgroup's rate is about to change: bring it up to the fluid system's now. */
void meter_touch(struct meter *m, uint32_t cgroup);
/* From now on so many more of the tasks of a leaf are running and ready. Touches it and all above.
 */
void meter_add(struct meter *m, uint32_t leaf, int32_t running, int32_t ready);

/* A window ends now. */
void meter_mark(struct meter *m);
void meter_mark_fine(struct meter *m);

/* What happened in the windows from..to - 1. */
struct meter_mark meter_between(const struct meter *m, uint32_t cgroup, uint32_t from, uint32_t to);

#endif
