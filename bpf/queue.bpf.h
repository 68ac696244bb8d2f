/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Waking up and waiting: which CPU a task is offered to, and which FIFO it joins. Each slot has
 * two FIFOs, dispatch queues whose ids are the numbers of their leaves in the vtree; they are made
 * with the slot's first use and never destroyed, so a task can never meet a queue that is gone.
 */
#ifndef QUEUE_BPF_H
#define QUEUE_BPF_H

#include "slot.bpf.h"

/* Bound: kept from some of the CPUs that are online. */
static __always_inline enum cgfifo_kind task_kind(const struct task_struct *p)
{
	return (__u32)p->nr_cpus_allowed < nr_online ? CGFIFO_BOUND : CGFIFO_FREE;
}

static __always_inline __u64 task_mask(const struct task_struct *p, __u32 shard)
{
	const struct cpumask *mask = p->cpus_ptr;

	switch (shard) {
	case 0:
		return mask->bits[0];
	case 1:
		return mask->bits[1];
	case 2:
		return mask->bits[2];
	case 3:
		return mask->bits[3];
	case 4:
		return mask->bits[4];
	case 5:
		return mask->bits[5];
	case 6:
		return mask->bits[6];
	default:
		return mask->bits[7];
	}
}

/* Tell the order that p waits in slot i. The kernel puts p into the FIFO only after enqueue() has
 * returned, so a CPU that looks in between finds nothing; see pick_is_early(). */
static __always_inline void queue_announce(struct task_struct *p, __u32 i, enum cgfifo_kind kind)
{
	struct cgfifo_slot *s = slot_at(i);
	__u32 cpu = scx_bpf_task_cpu(p), shard;
	__u64 mask[CGFIFO_MAX_SHARDS], waiting = 0;

	for (shard = 0; shard < CGFIFO_MAX_SHARDS; shard++)
		mask[shard] = shard < nr_shards ? task_mask(p, shard) : 0;

	bpf_spin_lock(&order_lock);
	if (kind == CGFIFO_BOUND)
		s->bound_cpu = cpu;
	for (shard = 0; shard < CGFIFO_MAX_SHARDS; shard++)
		waiting |= s->mask[kind][shard];
	if (!waiting)
		slot_arrive_locked(i, kind);
	s->wait_mark++;
	for (shard = 0; shard < CGFIFO_MAX_SHARDS; shard++)
		s->mask[kind][shard] |= mask[shard];
	slot_charge_locked(i, 0, 0);
	bpf_spin_unlock(&order_lock);
}

/* p waits no more: it runs, or was taken out of its FIFO. */
static __always_inline void queue_leave(struct task_ctx *t)
{
	if (t->queued_on == CGFIFO_NO_SLOT)
		return;
	__sync_fetch_and_sub(&slot_at(t->queued_on)->nr_queued, 1);
	t->queued_on = CGFIFO_NO_SLOT;
}

/* If a CPU sleeps that could run p, wake it: it will look at the order. */
static __always_inline void queue_wake_idle_cpu(struct task_struct *p)
{
	__s32 cpu = scx_bpf_pick_idle_cpu(p->cpus_ptr, 0);

	if (cpu >= 0)
		scx_bpf_kick_cpu(cpu, bpf_core_enum_value(enum scx_kick_flags, SCX_KICK_IDLE));
}

__s32 BPF_STRUCT_OPS(cgfifo_select_cpu, struct task_struct *p, __s32 prev_cpu, __u64 wake_flags)
{
	struct task_ctx *t = task_find(p);
	bool is_idle = false;
	__s32 cpu = scx_bpf_select_cpu_dfl(p, prev_cpu, wake_flags, &is_idle);

	/* Nobody waits for an idle CPU, so there is nothing to be fair about. */
	if (is_idle && t) {
		compat_dsq_insert(p, SCX_DSQ_LOCAL, slot_at(t->slot)->slice_ns, 0);
		stat_add(CGFIFO_STAT_direct);
	}
	return cpu;
}

void BPF_STRUCT_OPS(cgfifo_enqueue, struct task_struct *p, __u64 enq_flags)
{
	struct task_ctx *t = task_find(p);
	enum cgfifo_kind kind = task_kind(p);
	__u64 slice_ns;
	__u32 i;

	if (!t) {
		stat_add(CGFIFO_STAT_strays);
		compat_dsq_insert(p, SCX_DSQ_GLOBAL, CGFIFO_SLICE_DFL_US * 1000ULL, enq_flags);
		return;
	}
	i = t->slot;
	slice_ns = slot_at(i)->slice_ns;

	/* Work of the kernel for this very CPU; others would wait for it. */
	if (p->flags & PF_KTHREAD && p->nr_cpus_allowed == 1) {
		compat_dsq_insert(p, SCX_DSQ_LOCAL, slice_ns, enq_flags);
		stat_add(CGFIFO_STAT_pinned);
		return;
	}

	queue_leave(t);
	t->queued_on = i;
	__sync_fetch_and_add(&slot_at(i)->nr_queued, 1);
	compat_dsq_insert(p, slot_leaf(i, kind), slice_ns, enq_flags);
	queue_announce(p, i, kind);
	queue_wake_idle_cpu(p);
}

/* p was taken off its FIFO without having run: it changes its cgroup, CPUs or class, or ends. Not
 * ops.dequeue(): before 7.1 the kernel calls that only for tasks that are in no FIFO. */
void BPF_STRUCT_OPS(cgfifo_quiescent, struct task_struct *p, __u64 deq_flags)
{
	struct task_ctx *t = task_find(p);

	if (t)
		queue_leave(t);
}

#endif
