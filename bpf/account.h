/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What moves in the vtree: who waits, who is charged, who is next, what may be owed. Pure: compiles
 * into the scheduler, the model and the unit tests alike. Who calls it holds the lock.
 *
 * A member that runs for d ns moves by d / weight, and so does each fork above it among its own
 * siblings.
 */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include "order-pick.h"
#include "vtree.h"

/* How far behind its share a member can be that does not have to wait: so many of its own slices,
 * and the longest that there is, which is charged at once. */
#define ACCOUNT_CREDIT_SLICES 3
/* How far a member bound to some of the CPUs can be from what they have come to, in slices. */
#define ACCOUNT_BOUND_SLICES 8
/* How long it counts what a CPU has come to, in ns: one that is asked for serves somebody new in
 * each slice. */
#define ACCOUNT_CLOCK_KEPT (1 * ARITH_SEC)
/* What remains to a member of what it could not use, in credits: see account_credit(). */
#define ACCOUNT_UNUSED 2
/* So many it is behind who may run on few CPUs only, and for long. */
#define ACCOUNT_STUCK 64
/* How long a member with nothing to do stays after its debt is paid, in ns that its fork runs. */
#define ACCOUNT_LINGER (1 * ARITH_MSEC)

/* How far behind may a member be that does not have to wait, or did not? As far as it was when it
 * last had to, within limits; at least one slice. In full, which is as far as the limits, if its
 * slice is over: it is owed what others have been charged for since, and what it gave back. */
static __always_inline __u64 account_credit(const struct vtree_member *member, bool in_full)
{
	__u64 most = ACCOUNT_CREDIT_SLICES * member->span +
		     arith_span(slice_longest_ns, member->inverse);
	__u64 lag = member->lag | -(__u64)in_full;

	if (lag < member->span)
		return member->span;
	return lag < most ? lag : most;
}

/* Where the others of a member's fork are, weighted. */
static ARITH_APART __u64 account_others(__u32 slot, __u32 m)
{
	struct vtree_fork *f = vtree_fork(slot);
	__u32 counts = vtree_member(m)->counts;
	__s64 own = (__s64)(vtree_start(m) - f->base) * counts;

	return f->base + arith_mean(f->sum - own, f->weight - counts);
}

/*
 * How far behind or ahead may a member be that has work for these CPUs? One whose tasks could run
 * anywhere has no right to more than it was owed when it last had to wait, or to one slice: what
 * it could not use is lost, so that neither sleeping nor a weight beyond what its threads can use
 * saves up time. One bound to some of the CPUs is measured by what the CPU that it comes from last
 * served in this fork: that runs fast where there is little to do, and slowly where many are bound.
 * It may owe a slice of that one more, as all that have their share differ by as much.
 * Where that CPU had nobody to choose from for long, it is by the others: else it would be owed all
 * that it has slept since, or owe what nobody else could use.
 */
static __always_inline void account_bound_lag(__u32 slot, __u32 m, const struct cgfifo_cpuset *mask,
					      const struct cgfifo_cpu *cpu, bool wakes)
{
	const struct cgfifo_clock *clock = &cpu->clock[slot_at(slot)->level & (CGFIFO_CLOCKS - 1)];
	struct vtree_fork *f = vtree_fork(slot);
	struct vtree_member *member = vtree_member(m);
	__u64 at = vtree_start(m), start = at, near;

	if (!cpuset_beyond(&online_mask, mask)) {
		start = arith_later(start, vtree_now(f) - account_credit(member, !wakes));
		if (!member->weight)
			start = vtree_with_yields(f, start);
	} else if (clock->fork == slot) {
		near = arith_before(clock_ns, cpu->clock_at + ACCOUNT_CLOCK_KEPT)
			       ? clock->start
			       : account_others(slot, m);
		start = arith_later(start, near - ACCOUNT_BOUND_SLICES * member->span);
		near += vtree_member(clock->member)->span;
		start = arith_earlier(start, near + ACCOUNT_BOUND_SLICES * member->span);
	}
	if (start != at)
		vtree_place(f, m, start);
}

/* Is a member so far behind that it cannot be given what it is owed? */
static __always_inline bool account_is_far_behind(struct vtree_fork *f, __u32 m)
{
	__u64 credit = account_credit(vtree_member(m), true);

	return arith_before(vtree_start(m) + ACCOUNT_UNUSED * credit, vtree_now(f));
}

/* Something of a member begins to wait: it counts, but for one that the CPUs on which it may run
 * cannot give what it is owed, see account_recount(). */
static __always_inline void account_begin_wait(__u32 slot, __u32 m,
					       const struct cgfifo_cpuset *mask,
					       const struct cgfifo_cpu *cpu, bool wakes)
{
	struct vtree_member *member = vtree_member(m);

	account_bound_lag(slot, m, mask, cpu, wakes);
	if (member->counts != member->weight && !account_is_far_behind(vtree_fork(slot), m))
		vtree_count(vtree_fork(slot), m, member->weight);
}

static __always_inline void account_note_lag(struct vtree_fork *f, __u32 m)
{
	__s64 lag = vtree_now(f) - vtree_start(m);

	vtree_member(m)->lag = lag < 0 ? 0 : lag;
}

