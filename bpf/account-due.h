/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who may go on when its slice is over? A leaf that is not ahead of its share; and one that cannot
 * get what it is owed but by running all the time, as long as its parents are not far ahead. And
 * who has more than it can use? It counts in its fork's virtual time no longer. Pure: compiles into
 * the scheduler, the model and the unit tests alike. Who calls it holds the lock.
 */
#ifndef ACCOUNT_DUE_H
#define ACCOUNT_DUE_H

#include "account.h"

/* An entitlement of one CPU; and the part of one from which on a thread goes on for what it is
 * owed. With less it gets that by turns. */
#define ACCOUNT_CPU	 (1ULL << 20)
#define ACCOUNT_CPU_PART 4

/*
 * A member is behind, and all that it has runs. If it was as far behind when something of it waited
 * last, it catches up. If it was not, its share is more than its threads can use, and most of what
 * it is owed is lost. It does not count any more, until it is less behind or something of it waits:
 * else it would stand back for ever, the virtual time with it, and all others would be ahead for
 * good, so that none of them could go on.
 */
static __always_inline void account_drop_unused(struct vtree_fork *f, __u32 m, __u64 credit)
{
	struct vtree_member *member = vtree_member(m);
	__u64 kept = member->lag + member->span, first;

	if (kept < credit)
		kept = credit;
	if (!arith_before(vtree_start(m), f->base - kept))
		return;
	if (f->weight > member->counts)
		vtree_count(f, m, 0);
	first = vtree_now(f) - ACCOUNT_UNUSED * credit;
	if (arith_before(vtree_start(m), first))
		vtree_place(f, m, first);
}

/* What a leaf can claim, as far up as it was looked at. All but cpus is a yes or a no as of
 * arith_mask(). */
struct account_claim {
	__u64 ahead;  /* it is ahead of its share somewhere */
	__u64 behind; /* it is a slice behind somewhere, where all that there is runs */
	__u64 far;    /* it is ahead where nothing below is behind, or by more than that is worth;
		       * or it yields */
	__u64 whole;  /* its share is more than its threads can use somewhere */
	__u64 cpus;   /* it is entitled to, in ACCOUNT_CPU */
};

/* ... by the member under which it stands in a fork. */
static __always_inline void account_claim(struct account_claim *claim, struct vtree_fork *f,
					  __u32 m)
{
	struct vtree_member *member = vtree_member(m);
	__u64 credit = account_credit(member, true), now = vtree_now(f), start = vtree_start(m);
	__u64 all_run = ~arith_is_set(order_waits(vtree_entry(m))), counts;

	if (member->counts != member->weight && account_is_near(f, m)) {
		vtree_count(f, m, member->weight);
		now = vtree_now(f);
	}
	counts = arith_is_set(member->counts);
	claim->whole |= ~counts;
	claim->cpus = arith_select(
		counts, claim->cpus * member->weight / (f->weight + (1 & ~counts)), claim->cpus);
	claim->ahead |= arith_is_before(now, start);
	claim->behind |= all_run & arith_is_before(start + member->span, now);
	claim->far |= ~arith_is_set(member->weight) |
		      arith_is_before(now + (credit & claim->behind), start);
	if (all_run)
		account_drop_unused(f, m, credit);
}

/* A leaf runs on a CPU for which nobody else waits. Does it still count, and the forks above? */
static ARITH_APART void account_recount_up(__u32 leaf)
{
	__u32 m, slot, rep = leaf;

	while (can_loop) {
		m = vtree_member(rep)->top;
		if (m == ORDER_NONE)
			return;
		slot = vtree_fork_of(m);
		account_recount(vtree_fork(slot), m);
		if (slot == CGFIFO_ROOT_SLOT)
			return;
		rep = CGFIFO_NODE(slot);
	}
}

/* May a leaf go on? One that yields never may. Notes where in the order the CPU is now. */
static ARITH_APART bool account_is_due(__u32 leaf, struct cgfifo_cpu *cpu)
{
	struct account_claim claim = {.cpus = nr_online * ACCOUNT_CPU};
	__u32 m, slot, rep = leaf;

	while (can_loop) {
		m = vtree_member(rep)->top;
		if (m == ORDER_NONE)
			return false;
		slot = vtree_fork_of(m);
		account_claim(&claim, vtree_fork(slot), m);
		account_note_clock(cpu, slot, m);
		if (slot == CGFIFO_ROOT_SLOT)
			break;
		rep = CGFIFO_NODE(slot);
	}
	if (claim.far)
		return false;
	return !claim.ahead || claim.whole || claim.cpus >= ACCOUNT_CPU / ACCOUNT_CPU_PART;
}

#endif
