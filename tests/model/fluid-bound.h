/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rates where some threads are confined to some CPUs.
 *
 * Feasible are rates of all threads, each at most 1, that can be spread over the CPUs that each
 * thread may use without any CPU above 1. (Such rates can be scheduled so that no thread is on two
 * CPUs at the same time.) Of these, the fair ones are found level by level from the root down:
 *
 * The nominal rate of a child is its parent's rate split by weight among the backlogged children.
 * On each level, the rates of all cgroups of the level before being given, all children together
 * are raised in proportion to their nominal rates; a child that could only be raised by taking from
 * what another has, or from the given rate of a cgroup above, is full and stays; and so on until
 * the rate of every parent is used up. Without confined threads that is what fluid.h says.
 *
 * So a cgroup comes first and what is inside second: with A = {a1 on CPU 0 only, a2 anywhere} and
 * B = {b1 on CPU 0 only} on 2 CPUs at equal weights, A and B each get a CPU, and a1 gets nothing as
 * long as a2 can use all that is A's. A scheduler that lets a1 run now and then is off by that
 * much.
 */
#ifndef MODEL_FLUID_BOUND_H
#define MODEL_FLUID_BOUND_H

struct fluid;

/* Work out and settle all rates. */
void fluid_bound_settle(struct fluid *f);

#endif