/*
 * A fork of which only such members wait that are ahead of their share stands back by one slice:
 * the one that is behind runs just now, and will wait again in a moment. Without that the ahead
 * would get its turns.
 */
static __always_inline bool account_hold(__u32 m)
{
	struct vtree_member *member = vtree_member(m);
	struct vtree_fork *f = vtree_fork(CGFIFO_SLOT_OF(member->rep));
	__u64 hold = vtree_hold_of(m);

	if (!order_has_started(f->order.root, vtree_now(f)))
		hold += member->span;
	return vtree_hold(m, hold);
}

/*
 * Tasks of a leaf now wait for these CPUs, or none waits any more (it is empty). Tells the forks
 * above, as far up as it makes a difference; what mask is then is of no use. cpu is the one that
 * they come from. wakes: they have slept, or were kept from running.
 */
static ARITH_APART void account_wait(__u32 leaf, struct cgfifo_cpuset *mask,
				     const struct cgfifo_cpu *cpu, bool wakes)
{
	struct order_entry *e;
	__u32 m, slot, rep = leaf;
	bool held;

	while (can_loop) {
		m = vtree_member(rep)->top;
		if (m == ORDER_NONE)
			return;
		e = vtree_entry(m);
		held = !CGFIFO_IS_SELF(rep) && cpuset_any(mask) && account_hold(m);
		if (order_has_mask(e, *order_place_of(m), mask) && !held)
			return;
		slot = vtree_fork_of(m);
		if (!cpuset_any(mask))
			account_note_lag(vtree_fork(slot), m);
		else if (!order_waits(e) || order_lacks(e, *order_place_of(m), mask))
			account_begin_wait(slot, m, mask, cpu, wakes);
		order_set_mask(e, *order_place_of(m), mask);
		order_rise(*order_place_of(m));
		if (slot == CGFIFO_ROOT_SLOT)
			return;
		order_block_mask(vtree_fork(slot)->order.root, mask);
		rep = CGFIFO_NODE(slot);
	}
}

/* None waits any more. */
static __always_inline void account_wait_no_more(__u32 leaf, const struct cgfifo_cpu *cpu)
{
	CPUSET_LOCKED(mask);

	mask = cpuset_none();
	account_wait(leaf, &mask, cpu, false);
}

/*
 * One that yields is to be charged. It moves along with the others, and without others the virtual
 * time moves along with it. The fork remembers where those that yield are, which the virtual time
 * does not tell: as far as the one that is behind, of those that run by turns.
 */
static __always_inline void account_follow(struct vtree_fork *f, __u32 m, __s64 charge)
{
	if (f->weight && arith_before(vtree_start(m), vtree_now(f)))
		vtree_place(f, m, f->base);
	f->yields_at = arith_later(f->yields_at, f->base);
	f->yields_at = arith_earlier(f->yields_at, vtree_start(m)) + charge;
	if (!f->weight)
		f->base = f->yields_at;
}

/* A leaf has run, or will run, for ns: charge it and all forks above it. */
static ARITH_APART void account_charge(__u32 leaf, __s64 ns)
{
	struct vtree_member *member;
	struct vtree_fork *f;
	struct order_entry *e;
	__u32 m, slot, rep = leaf;
	__s64 charge;

	while (can_loop) {
		m = vtree_member(rep)->top;
		if (m == ORDER_NONE)
			return;
		member = vtree_member(m);
		slot = vtree_fork_of(m);
		f = vtree_fork(slot);
		e = vtree_entry(m);
		charge = arith_charge(ns, member->inverse);
		if (!member->weight)
			account_follow(f, m, charge);
		else if (!f->weight) /* nobody else counts, and somebody must */
			vtree_count(f, m, member->weight);
		e->start += charge;
		e->finish += charge;
		f->sum += charge * member->counts;
		if (!CGFIFO_IS_SELF(rep) && order_waits(e))
			account_hold(m);
		if (f->order.height && order_waits(e))
			order_rise(*order_place_of(m));
		if (slot == CGFIFO_ROOT_SLOT)
			return;
		rep = CGFIFO_NODE(slot);
	}
}

/* A CPU serves a member of the fork of a slot. */
static __always_inline void account_note_clock(struct cgfifo_cpu *cpu, __u32 slot, __u32 m)
{
	struct cgfifo_clock *clock = &cpu->clock[slot_at(slot)->level & (CGFIFO_CLOCKS - 1)];

	clock->fork = slot;
	clock->member = m;
	clock->start = vtree_start(m);
	cpu->clock_at = clock_ns;
}

/* The slot whose tasks a CPU should run next, or CGFIFO_NO_SLOT. */
static ARITH_APART __u32 account_pick(struct cgfifo_cpu *cpu, struct cpu_bit bit)
{
	struct vtree_fork *f;
	__u32 slot = CGFIFO_ROOT_SLOT, m, rep;

	while (can_loop) {
		f = vtree_fork(slot);
		m = order_pick(&f->order, bit, vtree_now(f));
		if (m == ORDER_NONE)
			return CGFIFO_NO_SLOT;
		account_note_clock(cpu, slot, m);
		rep = vtree_member(m)->rep;
		slot = CGFIFO_SLOT_OF(rep);
		if (CGFIFO_IS_SELF(rep))
			return slot;
	}
	return CGFIFO_NO_SLOT;
}

