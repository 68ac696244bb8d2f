/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A CPU is free, or the slice of its task is over: which cgroup is next?
 */
#ifndef PICK_BPF_H
#define PICK_BPF_H

#include "queue.bpf.h"

/*
 * The pick that a CPU is at lives in its struct cgfifo_cpu rather than on the stack: what the
 * verifier reads from there is unknown to it, so paths that differ only in the pick are one.
 */
static __always_inline __u32 pick_slot(const struct cgfifo_pick *k)
{
	return k->leaf / CGFIFO_NR_KINDS;
}

static __always_inline __u64 *pick_mask(const struct cgfifo_pick *k, __s32 cpu)
{
	__u32 shard = (__u32)cpu / CGFIFO_SHARD_CPUS & (CGFIFO_MAX_SHARDS - 1);

	return &slot_at(pick_slot(k))->mask[k->leaf % CGFIFO_NR_KINDS][shard];
}

static __always_inline __u64 cpu_bit(__s32 cpu)
{
	return 1ULL << (cpu & (CGFIFO_SHARD_CPUS - 1));
}

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

/* Of a slot with work of both kinds for this CPU, let them take turns: ordered by their clocks
 * alone, one kind could wait for ever behind the other. */
static __always_inline void pick_turn_locked(struct cgfifo_pick *k, __s32 cpu)
{
	struct cgfifo_slot *s = slot_at(pick_slot(k));
	__u32 leaf = k->leaf;

	k->leaf = leaf ^ 1;
	if (s->turn != k->leaf % CGFIFO_NR_KINDS || !(*pick_mask(k, cpu) & cpu_bit(cpu)))
		k->leaf = leaf;
	s->turn = (k->leaf ^ 1) % CGFIFO_NR_KINDS;
}

static __always_inline void pick_prepay_locked(__u32 i, __u64 prepaid)
{
	struct cgfifo_slot *s = slot_at(i);

	s->vtime[CGFIFO_FREE] += prepaid;
	s->vtime[CGFIFO_BOUND] += prepaid;
	slot_reorder_locked(i);
}

/*
 * The earliest FIFO for this CPU, unless that of prev's kind in prev's slot (own) is earlier
 * still. A whole slice is charged in advance, so that other CPUs which look right now see that
 * one of its tasks runs; cgfifo_stopping() gives back what was not used.
 */
static __always_inline bool pick_earliest_locked(struct cgfifo_pick *k, __s32 cpu, __u32 own)
{
	__u32 shard = (__u32)cpu / CGFIFO_SHARD_CPUS & (CGFIFO_MAX_SHARDS - 1);
	struct cgfifo_slot *s;
	__u64 limit, *mask;

	k->leaf = vtree_find(&order[shard], cpu_bit(cpu));
	if (k->leaf >= VTREE_LEAVES)
		return false;
	s = slot_at(pick_slot(k));
	k->key = s->vtime[k->leaf % CGFIFO_NR_KINDS];
	if (own < VTREE_LEAVES && pick_slot(k) != own / CGFIFO_NR_KINDS) {
		limit = slot_at(own / CGFIFO_NR_KINDS)->vtime[own % CGFIFO_NR_KINDS];
		if (!arith_before(k->key, limit))
			return false;
	}
	pick_turn_locked(k, cpu);

	mask = pick_mask(k, cpu);
	k->wait_mark = s->wait_mark;
	k->mask = *mask;
	k->prepaid = arith_charge(s->slice_ns, s->cost);
	if (s->nr_queued <= 1) /* most likely this CPU takes the last one */
		*mask = 0;
	pick_prepay_locked(pick_slot(k), k->prepaid);
	return true;
}

/*
 * The pick found no task that may run here; is that because it came too early? Some of those that
 * count as waiting are then in no FIFO: still on their way into it, or taken out by another CPU
 * that does not run them yet.
 */
static __always_inline bool pick_is_early(const struct cgfifo_pick *k)
{
	__u32 waiting = slot_at(pick_slot(k))->nr_queued;
	__s32 queued = scx_bpf_dsq_nr_queued(k->leaf) + scx_bpf_dsq_nr_queued(k->leaf ^ 1);

	return queued < (__s32)waiting;
}

