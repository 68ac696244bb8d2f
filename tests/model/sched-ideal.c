// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can be reached at all: a scheduler that knows how much work each task has, and so keeps the
 * oracle's books itself and knows everybody's lag. A pick goes through all cgroups and takes the
 * leaf that lowers the sum over all cgroups of (lag / unit)^4 most; the unit is a slice, or a slice
 * per CPU for what is entitled to several, and the lag that which it would have after a slice
 * without the CPU. (The fourth power, because it is the largest lags that count.) A task that wakes
 * interrupts the least urgent one, if that is less urgent than itself.
 *
 * No kernel could afford that. It says whether a bar that another scheduler misses can be met.
 */
#include <math.h>
#include <stdlib.h>

#include "fifo.h"
#include "fluid.h"

struct ideal_node {
	uint32_t parent;
	/* Tasks in this subtree: that wait, of these those that may not run everywhere, that run.
	 */
	uint32_t waiting, bound, running;
	double real, at; /* service until at */
	double urgency;	 /* as of the last look: of this one and all above */
	struct fifo fifo;
};

struct ideal {
	struct model_machine machine;
	struct fluid *fluid;
	struct ideal_node *nodes;
	struct fifo_task *tasks;
	double *work;	  /* per task: ns that it has still to do, or INFINITY */
	uint32_t *on_cpu; /* task, or MODEL_NONE */
	uint32_t nr_nodes;
};

static void *ideal_make(const struct model_machine *machine)
{
	struct ideal *d = xcalloc(1, sizeof(*d));

	d->machine = *machine;
	d->fluid =
		fluid_new(machine->nr_cpus, machine->max_cgroups, machine->max_tasks, NULL, NULL);
	d->nodes = xcalloc(machine->max_cgroups, sizeof(*d->nodes));
	d->tasks = xcalloc(machine->max_tasks, sizeof(*d->tasks));
	d->work = xcalloc(machine->max_tasks, sizeof(*d->work));
	d->on_cpu = xcalloc(machine->nr_cpus, sizeof(*d->on_cpu));
	for (uint32_t i = 0; i < machine->nr_cpus; i++)
		d->on_cpu[i] = MODEL_NONE;
	for (uint32_t i = 0; i < machine->max_cgroups; i++)
		fifo_init(&d->nodes[i].fifo);
	for (uint32_t i = 0; i < machine->max_tasks; i++)
		d->tasks[i].cgroup = MODEL_NONE;
	d->nodes[MODEL_ROOT].parent = MODEL_NONE;
	d->nr_nodes = 1;
	return d;
}

static void ideal_free(void *sched)
{
	struct ideal *d = sched;

	fluid_free(d->fluid);
	free(d->nodes);
	free(d->tasks);
	free(d->work);
	free(d->on_cpu);
	free(d);
}

static int ideal_cgroup_make(void *sched, uint32_t cgroup, uint32_t parent, uint32_t weight)
{
	struct ideal *d = sched;

	d->nodes[cgroup].parent = parent;
	d->nr_nodes = cgroup >= d->nr_nodes ? cgroup + 1 : d->nr_nodes;
	fluid_cgroup(d->fluid, cgroup, parent, weight);
	return 0;
}

static void ideal_cgroup_remove(void *sched, uint32_t cgroup)
{
	/* The fluid may have work for it yet, and what it had stays its parent's. */
}

static void ideal_cgroup_weight(void *sched, uint32_t cgroup, uint32_t weight, uint64_t now_ns)
{
	struct ideal *d = sched;

	fluid_advance(d->fluid, (double)now_ns);
	fluid_weight(d->fluid, cgroup, weight);
}

/* So many more of the tasks of a leaf wait, and run. */
static void count(struct ideal *d, uint32_t task, int32_t waiting, int32_t running)
{
	struct ideal_node *n;

	for (uint32_t i = d->tasks[task].cgroup; i != MODEL_NONE; i = n->parent) {
		n = &d->nodes[i];
		n->real += n->running * (fluid_now(d->fluid) - n->at);
		n->at = fluid_now(d->fluid);
		n->waiting += (uint32_t)waiting;
		n->bound += (uint32_t)(waiting * d->tasks[task].bound);
		n->running += (uint32_t)running;
	}
}

static void wait_begin(struct ideal *d, uint32_t task)
{
	fifo_add(&d->nodes[d->tasks[task].cgroup].fifo, d->tasks, task);
	count(d, task, 1, 0);
}

static void wait_end(struct ideal *d, uint32_t task)
{
	fifo_remove(&d->nodes[d->tasks[task].cgroup].fifo, d->tasks, task);
	count(d, task, -1, 0);
}

static void ideal_wake(void *sched, uint32_t task, uint32_t cgroup, const struct model_mask *mask,
		       uint64_t now_ns)
{
	struct ideal *d = sched;
	struct fifo_task *t = &d->tasks[task];

	fluid_advance(d->fluid, (double)now_ns);
	if (t->cgroup == MODEL_NONE)
		fluid_task(d->fluid, task, cgroup, mask);
	t->cgroup = cgroup;
	t->mask = *mask;
	t->bound = fifo_is_bound(mask, d->machine.nr_cpus);
	wait_begin(d, task);
	fluid_arrive(d->fluid, task, d->work[task]);
}

