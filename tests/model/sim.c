// SPDX-License-Identifier: GPL-2.0-only
/* The run of a scenario from its first event to its last. */
#include "sim.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "sim-state.h"
#include "util/cleanup.h"

#define WINDOW_NS MODEL_SEC
#define FINE_NS	  (10 * MODEL_MSEC)

void sim_fail(struct sim *s, const char *fmt, ...)
{
	va_list ap;

	if (*s->result->error)
		return;
	va_start(ap, fmt);
	vsnprintf(s->result->error, sizeof(s->result->error), fmt, ap);
	va_end(ap);
}

static void on_fluid_rate(void *data, uint32_t cgroup)
{
	struct sim *s = data;

	meter_touch(&s->result->meter, cgroup);
}

static void cgroup_start(struct sim *s, uint32_t cgroup)
{
	const struct scenario_cgroup *c = &s->scenario->cgroups.items[cgroup];
	int r;

	s->result->meter.nodes[cgroup].parent = c->parent;
	fluid_cgroup(s->fluid, cgroup, c->parent, c->weight);
	r = s->sched->cgroup_make(s->priv, cgroup, c->parent, c->weight);
	if (r < 0)
		sim_fail(s, "refused cgroup %u: error %d", cgroup, -r);
	else if (c->slice_ns && s->sched->cgroup_slice)
		s->sched->cgroup_slice(s->priv, cgroup, c->slice_ns);
}

/* Make those that are there from the start, and let the others come later, and all go again. */
static void cgroups_start(struct sim *s)
{
	const struct scenario_cgroup *c;

	for (uint32_t i = 1; i < s->scenario->cgroups.n; i++) {
		c = &s->scenario->cgroups.items[i];
		if (!c->made_at)
			cgroup_start(s, i);
		else
			events_add(&s->events, c->made_at, EVENT_MAKE, i, 0);
	}
	/* Children go before their parents, where both go at once. */
	for (uint32_t i = (uint32_t)s->scenario->cgroups.n; i-- > 1;) {
		c = &s->scenario->cgroups.items[i];
		if (c->removed_at)
			events_add(&s->events, c->removed_at, EVENT_REMOVE, i, 0);
	}
}

static void task_start(struct sim *s, uint32_t task)
{
	const struct scenario_task *t = &s->scenario->tasks.items[task];

	fluid_task(s->fluid, task, t->cgroup, sim_mask(s, task));
	sim_load_start(s, task);
}

static void tasks_start(struct sim *s, uint32_t cgroup)
{
	for (uint32_t i = 0; i < s->scenario->tasks.n; i++)
		if (s->scenario->tasks.items[i].cgroup == cgroup)
			task_start(s, i);
}

static void cgroup_end(struct sim *s, uint32_t cgroup)
{
	for (uint32_t i = 0; i < s->scenario->tasks.n; i++)
		if (s->scenario->tasks.items[i].cgroup == cgroup)
			sim_kill(s, i);
	s->sched->cgroup_remove(s->priv, cgroup);
}

static void weight_change(struct sim *s, uint32_t number)
{
	const struct scenario_change *c = &s->scenario->changes.items[number];

	if (number + 1 < s->scenario->changes.n)
		events_add(&s->events, c[1].at, EVENT_WEIGHT, number + 1, 0);
	fluid_weight(s->fluid, c->cgroup, c->weight);
	s->sched->cgroup_weight(s->priv, c->cgroup, c->weight, s->now);
}

static void handle(struct sim *s, const struct event *e)
{
	switch (e->kind) {
	case EVENT_SLICE:
		if (s->cpus[e->what].stamp == e->stamp)
			sim_slice_end(s, e->what);
		return;
	case EVENT_WAKE:
		sim_load_arrive(s, e->what);
		return;
	case EVENT_WEIGHT:
		weight_change(s, e->what);
		return;
	case EVENT_MAKE:
		cgroup_start(s, e->what);
		tasks_start(s, e->what);
		return;
	case EVENT_REMOVE:
		cgroup_end(s, e->what);
		return;
	case EVENT_WINDOW:
		meter_mark(&s->result->meter);
		events_add(&s->events, s->now + WINDOW_NS, EVENT_WINDOW, 0, 0);
		return;
	case EVENT_FINE:
		meter_mark_fine(&s->result->meter);
		events_add(&s->events, s->now + FINE_NS, EVENT_FINE, 0, 0);
		return;
	}
}