/* Put back what the pick took for granted. Clear this CPU's bit, unless it was early or a task has
 * arrived since: all that wait are bound to other CPUs, or have left. */
static __always_inline void pick_undo_locked(struct cgfifo_pick *k, __s32 cpu, bool early)
{
	struct cgfifo_slot *s = slot_at(pick_slot(k));
	__u64 *mask = pick_mask(k, cpu);

	*mask |= k->mask;
	if (!early && s->wait_mark == k->wait_mark)
		*mask &= ~cpu_bit(cpu);
	pick_prepay_locked(pick_slot(k), -k->prepaid);
}

static __always_inline void pick_taken_locked(struct cgfifo_pick *k, struct cgfifo_cpu *c)
{
	c->prepaid = k->prepaid;
	c->prepaid_slot = pick_slot(k);
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
static __always_inline void pick_keep_locked(struct task_ctx *t, struct cgfifo_cpu *c,
					     enum cgfifo_kind kind, __u64 cost)
{
	struct cgfifo_slot *s = slot_at(t->slot);

	pick_advance_clock_locked(c, s->vtime[kind]);
	t->prepaid = arith_charge(s->slice_ns, cost);
	pick_prepay_locked(t->slot, t->prepaid);
	slot_reap_locked();
}

/* The end of prev's slice: settle it, then take the earliest FIFO, or let prev go on when its own
 * is the earlier one. */
static __always_inline bool pick_after(struct cgfifo_pick *k, __s32 cpu, struct task_struct *prev,
				       struct task_ctx *t)
{
	__u64 ran = prev->se.sum_exec_runtime - t->charged_at;
	struct cgfifo_slot *s = slot_at(t->slot);
	enum cgfifo_kind kind = task_kind(prev);
	__u64 cost = slot_cost(t->slot);
	bool found;

	t->charged_at += ran;
	bpf_spin_lock(&order_lock);
	pick_settle_locked(t, ran, cost);
	if (kind == CGFIFO_FREE)
		s->vtime[kind] = arith_place(s->vtime[kind], vtime_now, s->slice_ns);
	found = pick_earliest_locked(k, cpu, slot_leaf(t->slot, kind));
	if (!found)
		pick_keep_locked(t, cpu_at(cpu), kind, cost);
	bpf_spin_unlock(&order_lock);
	return found;
}

/* Nothing runs here: the earliest FIFO, whichever. */
static __always_inline bool pick_any(struct cgfifo_pick *k, __s32 cpu)
{
	bool found;

	bpf_spin_lock(&order_lock);
	found = pick_earliest_locked(k, cpu, VTREE_NONE);
	bpf_spin_unlock(&order_lock);
	return found;
}

/* The pick came to a task, or to nothing. Answers whether it was early. */
static __always_inline bool pick_finish(struct cgfifo_pick *k, __s32 cpu, bool moved)
{
	bool early = !moved && pick_is_early(k);

	bpf_spin_lock(&order_lock);
	if (moved)
		pick_taken_locked(k, cpu_at(cpu));
	else
		pick_undo_locked(k, cpu, early);
	bpf_spin_unlock(&order_lock);
	stat_add(moved ? CGFIFO_STAT_picks : CGFIFO_STAT_misses);
	return early;
}

void BPF_STRUCT_OPS(cgfifo_dispatch, __s32 cpu, struct task_struct *prev)
{
	struct cgfifo_pick *k = &cpu_at(cpu)->pick;
	struct task_ctx *t = NULL;
	bool moved;

	if (prev && task_is_runnable(prev))
		t = task_find(prev);

	k->tries = PICK_TRIES;
	while (k->tries && can_loop) {
		k->tries--;
		if (t ? !pick_after(k, cpu, prev, t) : !pick_any(k, cpu)) {
			if (t) {
				prev->scx.slice = slot_at(t->slot)->slice_ns;
				stat_add(CGFIFO_STAT_keeps);
			}
			return;
		}
		moved = compat_dsq_move_to_local(k->leaf);
		if (pick_finish(k, cpu, moved))
			break;
		if (moved)
			return;
	}
	/* Nothing yet, but the order says that somebody waits: come back soon. */
	if (t)
		prev->scx.slice = CGFIFO_SLICE_MIN_US * 1000ULL;
	else
		scx_bpf_kick_cpu(cpu, 0);
}

#endif
