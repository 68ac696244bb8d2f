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
		.name = "churn",
		.summary = "tasks run and sleep at random, some run all the time",
		.build = case_build_churn,
		.bars = {&bar_lag},
	},
	{
		.name = "herd",
		.summary = "all children of a light parent wake together, again and again",
		.build = case_build_herd,
		.bars = {&bar_herd_most, &bar_herd_least},
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
