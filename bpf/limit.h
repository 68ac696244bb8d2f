/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Limits: what a cgroup and all below it may use of the CPUs in each period (cpu.max), and may save
 * up (cpu.max.burst). Pure: compiles into the scheduler, the model and the unit tests alike. Who
 * calls it holds the lock.
 *
 * A slice is taken out of what is left when it is handed out, and what was not used comes back when
 * the task stops, so what all CPUs together run is never more than what is left. What a task runs
 * beyond its slice is a debt that the next periods pay. So over any time, a cgroup gets its quota,
 * however many threads and CPUs use it.
 *
 * A cgroup with a limit is a gate, see vtree.h. With nothing left it is shut, and stands in an
 * order of its own by the time at which it is to be looked at again: nobody walks over those that
 * are throttled, and their tasks wait where they are.
 */
#ifndef LIMIT_H
#define LIMIT_H

#include "order-pick.h"
#include "slot.h"

/* A quota longer than this, in ns, is none: more than 512 CPUs use in the longest period, 1 s. */
#define LIMIT_QUOTA_MAX (1ULL << 40)
/* Periods that are caught up with at most, when nobody has looked for a long time. */
#define LIMIT_PERIODS_MAX (1ULL << 16)
/* A slice is at least this long, in ns, even if less is left: the next period pays. */
#define LIMIT_SLICE_MIN (CGFIFO_SLICE_MIN_US * 1000ULL)
/* Into so many parts, at most, is dealt out what is left, where several wait for it. */
#define LIMIT_NR_PARTS 4
/* So often a task goes on past its limit to leave the kernel, for 0.07 s altogether. */
#define LIMIT_NR_PAST 500

struct cgfifo_limit limits[CGFIFO_MAX_SLOTS] SEC(".bss.limits");

/* The present by the monotonic clock, in ns. Kept only while there are limits. */
static PRIVATE(order) __u64 limit_clock_ns;
static PRIVATE(order) __u32 limit_nr;
/* Counts limits that came or went: what a slot remembers of those above is of that time. */
static PRIVATE(order) __u32 limit_changes;
/* The gates that are shut. */
static PRIVATE(order) struct order limit_order;
/* When the first of them is to be looked at; a timer is to be set, if that is sooner than before.
 */
static PRIVATE(order) __u64 limit_wakes_at;
static PRIVATE(order) bool limit_is_sooner;
/* CPUs that may find something in gates that were opened. */
static PRIVATE(order) struct cgfifo_cpuset limit_woken;
/* A gate for which limit_settle() is to be called, or that is to be tied; or the root. Another may
 * be forgotten for it: that is seen again with its next slice, or when a task comes to wait. */
static PRIVATE(order) __u32 limit_unsettled;

static __always_inline struct cgfifo_limit *limit_at(__u32 slot)
{
	return &limits[slot & (CGFIFO_MAX_SLOTS - 1)];
}

/* The nearest slot with a limit, itself or above; the root has none, and stands for "none". */
static __always_inline __u32 limit_above(__u32 slot)
{
	struct cgfifo_slot *s = slot_at(slot);

	if (s->limits_seen == limit_changes + 1)
		return s->limited_by;
	while (!vtree_always_counts(slot) && can_loop)
		slot = slot_at(slot)->parent;
	s->limited_by = slot;
	s->limits_seen = limit_changes + 1;
	return slot;
}

/* Has a slot a limit, or one above? Also without the lock; says yes when in doubt. */
static __always_inline bool limit_applies(__u32 slot)
{
	const struct cgfifo_slot *s = slot_at(slot);

	return limit_nr &&
	       (s->limits_seen != limit_changes + 1 || s->limited_by != CGFIFO_ROOT_SLOT);
}

/* Count the period that is over. */
static __always_inline void limit_count(struct cgfifo_limit *l)
{
	__s64 used = l->first_ns - l->left_ns, more = used - (__s64)l->quota_ns;
	__s64 saved = l->first_ns - (__s64)l->quota_ns;

	if (used <= 0)
		return;
	l->nr_periods++;
	if (more <= 0 || saved <= 0)
		return; /* a slice that was run too long is no burst: the next period pays */
	l->nr_bursts++;
	l->burst_used_ns += more < saved ? more : saved;
}

/* Fill up for the periods that have begun. */
static __always_inline void limit_roll(struct cgfifo_limit *l)
{
	__u64 most = l->quota_ns + l->burst_ns, n;

	if (arith_before(limit_clock_ns, l->ends_at))
		return;
	limit_count(l);
	n = (limit_clock_ns - l->ends_at) / (l->period_ns ?: 1) + 1;
	l->ends_at += n * l->period_ns;
	if (n > LIMIT_PERIODS_MAX)
		n = LIMIT_PERIODS_MAX;
	l->left_ns += n * l->quota_ns;
	if (l->left_ns > (__s64)most)
		l->left_ns = most;
	l->first_ns = l->left_ns;
}

