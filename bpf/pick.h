/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A CPU is free, or the slice of its task is over: which FIFO is next? Pure: compiles into the
 * scheduler, the model and the unit tests alike. All is called with the lock of the order held.
 *
 * A slice is charged when it is handed out, so that other CPUs which look right now see that one
 * of its tasks runs, and trued up when the task stops.
 */
#ifndef PICK_H
#define PICK_H

#include "account-due.h"
#include "slot.h"

/* How often a CPU looks for cgroups that have waited too long, in ns, and at how many. */
#define PICK_RESCUE_INTERVAL (10 * ARITH_MSEC)
#define PICK_RESCUE_SLOTS    16
/* A task waits at most about this long, however small its share, in ns. Far below the 30 s after
 * which the kernel ejects a scheduler that lets one wait. */
#define PICK_WAIT_MAX (2 * ARITH_SEC)
/* ... if it is not limited; else up to this, as it is most likely throttled. */
#define PICK_WAIT_LIMITED (15 * ARITH_SEC)
/* ... and then gets this much, or till the next tick, as the kernel looks at slices only then. With
 * the interval, that is at most a hundredth of a CPU, or with ticks of 4 ms about a fifth. */
#define PICK_RESCUE_SLICE (CGFIFO_SLICE_MIN_US * 1000ULL)

static __always_inline struct cgfifo_cpuset *pick_mask(const struct cgfifo_pick *k)
{
	return &slot_at(k->slot)->mask[k->kind & 1];
}

/* Of a slot with work of both kinds for this CPU, let them take turns here. */
static __always_inline void pick_kind(struct cgfifo_pick *k, struct cpu_bit bit)
{
	struct cgfifo_slot *s = slot_at(k->slot);

	k->kind = CGFIFO_FREE;
	if (!cpuset_has(&s->mask[CGFIFO_BOUND], bit))
		return;
	if (cpuset_has(&s->mask[CGFIFO_FREE], bit) && !cpuset_has(&s->turn, bit)) {
		cpuset_add(&s->turn, bit);
		return;
	}
	k->kind = CGFIFO_BOUND;
	cpuset_remove(&s->turn, bit);
}

/* Do bound tasks wait for a CPU that has not served the slot? */
static __always_inline bool pick_has_unserved(const struct cgfifo_slot *s)
{
	const struct cgfifo_cpuset *bound = &s->mask[CGFIFO_BOUND];
	__u64 any = 0;

	for (__u32 i = 0; cpuset_has_word(i); i++)
		any |= bound->word[i] & online_mask.word[i] & ~s->served.word[i];
	return any;
}

/*
 * A CPU serves a slot. Where bound tasks wait in it, that counts when all CPUs have for which they
 * do: a slot that has one CPU for itself may be ahead of its share on another one for good.
 */
static __always_inline void pick_note_served(struct cgfifo_slot *s, struct cpu_bit bit)
{
	if (cpuset_any(&s->mask[CGFIFO_BOUND])) {
		cpuset_add(&s->served, bit);
		if (pick_has_unserved(s))
			return;
		s->served = cpuset_none();
	}
	s->served_at = clock_ns;
}

/* Has a slot tasks that wait for this CPU, and for too long? With n of them it has to be served n
 * times as often. Where this CPU has done its part, it waits for the others, and not for ever. */
static __always_inline bool pick_is_late(const struct cgfifo_slot *s, struct cpu_bit bit)
{
	__u64 most = s->limited_by == CGFIFO_ROOT_SLOT ? PICK_WAIT_MAX : PICK_WAIT_LIMITED;

	if (!slot_waits_for(s, bit))
		return false;
	most /= s->nr_queued + 1ULL;
	if (cpuset_has(&s->served, bit))
		most *= 2;
	return (__s64)(clock_ns - s->served_at) > (__s64)most;
}

/*
 * Is it time to look for a slot that has waited too long, and is there one? Each CPU goes through
 * all of them: what is late on one need not be late on another.
 */
static ARITH_APART bool pick_rescue(struct cgfifo_pick *k, struct cgfifo_cpu *c, struct cpu_bit bit)
{
	struct cgfifo_slot *s;

	if (clock_ns - c->rescue_at < PICK_RESCUE_INTERVAL)
		return false;
	c->rescue_at = clock_ns;
	k->tries = PICK_RESCUE_SLOTS;
	while (k->tries && can_loop) {
		k->tries--;
		if (++c->rescue_slot >= nr_used_slots)
			c->rescue_slot = 0;
		s = slot_at(c->rescue_slot);
		if (pick_is_late(s, bit)) {
			k->slot = c->rescue_slot;
			if (cpuset_has(&s->served, bit)) /* some CPU does not come to it */
				s->served = cpuset_all();
			k->slice_ns = PICK_RESCUE_SLICE;
			stat_add_locked(CGFIFO_STAT_rescues);
			return true;
		}
	}
	return false;
}

