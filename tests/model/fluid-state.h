/* SPDX-License-Identifier: GPL-2.0-only */
/* What the fluid*.c know of the fluid system. Nobody else includes this. */
#ifndef MODEL_FLUID_STATE_H
#define MODEL_FLUID_STATE_H

#include "fluid.h"
#include "util/vec.h"

struct fluid_list {
	uint32_t *items;
	size_t n, allocated;
};

struct fluid_node {
	uint32_t parent, depth;
	uint32_t weight;
	uint32_t demand; /* backlogged threads in this subtree; 0: it takes part in nothing */
	uint32_t pos;	 /* where it is in its parent's list, if it has demand */
	bool dirty;	 /* something changed in this subtree since rates were worked out */
	bool full;	 /* while rates are worked out: it has all that it can use */
	double want;	 /* while rates are worked out: its new rate */
	double rate;
	double service, at;	    /* service at a time; what came later is rate * (now - at) */
	struct fluid_list children; /* those with demand */
	struct fluid_list groups;   /* those with demand, if it is a leaf */
};

/* The threads of a leaf that have the same CPUs. They get the same rate, so each one has had the
 * same service since it became backlogged, and is done when the service per thread reaches its
 * target. */
struct fluid_group {
	uint32_t node, mask;
	uint32_t pos;	   /* in the leaf's list */
	double want, rate; /* per thread */
	double service, at;
	double target;		 /* the earliest of its threads' */
	uint32_t finite_pos;	 /* in the list of groups that will be done some day */
	struct fluid_list tasks; /* the backlogged ones */
};

struct fluid_task {
	uint32_t group;
	uint32_t pos; /* in the group's list, or MODEL_NONE: no backlog */
	double target;
};

struct fluid {
	uint32_t nr_cpus;
	uint32_t max_cgroups;
	double now;
	double next_done; /* when the next thread has done its work */
	fluid_watch watch;
	void *data;
	struct fluid_node *nodes;
	struct fluid_task *tasks;
	struct {
		struct fluid_group *items;
		size_t n, allocated;
	} groups;
	struct {
		struct model_mask *items;
		size_t n, allocated;
	} masks;		  /* all different; the first one has all CPUs */
	struct fluid_list finite; /* groups that will be done some day; */
	double *done_at;	  /* when, if rates stay, in the same order */
	uint32_t nr_bound;	  /* backlogged threads that may not use all CPUs */
};

/* Bring the service of a group up to now. */
void fluid_group_catch_up(struct fluid *f, struct fluid_group *g);
/* Work out all rates that changed, and when the next thread will be done. */
void fluid_settle(struct fluid *f);
/* Let want, set in a node or a group, be the rate from now on. */
void fluid_node_settle(struct fluid *f, uint32_t node);
void fluid_group_settle(struct fluid *f, uint32_t group);
/* Set want of the children of a node: its own want, shared out by their weights and demands. */
void fluid_share_out(struct fluid *f, struct fluid_node *n);

#endif
