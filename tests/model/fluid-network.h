/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The network that says which rates are feasible under affinity. For one level of the tree:
 *
 *	source --rho--> unit --> its groups of threads --n--> their mask --> classes of CPUs -->
 *sink source --rest--> fork --> its units
 *
 * A fork is a cgroup whose rate is given, its units are its children (or a leaf's groups of
 *threads); rho is what a unit has for certain, and the rest of the fork's rate may go to any of its
 *units. The rhos are feasible exactly when all of that can flow; where not, the minimum cut shows
 *which units stand in the way. Leaves of levels above are there with the rates of their groups.
 */
#ifndef MODEL_FLUID_NETWORK_H
#define MODEL_FLUID_NETWORK_H

#include "flow.h"
#include "fluid-state.h"

/* Flows are sums of many capacities, each rounded. */
#define NETWORK_EPSILON 1e-7

struct unit {
	uint32_t item;	/* cgroup; or group of threads */
	uint32_t fork;	/* number */
	double nominal; /* its rate, if there were no limits */
	double rho;	/* once it is full: its rate */
	bool full, cut;
	uint32_t vertex, edge;
};

struct fork {
	uint32_t node;
	double rate;
	double left, nominal; /* what its units that are not full can have, and would have */
	uint32_t vertex, edge;
};

struct network {
	struct fluid *fluid;
	struct flow flow;
	uint32_t *group_vertex, *mask_vertex; /* by number */
	struct {
		struct fork *items;
		size_t n, allocated;
	} forks;
	struct {
		struct unit *items;
		size_t n, allocated;
	} units;
	struct fluid_list fixed; /* groups whose rate is known */
	double total;		 /* all given rates */
};

void network_init(struct network *b, struct fluid *f);
void network_done(struct network *b);

/* Build it for the forks, units and fixed groups that are there now. */
void network_build(struct network *b);
/* Set the rates of units: rho of the full ones, level * nominal of the others. Answers whether they
 * are feasible; if not, ret_missing is what cannot flow, and flow_is_before_cut() works. */
bool network_is_feasible(struct network *b, double level, double *ret_missing);
/* The same for groups alone, each with its want; and the most that all threads together can get. */
bool network_groups_feasible(struct network *b);
double network_capacity(struct network *b);
/* Would raising this unit take from what cannot be more? */
bool network_is_cut(const struct network *b, const struct unit *u);

#endif
