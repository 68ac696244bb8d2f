/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The policy fair, where it needs the kernel: the queue in which its tasks wait, in order. There
 * is one for each slot that has the policy or had it, for those that may run on every CPU and for
 * those that may not: exact by nice level, at the price of a search for one that this CPU may run.
 *
 * Functions that are not inlined: the verifier looks at them once, and takes what they answer for
 * unknown.
 */
#ifndef LEAF_BPF_H
#define LEAF_BPF_H

#include "leaf.h"
#include "state.bpf.h"

/* How many of those that wait are looked at for one that this CPU may run. */
#define LEAF_SEARCH 32

/* The id of the queue. The kernel wants one queue to be either a FIFO or in order, for good. */
static __always_inline __u64 leaf_queue(__u32 i)
{
	return CGFIFO_NR_KINDS * CGFIFO_MAX_SLOTS + i;
}

static __always_inline bool slot_is_fair(__u32 i)
{
	return slot_at(i)->flags & CGFIFO_SLOT_FAIR;
}

static __always_inline __u32 task_cost(const struct task_struct *p)
{
	return leaf_cost(p->static_prio, p->policy == SCHED_IDLE);
}

static __always_inline void task_charge_fair(struct task_struct *p, struct task_ctx *t, __u64 ran)
{
	if (slot_is_fair(t->slot))
		leaf_charge(&t->leaf, ran, task_cost(p));
}

/* The first of those that wait in a slot and may run on a CPU. */
static __always_inline struct leaf_first leaf_find_first(__u32 i, __s32 cpu)
{
	struct leaf_first first = {};
	struct bpf_iter_scx_dsq it;
	struct task_struct *p;

	bpf_iter_scx_dsq_new(&it, leaf_queue(i), 0);
	for (__u32 n = 0; n < LEAF_SEARCH; n++) {
		p = bpf_iter_scx_dsq_next(&it);
		if (!p)
			break;
		if (bpf_cpumask_test_cpu(cpu, p->cpus_ptr)) {
			first.vtime = p->scx.dsq_vtime;
			first.cost = task_cost(p);
			break;
		}
	}
	bpf_iter_scx_dsq_destroy(&it);
	return first;
}

/* Put p into the queue of its slot. */
__noinline int task_enqueue_fair(struct task_struct *p __arg_trusted,
				 struct task_ctx *t __arg_nonnull, __u64 enq_flags)
{
	bool wakes = enq_flags & bpf_core_enum_value(enum scx_enq_flags, SCX_ENQ_WAKEUP);
	__s32 cpu = scx_bpf_task_cpu(p);
	struct leaf_first first = leaf_find_first(t->slot, cpu);
	__u64 vtime;

	vtime = leaf_enqueue(t->slot, &t->leaf, wakes, leaf_clock_of(cpu), &first, task_cost(p));
	compat_dsq_insert_vtime(p, leaf_queue(t->slot), slot_at(t->slot)->slice_ns, vtime,
				enq_flags);
	return 0;
}

/* p begins to run. */
static __always_inline void task_run_fair(struct task_struct *p, struct task_ctx *t, __s32 cpu)
{
	if (slot_is_fair(t->slot))
		leaf_run(t->slot, &t->leaf, leaf_clock_of(cpu), task_cost(p));
}

/* Should p, whose slice is over on a CPU, go on before the others of its slot? */
__noinline bool task_goes_on(struct task_struct *p __arg_trusted, struct task_ctx *t __arg_nonnull,
			     __s32 cpu)
{
	struct leaf_first first = leaf_find_first(t->slot, cpu);

	return leaf_goes_on(t->slot, &t->leaf, leaf_clock_of(cpu), &first, task_cost(p));
}

#endif