/* May somebody else run on this CPU? */
static __always_inline bool account_waits_for(struct cpu_bit bit)
{
	const struct order *o = &vtree_fork(CGFIFO_ROOT_SLOT)->order;

	return o->nr && order_block_has(o->root, bit);
}

/*
 * A slot's weight or slice is another one now. What it is owed or owes goes with that, and what it
 * could not use is not owed. But one that is behind by much, for what its CPUs cannot give, stays
 * where it is: those that it shares them with are as far behind, and would have them to themselves
 * until they had caught up with it.
 */
static __always_inline void account_reweigh(__u32 m)
{
	struct vtree_fork *f = vtree_fork(vtree_fork_of(m));
	struct vtree_member *member = vtree_member(m);
	__u64 credit = account_credit(member, true), now, start, moved, stays, unused;
	__u32 old = member->weight;

	if (*order_place_of(m) == ORDER_NONE ||
	    (!CGFIFO_IS_SELF(m) && vtree_is_shut(CGFIFO_SLOT_OF(m))))
		return; /* it is nobody's member */
	now = vtree_now(f);
	start = vtree_start(m);
	stays = arith_is_before(start + ACCOUNT_STUCK * credit, now);
	unused = arith_is_set(member->counts ^ old);
	vtree_count(f, m, 0);
	vtree_describe(m);
	f->weight += member->weight;
	moved = arith_select(unused & arith_is_before(start, now), now, start);
	moved = arith_rescale(moved, now, old, member->weight);
	start = arith_select(stays, start, moved);
	f->sum += (__s64)(start - now) * member->weight;
	vtree_entry(m)->start = start + member->hold;
	vtree_entry(m)->finish = vtree_entry(m)->start + member->span;
	order_rise(*order_place_of(m));
	vtree_count(f, m, member->weight & ~(stays & unused));
}

/* Is it less behind than what it may be when it counts again? */
static __always_inline bool account_is_near(struct vtree_fork *f, __u32 m)
{
	__u64 credit = account_credit(vtree_member(m), true);

	return arith_before(vtree_now(f) - credit / 2, vtree_start(m));
}

/*
 * A member is far behind though it has work: that may run on some of the CPUs only, and those have
 * nothing more to give, or it all runs. What it is owed it may have when they have, but it does not
 * count any more until it is less behind. Else the virtual time would stay with it, all others
 * would be ahead for good, by more and more, and whoever comes then, at the virtual time, would
 * have their CPUs until it were as far as they. Looked at now and then, for as long as the virtual
 * time may be wrong.
 */
static __always_inline void account_recount(struct vtree_fork *f, __u32 m)
{
	struct vtree_member *member = vtree_member(m);

	if (member->counts != member->weight) {
		if (account_is_near(f, m))
			vtree_count(f, m, member->weight);
	} else if (f->weight > member->counts && account_is_far_behind(f, m) &&
		   order_lacks(vtree_entry(m), *order_place_of(m), &online_mask)) {
		vtree_count(f, m, 0);
	}
}

/* Has a leaf without work paid what it owes to the fork above? */
static __always_inline bool account_is_square(__u32 m)
{
	struct vtree_fork *f = vtree_fork(vtree_fork_of(m));
	__u64 linger = (ACCOUNT_LINGER << ARITH_FRACTION) / (f->weight ?: 1);

	return !arith_before(vtree_now(f), vtree_start(m) + linger);
}

/*
 * Look at one member of a fork: who has more than it can use counts no longer, and a leaf without
 * work leaves when its debt is paid. Below a fork that has none and is square itself, one is let go
 * even if it owes its siblings, since none of them has anything to do. Answers whether one left.
 */
static ARITH_APART bool account_look(__u32 slot)
{
	struct vtree_fork *f = vtree_fork(slot);
	__u32 m, rep;

	if (!f->order.nr)
		return false;
	m = order_entry(order_find_place(&f->order, f->cursor++ % f->order.nr))->ref;
	account_recount(f, m);
	if (!vtree_nr_idle || order_waits(vtree_entry(m)) || !account_is_square(m))
		return false;
	rep = vtree_member(m)->rep;
	while (!CGFIFO_IS_SELF(rep) && can_loop) {
		f = vtree_fork(CGFIFO_SLOT_OF(rep));
		if (!f->order.nr)
			break;
		m = order_entry(order_find_place(&f->order, f->cursor++ % f->order.nr))->ref;
		rep = vtree_member(m)->rep;
	}
	slot = CGFIFO_SLOT_OF(rep);
	if (!CGFIFO_IS_SELF(rep))
		slot = slot_at(slot)->parent; /* a gate with nothing in it */
	else if (!(slot_at(slot)->flags & CGFIFO_SLOT_IDLE))
		return false; /* it has work, or will have in a moment */
	vtree_nr_idle--;
	vtree_detach(rep, slot);
	return true;
}

#endif
