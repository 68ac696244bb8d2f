/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cgroup's place: taking and giving back a slot, becoming active and leaving, its weight, its
 * share, the charge of what it ran. Functions named *_locked are called with order_lock held.
 */
#ifndef SLOT_BPF_H
#define SLOT_BPF_H

#include "state.bpf.h"

/*
 * What running costs slot i, from the weights of all its ancestors. Weights and sums may change
 * while this runs; what follows from a half-old share is a charge that is off once, by what the
 * share changed. A function of its own so that the verifier looks at it once.
 */
__noinline __u64 slot_compute_cost(__u32 i)
{
	struct cgfifo_slot *s = slot_at(i), *parent;
	__u64 share = arith_share_of(ARITH_SHARE_ONE, CGFIFO_SELF_WEIGHT, s->child_sum);

	while (i != CGFIFO_ROOT_SLOT && can_loop) {
		s = slot_at(i);
		i = s->parent;
		parent = slot_at(i);
		share = arith_share_of(share, s->weight, parent->child_sum);
	}
	return arith_cost(share);
}

/* What running costs this slot now. */
static __always_inline __u64 slot_cost(__u32 i)
{
	struct cgfifo_slot *s = slot_at(i);
	__u64 gen = share_gen + 1; /* so that 0 is never current */

	if (s->cost_gen != gen) {
		s->cost = slot_compute_cost(i);
		s->cost_gen = gen;
		stat_add(CGFIFO_STAT_cost_walks);
	}
	return s->cost;
}

/* The virtual time by which a kind of a slot's tasks goes: the system's; or, for those bound to
 * some of the CPUs, the clock of the one that they last came from. */
static __always_inline __u64 slot_now(struct cgfifo_slot *s, enum cgfifo_kind kind)
{
	return kind == CGFIFO_BOUND ? cpu_at(s->bound_cpu)->clock : vtime_now;
}

static __always_inline __u32 slot_leaf(__u32 i, enum cgfifo_kind kind)
{
	return CGFIFO_NR_KINDS * i + kind;
}

/* Let the order know of the slot's vtimes and masks. */
static __always_inline void slot_reorder_locked(__u32 i)
{
	struct cgfifo_slot *s = slot_at(i);
	__u32 shard;

	for (shard = 0; shard < CGFIFO_MAX_SHARDS && can_loop; shard++) {
		if (shard >= nr_shards)
			break;
		vtree_set_slot(&order[shard], i, s->vtime, s->mask[CGFIFO_FREE][shard],
			       s->mask[CGFIFO_BOUND][shard]);
	}
}

/* Count the slot's weight at its parent, and so on upwards as far as the parents were idle. */
static __always_inline void slot_activate_locked(__u32 i)
{
	struct cgfifo_slot *s = slot_at(i), *parent;

	if (s->flags & CGFIFO_SLOT_SELF)
		return;
	s->flags |= CGFIFO_SLOT_SELF;
	s->child_sum += CGFIFO_SELF_WEIGHT;
	share_gen++;
	stat_add_locked(CGFIFO_STAT_activations);

	while (!(s->flags & CGFIFO_SLOT_ACTIVE) && can_loop) {
		s->flags |= CGFIFO_SLOT_ACTIVE;
		if (i == CGFIFO_ROOT_SLOT)
			return;
		parent = slot_at(s->parent);
		parent->child_sum += s->weight;
		i = s->parent;
		s = parent;
	}
}

/* The reverse: take the weight away, and that of each parent that has nobody active left. */
static __always_inline void slot_deactivate_locked(__u32 i)
{
	struct cgfifo_slot *s = slot_at(i), *parent;

	if (!(s->flags & CGFIFO_SLOT_SELF))
		return;
	s->flags &= ~CGFIFO_SLOT_SELF;
	s->child_sum -= CGFIFO_SELF_WEIGHT;
	share_gen++;
	stat_add_locked(CGFIFO_STAT_departures);

	while (!s->child_sum && s->flags & CGFIFO_SLOT_ACTIVE && can_loop) {
		s->flags &= ~CGFIFO_SLOT_ACTIVE;
		if (i == CGFIFO_ROOT_SLOT)
			return;
		parent = slot_at(s->parent);
		parent->child_sum -= s->weight;
		i = s->parent;
		s = parent;
	}
}

/* Work of a kind arrives where there was none: be active, and stand no further back than one
 * slice of credit allows. */
static __always_inline void slot_arrive_locked(__u32 i, enum cgfifo_kind kind)
{
	struct cgfifo_slot *s = slot_at(i);

	slot_activate_locked(i);
	s->vtime[kind] = arith_place(s->vtime[kind], slot_now(s, kind), s->slice_ns);
}

/* The last task of this slot sleeps. It goes on counting as active until the system's virtual
 * time has passed its own; see slot_reap_locked(). */
static __always_inline void slot_linger_locked(__u32 i)
{
	struct vtree_node *n = vtree_node(&ghosts, 0, i);

	if (n && !n->mask)
		vtree_set(&ghosts, i, slot_at(i)->vtime[CGFIFO_FREE], 1);
}