/* The slot that is next in the order; answers false if nothing waits for this CPU. */
static __always_inline bool pick_choose(struct cgfifo_pick *k, struct cgfifo_cpu *c,
					struct cpu_bit bit)
{
	k->slot = account_pick(c, bit);
	k->slice_ns = slot_at(k->slot)->slice_ns;
	return k->slot != CGFIFO_NO_SLOT;
}

/* Take it: this CPU will serve one of its FIFOs. */
static __always_inline void pick_take(struct cgfifo_pick *k, struct cgfifo_cpu *c,
				      struct cpu_bit bit)
{
	__u32 slot = k->slot;
	struct cgfifo_slot *s = slot_at(slot);
	struct cgfifo_cpuset *mask;

	pick_kind(k, bit);
	mask = pick_mask(k);
	k->wait_mark = s->wait_mark;
	k->mask = *mask;
	pick_note_served(s, bit);
	if (s->nr_queued <= 1) /* most likely this CPU takes the last one */
		*mask = cpuset_none();
	slot_tell_locked(slot, c);
	account_charge(CGFIFO_SELF(slot), k->slice_ns);
}

/* The slot of what runs on the CPU that looks, see pick_after(). Always read from memory, since the
 * verifier would walk all that follows anew for a number that it knows. */
static PRIVATE(order) volatile __u32 pick_own;

/*
 * Who is next on a CPU at the end of the slice of a task of slot own, which could go on, on the
 * CPUs in k->own_mask? Answers false if it should, or if nobody is. Own is CGFIFO_NO_SLOT where
 * nothing runs. It should as long as it is due: one that is entitled to all that a thread can use
 * would lose some of it each time that it waited. Else, or if one woke that goes first, or if it is
 * bound to some CPUs, where all may be behind, it competes as if it waited. Others of the same slot
 * go first, as it would stand behind them, unless own_first says that it would not. One that may
 * not go on here has no CPU in k->own_mask: its gate may still be open, and it would be behind its
 * share, and nobody would run.
 */
static __always_inline bool pick_after(struct cgfifo_pick *k, struct cgfifo_cpu *c,
				       struct cpu_bit bit, __u32 own, bool own_first)
{
	CPUSET_LOCKED(mask);
	bool may_go_on = false;

	pick_own = own;
	if (own != CGFIFO_NO_SLOT) {
		may_go_on = !c->interrupted && !cpuset_beyond(&online_mask, &k->own_mask);
		c->interrupted = 0;
		if (!account_waits_for(bit))
			return false;
	}
	if (!pick_rescue(k, c, bit)) {
		if (may_go_on && account_is_due(CGFIFO_SELF(pick_own), c)) {
			k->slot = pick_own;
			k->slice_ns = slot_at(k->slot)->slice_ns;
		} else {
			if (pick_own != CGFIFO_NO_SLOT) {
				slot_mask(slot_at(pick_own), &mask);
				cpuset_join(&mask, &k->own_mask);
				account_wait(CGFIFO_SELF(pick_own), &mask, c, false);
			}
			pick_choose(k, c, bit);
			if (pick_own != CGFIFO_NO_SLOT)
				slot_tell_locked(pick_own, c);
		}
		if (own_first && k->slot == pick_own)
			return false;
	}
	if (k->slot == CGFIFO_NO_SLOT ||
	    (pick_own != CGFIFO_NO_SLOT && !slot_waits_for(slot_at(k->slot), bit)))
		return false;
	pick_take(k, c, bit);
	return true;
}

/* The same where nothing runs. */
static __always_inline bool pick_next(struct cgfifo_pick *k, struct cgfifo_cpu *c,
				      struct cpu_bit bit)
{
	return pick_after(k, c, bit, CGFIFO_NO_SLOT, false);
}

/* The pick came to a task: the charge goes over to it when it runs. */
static __always_inline void pick_done(struct cgfifo_pick *k, struct cgfifo_cpu *c)
{
	c->prepaid_ns = k->slice_ns;
	c->prepaid_slot = k->slot;
}

/* It came to none: put back what it took for granted. Clear this CPU's bit, unless the pick was
 * early or a task has arrived since: all that wait are bound to other CPUs, or have left. */
static __always_inline void pick_undo(struct cgfifo_pick *k, struct cgfifo_cpu *c,
				      struct cpu_bit bit, bool early)
{
	__u32 slot = k->slot;
	struct cgfifo_slot *s = slot_at(slot);
	struct cgfifo_cpuset *mask = pick_mask(k);

	cpuset_join(mask, &k->mask);
	if (!early && s->wait_mark == k->wait_mark) {
		cpuset_remove(mask, bit);
		/* CPUs that are offline would keep it waiting, and none of them looks. */
		if (!cpuset_meets(mask, &online_mask))
			*mask = cpuset_none();
	}
	account_charge(CGFIFO_SELF(slot), -(__s64)k->slice_ns);
	slot_tell_locked(slot, c);
	slot_sleep_locked(slot);
}

#endif