/* When will there be something left? */
static __always_inline __u64 limit_when(const struct cgfifo_limit *l)
{
	if (l->left_ns > 0)
		return limit_clock_ns;
	return l->ends_at + (__u64)-l->left_ns / (l->quota_ns ?: 1) * l->period_ns;
}

/* A gate that is shut is to be looked at then. */
static __always_inline void limit_wait_until(__u32 slot, __u64 at)
{
	struct order_entry *e = vtree_entry(CGFIFO_NODE(slot));
	CPUSET_LOCKED(mask);

	mask = cpuset_all();
	e->start = e->finish = at;
	order_set_mask(e, *order_place_of(CGFIFO_NODE(slot)), &mask);
	order_rise(*order_place_of(CGFIFO_NODE(slot)));
	if (!limit_wakes_at || arith_before(at, limit_wakes_at)) {
		limit_wakes_at = at;
		limit_is_sooner = true;
	}
}

static __always_inline void limit_throttle(__u32 slot)
{
	struct cgfifo_limit *l = limit_at(slot);

	l->shut_at = limit_clock_ns;
	l->nr_throttled++;
	stat_add_locked(CGFIFO_STAT_throttles);
	slot_at(slot)->flags |= CGFIFO_SLOT_THROTTLED;
	account_wait_no_more(CGFIFO_NODE(slot), cpu_at(0));
	vtree_untie(slot);
	order_add(&limit_order, CGFIFO_NODE(slot), 0, 0);
	limit_wait_until(slot, limit_when(l));
}

/* Open a gate; it is loose then, if anything is in it. */
static __always_inline void limit_let_go(__u32 slot)
{
	limit_at(slot)->throttled_ns += limit_clock_ns - limit_at(slot)->shut_at;
	order_remove(&limit_order, CGFIFO_NODE(slot));
	slot_at(slot)->flags &= ~CGFIFO_SLOT_THROTTLED;
}

/* The first CPU of a set; of an empty one any. By halves, as BPF has no instruction for it, and
 * without a branch, see arith_mask(). */
static __always_inline __s32 limit_first_cpu(const struct cgfifo_cpuset *set)
{
	__u64 word = set->word[0], first = 0, none;

	for (__u32 w = 1; cpuset_has_word(w); w++) {
		none = ~arith_is_set(word);
		first = arith_select(none, w * CGFIFO_WORD_CPUS, first);
		word = arith_select(none, set->word[w], word);
	}
	for (__u64 half = CGFIFO_WORD_CPUS / 2; half; half /= 2) {
		none = half & ~arith_is_set(word & ((1ULL << half) - 1));
		word >>= none;
		first += none;
	}
	return first & (CGFIFO_MAX_CPUS - 1);
}

/* A gate that is loose takes part in what is above. Answers the next one that is loose, or the
 * root. What waits in it may come from several CPUs, so where that is bound it is measured by the
 * first that it may run on.
 */
static __always_inline __u32 limit_tie(__u32 slot)
{
	struct vtree_fork *f = vtree_fork(slot);
	__u32 above = vtree_tie(slot);
	CPUSET_LOCKED(mask);

	if (!f->order.nr)
		return above;
	order_block_mask(f->order.root, &mask);
	cpuset_join(&limit_woken, &mask);
	account_wait(CGFIFO_NODE(slot), &mask, cpu_at(limit_first_cpu(&mask)), true);
	return above;
}

/* A gate with nothing left is shut, one with something left is opened as soon as can be. Not in
 * limit_pay(), because it is rare and long, and would be in a loop there. */
static __always_inline void limit_settle(__u32 slot)
{
	const struct cgfifo_limit *l = limit_at(slot);

	if (!vtree_is_gate(slot))
		return;
	if (!vtree_is_shut(slot) && l->left_ns <= 0)
		limit_throttle(slot);
	else if (vtree_is_shut(slot) && l->left_ns > 0)
		limit_wait_until(slot, limit_clock_ns);
}

/* A task of a slot has run, or may run, for ns; negative: it did not. */
static __always_inline void limit_pay(__u32 slot, __s64 ns)
{
	struct cgfifo_limit *l;

	slot = limit_above(slot);
	while (slot != CGFIFO_ROOT_SLOT && can_loop) {
		l = limit_at(slot);
		limit_roll(l);
		l->left_ns -= ns;
		if (vtree_is_shut(slot) != (l->left_ns <= 0))
			limit_unsettled = slot;
		slot = limit_above(slot_at(slot)->parent);
	}
}

/* Is a slot throttled, or one above, or will it be in a moment? */
static __always_inline bool limit_stops(__u32 slot)
{
	slot = limit_above(slot);
	while (slot != CGFIFO_ROOT_SLOT && can_loop) {
		if (vtree_is_shut(slot) || limit_at(slot)->left_ns <= 0)
			return true;
		slot = limit_above(slot_at(slot)->parent);
	}
	return false;
}