/* Let the one that has waited longest leave, if its time has come. */
static __always_inline void slot_reap_locked(void)
{
	struct vtree_node *root = vtree_node(&ghosts, ghosts.top, 0);
	struct cgfifo_slot *s;
	__u32 i;

	if (!root || !root->mask || !arith_before(root->key + ARITH_LINGER, vtime_now))
		return;
	i = vtree_find(&ghosts, 1);
	if (i >= CGFIFO_MAX_SLOTS)
		return;
	s = slot_at(i);
	if (s->nr_queued || s->nr_running) {
		vtree_set(&ghosts, i, 0, 0); /* it came back in the meantime */
	} else if (!arith_before(s->vtime[CGFIFO_FREE] + ARITH_LINGER, vtime_now)) {
		/* it came back, ran, and left again */
		vtree_set(&ghosts, i, s->vtime[CGFIFO_FREE], 1);
	} else {
		vtree_set(&ghosts, i, 0, 0);
		slot_deactivate_locked(i);
	}
}

/* No later than limit; what is cut off is forgiven, and counted. */
static __always_inline void slot_forgive_locked(struct cgfifo_slot *s, enum cgfifo_kind kind,
						__u64 limit)
{
	if (!arith_before(limit, s->vtime[kind]))
		return;
	s->vtime[kind] = limit;
	stat_add_locked(CGFIFO_STAT_debt_caps);
}

/* Both kinds pay for what either ran: it is one account, kept by two clocks. Virtual time may go
 * backwards here: what was prepaid comes back when less was used. */
static __always_inline void slot_charge_locked(__u32 i, __u64 charge, __u64 prepaid)
{
	struct cgfifo_slot *s = slot_at(i);
	__u64 now = slot_now(s, CGFIFO_BOUND);

	s->vtime[CGFIFO_FREE] += charge - prepaid;
	s->vtime[CGFIFO_BOUND] += charge - prepaid;
	slot_forgive_locked(s, CGFIFO_FREE, arith_debt_limit(vtime_now, nr_online, s->nr_queued));
	slot_forgive_locked(s, CGFIFO_BOUND, arith_debt_limit(now, nr_online, s->nr_queued));
	slot_forgive_locked(s, CGFIFO_BOUND,
			    now + arith_charge(ARITH_BOUND_SLICES * s->slice_ns, s->cost));
	slot_reorder_locked(i);
}

static __always_inline void slot_set_weight_locked(__u32 i)
{
	struct cgfifo_slot *s = slot_at(i);
	__u32 old = s->weight;

	s->weight = s->conf_weight ?: s->own_weight;
	if (s->weight == old)
		return;
	if (s->flags & CGFIFO_SLOT_ACTIVE && i != CGFIFO_ROOT_SLOT)
		slot_at(s->parent)->child_sum += (__u64)s->weight - old;
	s->vtime[CGFIFO_FREE] =
		arith_rescale(s->vtime[CGFIFO_FREE], slot_now(s, CGFIFO_FREE), old, s->weight);
	s->vtime[CGFIFO_BOUND] =
		arith_rescale(s->vtime[CGFIFO_BOUND], slot_now(s, CGFIFO_BOUND), old, s->weight);
	slot_reorder_locked(i);
	share_gen++;
}

/* A free slot for a cgroup, or CGFIFO_NO_SLOT. It starts with one reference, the cgroup's. */
static __always_inline __u32 slot_take_locked(void)
{
	__u32 n = nr_free_slots;

	if (n && n <= CGFIFO_MAX_SLOTS) {
		nr_free_slots = n - 1;
		return free_slots[(n - 1) & (CGFIFO_MAX_SLOTS - 1)];
	}
	if (nr_used_slots >= CGFIFO_MAX_SLOTS)
		return CGFIFO_NO_SLOT;
	return nr_used_slots++;
}

/* Forget a slot that nobody refers to: no cgroup, no task, no child. */
static __always_inline void slot_release_locked(__u32 i)
{
	struct cgfifo_slot *s = slot_at(i);
	__u32 shard, n = nr_free_slots;

	slot_deactivate_locked(i);
	for (shard = 0; shard < CGFIFO_MAX_SHARDS; shard++)
		s->mask[CGFIFO_FREE][shard] = s->mask[CGFIFO_BOUND][shard] = 0;
	slot_reorder_locked(i);
	vtree_set(&ghosts, i, 0, 0);
	s->cgid = 0;
	s->flags = 0;
	if (n < CGFIFO_MAX_SLOTS) {
		free_slots[n & (CGFIFO_MAX_SLOTS - 1)] = i;
		nr_free_slots = n + 1;
	}
}

/* Drop one reference; the last one frees the slot and drops the one on its parent. */
static __always_inline void slot_put(__u32 i)
{
	struct cgfifo_slot *s;
	__u32 parent;

	bpf_spin_lock(&order_lock);
	while (can_loop) {
		s = slot_at(i);
		if (i == CGFIFO_ROOT_SLOT || __sync_fetch_and_sub(&s->nr_refs, 1) != 1)
			break;
		parent = s->parent;
		slot_release_locked(i);
		i = parent;
	}
	bpf_spin_unlock(&order_lock);
}

static __always_inline void slot_get(__u32 i)
{
	__sync_fetch_and_add(&slot_at(i)->nr_refs, 1);
}

#endif