static void sim_init(struct sim *s, const struct scenario *scenario,
		     const struct model_sched *sched, struct sim_result *result)
{
	uint32_t nr_cgroups = (uint32_t)scenario->cgroups.n, nr_tasks = (uint32_t)scenario->tasks.n;
	struct model_machine machine = {
		.nr_cpus = scenario->nr_cpus,
		.cpus_per_llc = scenario->cpus_per_llc,
		.max_cgroups = nr_cgroups,
		.max_tasks = nr_tasks,
		.slice_ns = scenario->slice_ns,
	};

	*s = (struct sim){.scenario = scenario, .sched = sched, .result = result};
	s->priv = sched->make(&machine);
	s->fluid = fluid_new(scenario->nr_cpus, nr_cgroups, nr_tasks, on_fluid_rate, s);
	s->cpus = xcalloc(scenario->nr_cpus, sizeof(*s->cpus));
	s->tasks = xcalloc(nr_tasks, sizeof(*s->tasks));
	s->waits = xcalloc(nr_tasks, sizeof(*s->waits));
	s->idle = scenario->masks.items[0];
	for (uint32_t i = 0; i < scenario->nr_cpus; i++)
		s->cpus[i].task = MODEL_NONE;
	meter_init(&result->meter, s->fluid, nr_cgroups,
		   (uint32_t)(scenario->duration_ns / WINDOW_NS) + 1, scenario->watch,
		   (uint32_t)(scenario->duration_ns / FINE_NS) + 1);
}

/* Those that still wait have waited, too. */
static void count_waits(struct sim *s)
{
	uint64_t waited;

	for (uint32_t i = 0; i < s->nr_waits; i++) {
		waited = s->now - s->tasks[s->waits[i]].since;
		if (waited > s->result->wait_max_ns)
			s->result->wait_max_ns = waited;
	}
}

static void sim_done(struct sim *s)
{
	count_waits(s);
	s->sched->free(s->priv);
	fluid_free(s->fluid);
	s->result->meter.fluid = NULL;
	VEC_DONE(&s->events);
	free(s->cpus);
	free(s->tasks);
	free(s->waits);
}

static void sim_start(struct sim *s)
{
	const struct scenario *sc = s->scenario;

	/* First, so that a window ends before anything else happens at the same time. */
	events_add(&s->events, 0, EVENT_WINDOW, 0, 0);
	if (sc->watch != MODEL_NONE)
		events_add(&s->events, 0, EVENT_FINE, 0, 0);
	cgroups_start(s);
	for (uint32_t i = 0; i < sc->tasks.n; i++)
		if (!sc->cgroups.items[sc->tasks.items[i].cgroup].made_at)
			task_start(s, i);
	if (sc->changes.n)
		events_add(&s->events, sc->changes.items[0].at, EVENT_WEIGHT, 0, 0);
}

int sim_run(const struct scenario *scenario, const struct model_sched *sched,
	    struct sim_result *ret)
{
	struct sim s;
	struct event e;

	*ret = (struct sim_result){};
	sim_init(&s, scenario, sched, ret);
	sim_start(&s);
	while (!*ret->error) {
		e = events_take(&s.events);
		if (e.at > scenario->duration_ns)
			break;
		s.now = e.at;
		fluid_advance(s.fluid, (double)s.now);
		ret->events++;
		handle(&s, &e);
	}
	sim_done(&s);
	return *ret->error ? -EPROTO : 0;
}

void sim_result_done(struct sim_result *r)
{
	meter_done(&r->meter);
}