/* It sleeps. Work that it had not done is lost: it was killed. */
static void work_ends(struct ideal *d, uint32_t task)
{
	double lost = d->work[task];

	d->work[task] = 0;
	if (lost > 0)
		fluid_end(d->fluid, task, lost);
}

static void ideal_foresee(void *sched, uint32_t task, uint64_t work_ns, uint64_t now_ns)
{
	struct ideal *d = sched;
	double ns = work_ns == UINT64_MAX ? INFINITY : (double)work_ns;
	bool awake = d->work[task] > 0;

	d->work[task] += ns;
	if (!awake)
		return; /* it will wake up with that */
	fluid_advance(d->fluid, (double)now_ns);
	fluid_arrive(d->fluid, task, ns);
}

static void ideal_leave(void *sched, uint32_t task, uint64_t now_ns)
{
	struct ideal *d = sched;

	fluid_advance(d->fluid, (double)now_ns);
	wait_end(d, task);
	work_ends(d, task);
}

static bool has_work(const struct ideal *d, const struct ideal_node *n, uint32_t cpu)
{
	return n->fifo.nr > n->fifo.nr_bound || fifo_first(&n->fifo, d->tasks, cpu) != MODEL_NONE;
}

/* How much the sum would fall per ns that this cgroup alone gets. */
static double urgency(const struct ideal *d, uint32_t cgroup)
{
	const struct ideal_node *n = &d->nodes[cgroup];
	double slice = (double)d->machine.slice_ns;
	double real = n->real + n->running * (fluid_now(d->fluid) - n->at);
	double lag = fluid_service(d->fluid, cgroup) - real;
	double rate = fluid_rate(d->fluid, cgroup), unit = slice * fmax(1, rate);

	lag = (lag + slice * (rate - n->running)) / unit;
	return lag * lag * lag / unit;
}

/* Work out the urgency of all who wait or run. */
static void look(struct ideal *d, uint64_t now_ns)
{
	struct ideal_node *n;

	fluid_advance(d->fluid, (double)now_ns);
	fluid_refresh(d->fluid);
	for (uint32_t i = 1; i < d->nr_nodes; i++) {
		n = &d->nodes[i];
		if (n->waiting || n->running)
			n->urgency = d->nodes[n->parent].urgency + urgency(d, i);
	}
}

static uint32_t ideal_pick(void *sched, uint32_t cpu, uint64_t now_ns, uint64_t *ret_slice_ns)
{
	struct ideal *d = sched;
	uint32_t best = MODEL_NONE, task;
	struct ideal_node *n;

	look(d, now_ns);
	for (uint32_t i = 1; i < d->nr_nodes; i++) {
		n = &d->nodes[i];
		if (!n->fifo.nr || (best != MODEL_NONE && n->urgency <= d->nodes[best].urgency))
			continue;
		if (has_work(d, n, cpu))
			best = i;
	}
	if (best == MODEL_NONE)
		return MODEL_NONE;
	task = fifo_first(&d->nodes[best].fifo, d->tasks, cpu);
	wait_end(d, task);
	count(d, task, 0, 1);
	d->on_cpu[cpu] = task;
	*ret_slice_ns = d->machine.slice_ns;
	return task;
}

static uint32_t ideal_preempt(void *sched, uint32_t task, uint64_t now_ns)
{
	struct ideal *d = sched;
	uint32_t best = MODEL_NONE;
	double least, theirs;

	look(d, now_ns);
	least = d->nodes[d->tasks[task].cgroup].urgency;
	for (uint32_t cpu = 0; cpu < d->machine.nr_cpus; cpu++) {
		if (d->on_cpu[cpu] == MODEL_NONE || !model_mask_has(&d->tasks[task].mask, cpu))
			continue;
		theirs = d->nodes[d->tasks[d->on_cpu[cpu]].cgroup].urgency;
		if (theirs >= least)
			continue;
		least = theirs;
		best = cpu;
	}
	return best;
}

static void ideal_stop(void *sched, uint32_t cpu, uint32_t task, uint64_t ran_ns,
		       bool still_runnable, uint64_t now_ns)
{
	struct ideal *d = sched;

	fluid_advance(d->fluid, (double)now_ns);
	d->work[task] -= (double)ran_ns;
	count(d, task, 0, -1);
	d->on_cpu[cpu] = MODEL_NONE;
	if (still_runnable)
		wait_begin(d, task);
	else
		work_ends(d, task);
}

extern const struct model_sched model_sched_ideal;
const struct model_sched model_sched_ideal = {
	.name = "ideal",
	.summary = "knows the future and looks at everybody: what can be reached at any price",
	.make = ideal_make,
	.free = ideal_free,
	.cgroup_make = ideal_cgroup_make,
	.cgroup_remove = ideal_cgroup_remove,
	.cgroup_weight = ideal_cgroup_weight,
	.wake = ideal_wake,
	.foresee = ideal_foresee,
	.leave = ideal_leave,
	.pick = ideal_pick,
	.stop = ideal_stop,
	.preempt = ideal_preempt,
	.nr_preempts = 1,
};
