/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A CPU asks for work: pick a FIFO, take its first task.
 */
#ifndef DISPATCH_BPF_H
#define DISPATCH_BPF_H

#include "queue.bpf.h"

static __always_inline bool task_is_runnable(const struct task_struct *p)
{
	return p->scx.flags & bpf_core_enum_value(enum scx_ent_flags, SCX_TASK_QUEUED);
}

/*
 * The pick found no task that may run here; is that because it came too early? Some of those that
 * count as waiting are then in no FIFO: still on their way into it, or taken out by another CPU
 * that does not run them yet.
 */
static __always_inline bool dispatch_is_early(const struct cgfifo_pick *k)
{
	__u32 waiting = slot_at(k->slot)->nr_queued;
	__s32 queued = scx_bpf_dsq_nr_queued(slot_leaf(k->slot, CGFIFO_FREE)) +
		       scx_bpf_dsq_nr_queued(slot_leaf(k->slot, CGFIFO_BOUND));

	if (slot_at(k->slot)->flags & CGFIFO_SLOT_SORTED)
		queued += scx_bpf_dsq_nr_queued(leaf_queue(k->slot));
	return queued < (__s32)waiting;
}

/* Take the first task of the pick that may run here. Where the policy has changed, those that have
 * waited since then go first: nobody joins them any more. */
static __always_inline bool dispatch_take(const struct cgfifo_pick *k)
{
	__u32 flags = slot_at(k->slot)->flags;
	__u64 fifo = slot_leaf(k->slot, k->kind & 1), sorted = leaf_queue(k->slot);
	bool is_fair = flags & CGFIFO_SLOT_FAIR;

	if (!(flags & CGFIFO_SLOT_SORTED))
		return compat_dsq_move_to_local(fifo);
	return compat_dsq_move_to_local(is_fair ? fifo : sorted) ||
	       compat_dsq_move_to_local(is_fair ? sorted : fifo);
}

/* Charge prev, whose slice is over, and pick; answers false if it should go on. */
static __always_inline bool dispatch_after(struct cgfifo_pick *k, struct cgfifo_cpu *c, __s32 cpu,
					   struct task_struct *prev, struct task_ctx *t)
{
	__u64 ran = prev->se.sum_exec_runtime - t->charged_at;
	__u64 mask = mask_fold(prev->cpus_ptr), slice_ns = slot_at(t->slot)->slice_ns;
	__u64 bit = cpu_bit(cpu);
	bool found, first = false;

	t->charged_at += ran;
	clock_ns = prev->se.exec_start;
	task_charge_fair(prev, t, ran);
	if (slot_is_fair(t->slot))
		first = task_goes_on(prev, t, cpu);
	bpf_spin_lock(&order_lock);
	slot_charge_locked(t->slot, ran, t->prepaid_ns);
	found = pick_after(k, c, bit, t->slot, mask, first);
	if (!found)
		account_charge(CGFIFO_SELF(t->slot), slice_ns);
	bpf_spin_unlock(&order_lock);
	t->prepaid_ns = found ? 0 : slice_ns;
	return found;
}

static __always_inline bool dispatch_any(struct cgfifo_pick *k, struct cgfifo_cpu *c, __u64 bit)
{
	bool found;

	bpf_spin_lock(&order_lock);
	found = pick_next(k, c, bit);
	bpf_spin_unlock(&order_lock);
	return found;
}

/* Nothing came of the pick. */
static __always_inline void dispatch_undo(struct cgfifo_pick *k, struct cgfifo_cpu *c, __u64 bit)
{
	bool early = dispatch_is_early(k);

	bpf_spin_lock(&order_lock);
	pick_undo(k, c, bit, early);
	bpf_spin_unlock(&order_lock);
	stat_add(CGFIFO_STAT_misses);
}

void BPF_STRUCT_OPS(cgfifo_dispatch, __s32 cpu, struct task_struct *prev)
{
	struct cgfifo_cpu *c = cpu_at(cpu);
	struct cgfifo_pick *k = &c->pick;
	struct task_ctx *t = NULL;
	__u64 bit = cpu_bit(cpu);

	if (prev && task_is_runnable(prev))
		t = task_find(prev);

	if (t ? !dispatch_after(k, c, cpu, prev, t) : !dispatch_any(k, c, bit)) {
		if (t) {
			prev->scx.slice = slot_at(t->slot)->slice_ns;
			stat_add(CGFIFO_STAT_keeps);
		}
		return;
	}
	if (dispatch_take(k)) {
		pick_done(k, c);
		stat_add(CGFIFO_STAT_picks);
		return;
	}
	/* Nothing yet, but others may wait: come back soon. */
	dispatch_undo(k, c, bit);
	if (t)
		prev->scx.slice = CGFIFO_SLICE_MIN_US * 1000ULL;
	else
		scx_bpf_kick_cpu(cpu, 0);
}

#endif
