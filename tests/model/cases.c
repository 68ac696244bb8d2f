// SPDX-License-Identifier: GPL-2.0-only
/* The list of cases. */
#include "cases.h"

#include <string.h>

const struct model_case model_cases[] = {
	{
		.name = "busy",
		.summary = "every task runs all the time",
		.build = case_build_busy,
		.bars = {&bar_busy_1s, &bar_busy_10s},
	},
	{
		.name = "slices",
		.summary = "the same, with slices of 0.5 to 12 ms",
		.build = case_build_slices,
		.bars = {&bar_busy_10s},
	},
	{
		.name = "churn",
		.summary = "tasks run and sleep at random",
		.build = case_build_churn,
		.bars = {&bar_lag},
	},
	{
		.name = "herd",
		.summary = "all children of a light parent wake together, again and again",
		.build = case_build_herd,
		.bars = {&bar_herd_most, &bar_herd_least},
	},
	{
		.name = "infeasible",
		.summary = "some threads have a weight that no single CPU satisfies",
		.build = case_build_infeasible,
		.bars = {&bar_steady},
	},
	{
		.name = "affinity",
		.summary = "cgroups are confined to some of the CPUs",
		.build = case_build_affinity,
		.bars = {&bar_steady},
	},
	{
		.name = "weights",
		.summary = "a weight changes 100 times a second",
		.build = case_build_weights,
		.bars = {&bar_steady},
	},
	{
		.name = "children",
		.summary = "a tenant's tasks in one cgroup, or in 100",
		.build = case_build_children,
		.build_other = case_build_one_child,
		.bars = {&bar_children},
	},
	{
		.name = "lifecycle",
		.summary = "cgroups are made and removed all the time",
		.build = case_build_lifecycle,
		.bars = {&bar_lag},
	},
	{
		.name = "big",
		.summary = "256 CPUs, 10000 leaves on four levels, on and off",
		.build = case_build_big,
		.bars = {&bar_lag},
		.is_slow = true,
	},
	{},
};

const struct model_case *model_case_find(const char *name)
{
	for (const struct model_case *c = model_cases; c->name; c++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}
