// SPDX-License-Identifier: GPL-2.0-only
/* Machines that grow: loads, one run, and how much a figure grew. */
#include "scale.h"

#include <math.h>
#include <string.h>

#include "counted.h"
#include "scenario-tree.h"
#include "sim.h"

/* What all tasks but the busy ones do: three halves of what a CPU can do, by four of them. */
#define BURST_NS (MODEL_MSEC * 3 / 10)
#define GAP_NS	 (MODEL_MSEC / 2)
/* Tree: pods of so many cgroups, in two slices. */
#define POD    4
#define SLICES 2

static struct rng rng_of(const struct scenario *s)
{
	return (struct rng){.state = s->seed};
}

/* Nobody is entitled to more than a thread can use. */
static uint32_t random_weight(struct rng *r)
{
	return (uint32_t)rng_range_log(r, 50, 200);
}

static struct load load_waking(struct rng *r)
{
	return (struct load){.kind = LOAD_SLEEPY,
			     .exponential = true,
			     .burst_lo = BURST_NS,
			     .gap = GAP_NS,
			     .phase = rng_range(r, 0, BURST_NS + GAP_NS)};
}

static void build_busy(struct scenario *s)
{
	struct rng r = rng_of(s);

	for (uint32_t i = 0; i < SCALE_CGROUPS * s->nr_cpus; i++) {
		struct load load = load_busy();

		load.phase = rng_range(&r, 0, s->slice_ns);
		scenario_task(s, scenario_cgroup(s, MODEL_ROOT, random_weight(&r)), 0, load);
	}
}

static void build_wakes(struct scenario *s)
{
	struct rng r = rng_of(s);

	for (uint32_t i = 0; i < SCALE_CGROUPS * s->nr_cpus; i++)
		scenario_task(s, scenario_cgroup(s, MODEL_ROOT, random_weight(&r)), 0,
			      load_waking(&r));
}

static void build_tree(struct scenario *s)
{
	struct rng r = rng_of(s);
	uint32_t slices[SLICES], pod = MODEL_ROOT;

	for (uint32_t i = 0; i < SLICES; i++)
		slices[i] = scenario_cgroup(s, MODEL_ROOT, random_weight(&r));
	for (uint32_t i = 0; i < SCALE_CGROUPS * s->nr_cpus; i++) {
		if (i % POD == 0)
			pod = scenario_cgroup(s, slices[i / POD % SLICES], random_weight(&r));
		scenario_task(s, scenario_cgroup(s, pod, random_weight(&r)), 0, load_waking(&r));
	}
}

const struct scale_load scale_loads[] = {
	{"busy", "tasks that never sleep, side by side", build_busy, 60 * MODEL_MSEC,
	 240 * MODEL_MSEC},
	{"wakes", "tasks that run for 0.3 ms and sleep for 0.5, side by side", build_wakes,
	 10 * MODEL_MSEC, 25 * MODEL_MSEC},
	{"tree", "the same, in pods of four, in two slices", build_tree, 10 * MODEL_MSEC,
	 25 * MODEL_MSEC},
	{},
};

const struct scale_load *scale_load_find(const char *name)
{
	for (const struct scale_load *l = scale_loads; l->name; l++)
		if (!strcmp(l->name, name))
			return l;
	return NULL;
}

int scale_run(const struct scale_load *load, uint32_t nr_cpus, struct scale_row *ret)
{
	bool is_narrow = nr_cpus <= COUNTED_NARROW_CPUS;
	struct scenario *s = scenario_new(load->name, 1, nr_cpus);
	struct sim_result result;
	int r;

	load->build(s);
	s->duration_ns = load->warm_ns + load->measured_ns;
	tally_begin(s->cpus_per_llc, load->warm_ns);
	r = sim_run(s, is_narrow ? &counted_narrow_sched : &counted_wide_sched, &result);
	*ret = (struct scale_row){
		.nr_cpus = nr_cpus,
		.levels = is_narrow ? counted_narrow_levels() : counted_wide_levels(),
		.measured_ns = load->measured_ns,
		.sum = tally_end(),
	};
	if (r < 0)
		fprintf(stderr, "%s on %u CPUs: %s\n", load->name, nr_cpus, result.error);
	sim_result_done(&result);
	scenario_free(s);
	return r;
}

static double per_switch(const struct scale_row *row, uint64_t n)
{
	return row->sum.switches ? (double)n / (double)row->sum.switches : 0;
}

/* What the tally has under this name, for each switch. */
#define PER_SWITCH(name)                                                                           \
	static double name(const struct scale_row *row)                                            \
	{                                                                                          \
		return per_switch(row, row->sum.name);                                             \
	}
PER_SWITCH(locks)
PER_SWITCH(handoffs)
PER_SWITCH(words)
PER_SWITCH(lines)
PER_SWITCH(moves)
PER_SWITCH(far)
PER_SWITCH(steals)

const struct scale_figure scale_figures[] = {
	{"locks", locks}, {"handoffs", handoffs}, {"words", words},   {"lines", lines},
	{"moves", moves}, {"far", far},		  {"steals", steals}, {},
};

double scale_growth(const struct scale_figure *f, const struct scale_row *from,
		    const struct scale_row *to)
{
	double grew = log2(SCALE_CGROUPS * to->nr_cpus) / log2(SCALE_CGROUPS * from->nr_cpus);

	return f->of(from) > 0 ? f->of(to) / f->of(from) / grew : 0;
}