/*
 * The nearest gate above a slot that is loose, or the root. A task that comes to wait asks, as one
 * may have been so for longer: where the slot's first task ran before any waited, as one does that
 * moves itself into the cgroup, limit_unsettled says so, and may have been forgotten.
 */
static __always_inline __u32 limit_loose(__u32 slot)
{
	slot = limit_above(slot);
	while (slot != CGFIFO_ROOT_SLOT && !vtree_is_loose(slot) && can_loop)
		slot = limit_above(slot_at(slot)->parent);
	return slot;
}

/* For how long, in ns, a task goes on past its limit that has done so before. Not always the same,
 * or it might be stopped at the same place of a loop in the kernel again and again. */
static __always_inline __u64 limit_slice_past(__u32 times)
{
	return LIMIT_SLICE_MIN + (times & 31) * (LIMIT_SLICE_MIN / 32);
}

/* Of what is left, in ns, the part of one of those that wait for it in a slot. The first would use
 * all of it up else, and one that only wants to end waits for a period, or two. */
static __always_inline __s64 limit_part(__u32 slot, __s64 left)
{
	__u32 n = slot_at(slot)->nr_queued;

	if (n < 2 || left <= 0)
		return left;
	return (__u64)left / (n < LIMIT_NR_PARTS ? n : LIMIT_NR_PARTS);
}

/* As much of a slice, in ns, as is left for a task of a slot, but for a little. */
static __always_inline __u64 limit_slice(__u32 slot, __u64 slice_ns)
{
	__u32 gate = limit_above(slot);
	__s64 left = slice_ns;

	while (gate != CGFIFO_ROOT_SLOT && can_loop) {
		limit_roll(limit_at(gate));
		if (limit_at(gate)->left_ns < left)
			left = limit_at(gate)->left_ns;
		gate = limit_above(slot_at(gate)->parent);
	}
	if (left < (__s64)slice_ns)
		left = limit_part(slot, left);
	return left < (__s64)LIMIT_SLICE_MIN ? LIMIT_SLICE_MIN : (__u64)left;
}

/* A task of a slot is to run for a slice, which was charged: take what it may have of it out of
 * what is left, and answer that. */
static __always_inline __u64 limit_take(__u32 slot, __u64 slice_ns)
{
	__u64 ns = limit_slice(slot, slice_ns);

	account_charge(CGFIFO_SELF(slot), (__s64)(ns - slice_ns));
	limit_pay(slot, ns);
	return ns;
}

/* Look at the gate that is first to be looked at, and answer it: it may be loose now. Or the root,
 * if none is due; then limit_wakes_at says when one will be. */
static __always_inline __u32 limit_look(void)
{
	__u32 m = order_first(&limit_order, limit_clock_ns), slot = CGFIFO_SLOT_OF(m);

	limit_wakes_at = 0;
	if (m == ORDER_NONE)
		return CGFIFO_ROOT_SLOT;
	if (arith_before(limit_clock_ns, vtree_entry(m)->start)) {
		limit_wakes_at = vtree_entry(m)->start;
		return CGFIFO_ROOT_SLOT;
	}
	limit_roll(limit_at(slot));
	if (limit_at(slot)->left_ns > 0)
		limit_let_go(slot);
	else
		limit_wait_until(slot, limit_when(limit_at(slot)));
	return slot;
}

/* A slot's limit is to be lifted: if it is throttled it is let go. */
static __always_inline void limit_open(__u32 slot)
{
	if (vtree_is_shut(slot))
		limit_let_go(slot);
}

/* Lift the limit of a slot that is not throttled, and not loose. */
static __always_inline void limit_remove(__u32 slot)
{
	if (!vtree_is_gate(slot) || vtree_is_shut(slot) || vtree_is_loose(slot))
		return;
	vtree_remove_gate(slot);
	limit_at(slot)->quota_ns = 0;
	limit_nr--;
	limit_changes++;
}

/* A slot may use quota_ns in each period_ns, and save up burst_ns; it begins with a full one. */
static __always_inline void limit_set(__u32 slot, __u64 quota_ns, __u64 period_ns, __u64 burst_ns)
{
	struct cgfifo_limit *l = limit_at(slot);

	if (!vtree_is_gate(slot)) {
		*l = (struct cgfifo_limit){};
		vtree_make_gate(slot);
		limit_nr++;
		limit_changes++;
	}
	l->quota_ns = quota_ns;
	l->period_ns = period_ns;
	l->burst_ns = burst_ns < LIMIT_QUOTA_MAX ? burst_ns : LIMIT_QUOTA_MAX;
	l->left_ns = l->first_ns = quota_ns;
	l->ends_at = limit_clock_ns + period_ns;
	if (vtree_is_shut(slot))
		limit_wait_until(slot, limit_clock_ns);
}

#endif
