// SPDX-License-Identifier: GPL-2.0-only
/* Putting a scenario together piece by piece. */
#include "scenario.h"

#include <stdio.h>

#include "util/cleanup.h"

struct scenario *scenario_new(const char *name, uint64_t seed, uint32_t nr_cpus)
{
	struct scenario *s = xcalloc(1, sizeof(*s));
	struct model_mask all = {};

	snprintf(s->name, sizeof(s->name), "%s", name);
	s->seed = seed;
	s->nr_cpus = nr_cpus;
	s->cpus_per_llc = 8;
	s->slice_ns = 3 * MODEL_MSEC;
	s->duration_ns = 10 * MODEL_SEC;
	s->watch = MODEL_NONE;
	*VEC_PUSH(&s->cgroups, MODEL_MAX_CGROUPS) =
		(struct scenario_cgroup){.parent = MODEL_NONE, .weight = MODEL_WEIGHT_DFL};
	for (uint32_t cpu = 0; cpu < nr_cpus; cpu++)
		all.bits[cpu / 64] |= 1ULL << (cpu % 64);
	scenario_mask(s, &all);
	return s;
}

void scenario_free(struct scenario *s)
{
	if (!s)
		return;
	VEC_DONE(&s->cgroups);
	VEC_DONE(&s->tasks);
	VEC_DONE(&s->changes);
	VEC_DONE(&s->masks);
	free(s);
}

uint32_t scenario_cgroup(struct scenario *s, uint32_t parent, uint32_t weight)
{
	struct scenario_cgroup c = {.parent = parent, .weight = weight};

	*VEC_PUSH(&s->cgroups, MODEL_MAX_CGROUPS) = c;
	return (uint32_t)s->cgroups.n - 1;
}

uint32_t scenario_task(struct scenario *s, uint32_t cgroup, uint32_t mask, struct load load)
{
	struct scenario_task t = {.cgroup = cgroup, .mask = mask, .load = load};

	*VEC_PUSH(&s->tasks, MODEL_MAX_TASKS) = t;
	return (uint32_t)s->tasks.n - 1;
}

uint32_t scenario_mask(struct scenario *s, const struct model_mask *mask)
{
	*VEC_PUSH(&s->masks, MODEL_MAX_TASKS) = *mask;
	return (uint32_t)s->masks.n - 1;
}

void scenario_change(struct scenario *s, uint64_t at, uint32_t cgroup, uint32_t weight)
{
	struct scenario_change c = {.at = at, .cgroup = cgroup, .weight = weight};

	*VEC_PUSH(&s->changes, SIZE_MAX) = c;
}
