/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A CPU is free, or the slice of its task is over: which cgroup is next?
 */
#ifndef PICK_BPF_H
#define PICK_BPF_H

#include "queue.bpf.h"

/* A pick on its way: which slot, what was charged for it in advance, and what its mask said. */
struct pick {
	__u32 slot;
	__u64 key;
	__u64 prepaid;
	__u64 wait_mark;
	__u64 mask;
};

/* Tries before a CPU gives up for now; each failed one corrects a mask. */
#define PICK_TRIES 32

static __always_inline bool task_is_runnable(const struct task_struct *p)
{
	return p->scx.flags & bpf_core_enum_value(enum scx_ent_flags, SCX_TASK_QUEUED);
}

static __always_inline void pick_advance_clock_locked(struct cgfifo_cpu *c, __u64 key)
{
	c->clock = key;
	vtime_now = arith_later(vtime_now, key);
}

/*
 * The earliest slot for this CPU, unless limit (a virtual time) is earlier still. A whole slice
 * is charged in advance, so that other CPUs which look right now see that one of its tasks runs;
 * cgfifo_stopping() gives back what was not used.
 */
static __always_inline bool pick_earliest_locked(struct pick *k, __s32 cpu, bool limited,
						 __u64 limit, __u32 limit_slot)
{
	__u32 shard = ((__u32)cpu / CGFIFO_SHARD_CPUS) & (CGFIFO_MAX_SHARDS - 1);
	__u64 bit = 1ULL << (cpu & (CGFIFO_SHARD_CPUS - 1));
	struct cgfifo_slot *s;

	k->slot = vtree_find(&order[shard], bit);
	if (k->slot >= CGFIFO_MAX_SLOTS)
		return false;
	s = slot_at(k->slot);
	if (limited && k->slot != limit_slot && !arith_before(s->vtime, limit))
		return false;

	k->key = s->vtime;
	k->wait_mark = s->wait_mark;
	k->mask = s->mask[shard];
	k->prepaid = arith_charge(s->slice_ns, s->cost);
	if (s->nr_queued <= 1) /* most likely this CPU takes the last one */
		s->mask[shard] = 0;
	s->vtime += k->prepaid;
	slot_reorder_locked(k->slot);
	return true;
}

/* The pick found no task that may run here. Believe that, and clear this CPU's bit, unless a task
 * arrived since; and put back what was taken for granted. */
static __always_inline void pick_undo_locked(struct pick *k, __s32 cpu)
{
	__u32 shard = ((__u32)cpu / CGFIFO_SHARD_CPUS) & (CGFIFO_MAX_SHARDS - 1);
	__u64 bit = 1ULL << (cpu & (CGFIFO_SHARD_CPUS - 1));
	struct cgfifo_slot *s = slot_at(k->slot);

	s->mask[shard] |= k->mask;
	if (s->wait_mark == k->wait_mark)
		s->mask[shard] &= ~bit;
	s->vtime -= k->prepaid;
	slot_reorder_locked(k->slot);
}

static __always_inline void pick_taken_locked(struct pick *k, struct cgfifo_cpu *c)
{
	c->prepaid = k->prepaid;
	c->prepaid_slot = k->slot;
	pick_advance_clock_locked(c, k->key);
	slot_reap_locked();
}

/* Charge the task that is running for what it ran, at the end of its slice. */
static __always_inline void pick_settle_locked(struct task_ctx *t, __u64 ran, __u64 cost)
{
	slot_at(t->slot)->usage_ns += ran;
	slot_charge_locked(t->slot, arith_charge(ran, cost), t->prepaid);
	t->prepaid = 0;
}

/* prev goes on for another slice. */
static __always_inline void pick_keep_locked(struct task_ctx *t, struct cgfifo_cpu *c, __u64 cost)
{
	struct cgfifo_slot *s = slot_at(t->slot);

	pick_advance_clock_locked(c, s->vtime);
	t->prepaid = arith_charge(s->slice_ns, cost);
	s->vtime += t->prepaid;
	slot_reorder_locked(t->slot);
	slot_reap_locked();
}

/* The end of prev's slice: settle it, then take the earliest slot, or let prev go on when that is
 * the earlier one. */
static __always_inline bool pick_after(struct pick *k, __s32 cpu, struct task_struct *prev,
				       struct task_ctx *t)
{
	__u64 ran = prev->se.sum_exec_runtime - t->charged_at;
	struct cgfifo_slot *s = slot_at(t->slot);
	__u64 cost = slot_cost(t->slot);
	bool found;

	t->charged_at += ran;
	bpf_spin_lock(&order_lock);
	pick_settle_locked(t, ran, cost);
	if (!task_is_bound(prev))
		s->vtime = arith_place(s->vtime, vtime_now, s->slice_ns);
	found = pick_earliest_locked(k, cpu, true, s->vtime, t->slot);
	if (!found)
		pick_keep_locked(t, cpu_at(cpu), cost);
	bpf_spin_unlock(&order_lock);
	return found;
}

/* Nothing runs here: the earliest slot, whichever. */
static __always_inline bool pick_any(struct pick *k, __s32 cpu)
{
	bool found;

	bpf_spin_lock(&order_lock);
	found = pick_earliest_locked(k, cpu, false, 0, 0);
	bpf_spin_unlock(&order_lock);
	return found;
}

static __always_inline void pick_finish(struct pick *k, __s32 cpu, bool moved)
{
	bpf_spin_lock(&order_lock);
	if (moved)
		pick_taken_locked(k, cpu_at(cpu));
	else
		pick_undo_locked(k, cpu);
	bpf_spin_unlock(&order_lock);
	stat_add(moved ? CGFIFO_STAT_picks : CGFIFO_STAT_misses);
}

void BPF_STRUCT_OPS(cgfifo_dispatch, __s32 cpu, struct task_struct *prev)
{
	struct cgfifo_cpu *c = cpu_at(cpu);
	struct task_ctx *t = NULL;
	struct pick k = {};
	bool moved;

	if (prev && task_is_runnable(prev))
		t = task_find(prev);

	c->tries = PICK_TRIES;
	while (c->tries && can_loop) {
		c->tries--;
		if (t ? !pick_after(&k, cpu, prev, t) : !pick_any(&k, cpu)) {
			if (t) {
				prev->scx.slice = slot_at(t->slot)->slice_ns;
				stat_add(CGFIFO_STAT_keeps);
			}
			return;
		}
		moved = compat_dsq_move_to_local(k.slot);
		pick_finish(&k, cpu, moved);
		if (moved)
			return;
	}
	/* Still nothing, but the order says that somebody waits: come back soon. */
	scx_bpf_kick_cpu(cpu, 0);
}

#endif
