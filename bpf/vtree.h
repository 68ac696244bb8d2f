/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The vtree: the cgroup hierarchy, flattened. Pure: compiles into the scheduler, the model and the
 * unit tests alike. Who calls it holds the lock.
 *
 * Only active cgroups count, and of those only *forks*, which have at least two active members:
 * child cgroups, or the cgroup's own tasks, which count as one more. A cgroup with one active
 * member passes on all that it gets, so it is left out, however many of them stand one below the
 * other; the root always counts. What hangs in the vtree are
 *
 *	leaves	the tasks of one cgroup		CGFIFO_SELF(slot)
 *	forks					CGFIFO_NODE(slot)
 *
 * and each of them stands in the fork above it as one of its members: CGFIFO_NODE(child) for the
 * child cgroup of the fork through which the way leads, or CGFIFO_SELF(slot) for the fork's own
 * tasks. member.rep leads down from a member to its leaf or fork, top leads back up.
 *
 * A cgroup with a limit is a *gate*: it counts as a fork, however few members it has, so that it
 * can be shut. What is below a gate that is shut goes on as it is, but has no part in what is
 * above: the gate's fork is nobody's member.
 *
 * This file is their shape: who is a member where, as cgroups become active and leave. What a fork
 * knows of its members is in vtree-fork.h, what moves them in account.h.
 */
#ifndef VTREE_H
#define VTREE_H

#include "vtree-fork.h"

/* Leaves without work and gates with nothing in them that are active: those that will leave. */
static PRIVATE(vtree) __u32 vtree_nr_idle;

static __always_inline bool vtree_is_gate(__u32 slot)
{
	return slot_at(slot)->flags & CGFIFO_SLOT_LIMITED;
}

static __always_inline bool vtree_is_shut(__u32 slot)
{
	return slot_at(slot)->flags & CGFIFO_SLOT_THROTTLED;
}

/* Is a slot never left out? */
static __always_inline bool vtree_always_counts(__u32 slot)
{
	return slot == CGFIFO_ROOT_SLOT || vtree_is_gate(slot);
}

static __always_inline bool vtree_is_fork(__u32 slot)
{
	return vtree_always_counts(slot) || vtree_fork(slot)->order.nr;
}

static __always_inline bool vtree_is_active(__u32 leaf)
{
	return vtree_member(leaf)->top != ORDER_NONE;
}

/* The member of the fork or chain of slot "above" on the way down to a leaf or fork below it. */
static __always_inline __u32 vtree_member_towards(__u32 above, __u32 rep)
{
	__u32 slot = CGFIFO_SLOT_OF(rep), parent;

	if (slot == above)
		return rep; /* its own tasks */
	while (can_loop) {
		parent = slot_at(slot)->parent;
		if (parent == above || slot == CGFIFO_ROOT_SLOT)
			break;
		slot = parent;
	}
	return CGFIFO_NODE(slot);
}

/* The member under which a slot that is in a chain stands in the next fork above. */
static __always_inline __u32 vtree_top_of_chain(__u32 slot)
{
	__u32 parent;

	while (can_loop) {
		parent = slot_at(slot)->parent;
		if (vtree_is_fork(parent) || slot == CGFIFO_ROOT_SLOT)
			break;
		slot = parent;
	}
	return CGFIFO_NODE(slot);
}

/* A slot in a chain gets a second active member: it becomes a fork, and stands where the end of
 * the chain stood. If it was a fork before its virtual time goes on, also when the slot was another
 * cgroup's: CPUs remember where they were in it, see struct cgfifo_clock. */
static __always_inline void vtree_split(__u32 slot)
{
	__u32 top = vtree_top_of_chain(slot);
	struct vtree_member *member = vtree_member(top);
	__u32 rep = member->rep, m = vtree_member_towards(slot, rep);
	struct vtree_fork *f = vtree_fork(slot);

	f->sum = f->weight = 0;
	vtree_join(slot, m, rep);
	order_copy_mask(vtree_entry(m), *order_place_of(m), vtree_entry(top), *order_place_of(top));
	member->rep = CGFIFO_NODE(slot);
	vtree_member(CGFIFO_NODE(slot))->top = top;
}

/* The reverse: one member is left. */
static __always_inline void vtree_merge(__u32 slot)
{
	struct vtree_fork *f = vtree_fork(slot);
	__u32 top = vtree_member(CGFIFO_NODE(slot))->top;
	__u32 m = order_entry(order_place(f->order.root, 0))->ref;
	__u32 rep = vtree_member(m)->rep;

	vtree_part(slot, m);
	vtree_member(top)->rep = rep;
	vtree_member(rep)->top = top;
	vtree_member(CGFIFO_NODE(slot))->top = ORDER_NONE;
	if (CGFIFO_IS_SELF(rep) && vtree_hold(top, vtree_hold_of(top)))
		order_rise(*order_place_of(top));
}

/* A gate that stands in the fork above with nothing in it: it will leave, as an idle leaf does. */
static __always_inline bool vtree_is_empty_gate(__u32 slot)
{
	return vtree_is_gate(slot) && !vtree_fork(slot)->order.nr &&
	       vtree_is_active(CGFIFO_NODE(slot));
}

/* A leaf or gate becomes active in a slot, and so in those above, as far as they were not, up to
 * the next gate. Answers the slot in whose fork it stands now. */
static ARITH_APART __u32 vtree_attach(__u32 rep, __u32 slot)
{
	__u32 m = CGFIFO_SLOT_OF(rep) == slot ? rep : CGFIFO_NODE(CGFIFO_SLOT_OF(rep));

	while (!vtree_fork(slot)->nr_active++ && !vtree_always_counts(slot) && can_loop) {
		m = CGFIFO_NODE(slot);
		slot = slot_at(slot)->parent;
	}
	if (!vtree_is_fork(slot))
		vtree_split(slot);
	if (vtree_is_empty_gate(slot))
		vtree_nr_idle--;
	vtree_join(slot, m, rep);
	return slot;
}

/* The reverse. */
static ARITH_APART void vtree_detach(__u32 rep, __u32 slot)
{
	__u32 m = vtree_member(rep)->top, fork = vtree_fork_of(m);

	while (!--vtree_fork(slot)->nr_active && !vtree_always_counts(slot) && can_loop)
		slot = slot_at(slot)->parent;
	vtree_part(fork, m);
	if (!vtree_always_counts(fork) && vtree_fork(fork)->order.nr == 1)
		vtree_merge(fork);
	if (vtree_is_empty_gate(fork))
		vtree_nr_idle++;
}

/* A gate is open, and what is in it has no part yet in what is above. */
static __always_inline bool vtree_is_loose(__u32 slot)
{
	return vtree_is_gate(slot) && !vtree_is_shut(slot) && vtree_fork(slot)->order.nr &&
	       !vtree_is_active(CGFIFO_NODE(slot));
}

/* The tasks of a slot have work, and did not count so far. Answers a gate that is loose now and is
 * to be tied, or the root. */
static __always_inline __u32 vtree_activate(__u32 slot)
{
	__u32 above = CGFIFO_ROOT_SLOT;

	if (!vtree_is_active(CGFIFO_SELF(slot)))
		above = vtree_attach(CGFIFO_SELF(slot), slot);
	return vtree_is_loose(above) ? above : CGFIFO_ROOT_SLOT;
}

/* They count no longer. Nothing of theirs waits. */
static __always_inline void vtree_leave(__u32 slot)
{
	if (vtree_is_active(CGFIFO_SELF(slot)))
		vtree_detach(CGFIFO_SELF(slot), slot);
}

/* A gate that is loose takes part again in what is above. Answers the next one that is loose now,
 * or the root. Not in a loop, which the verifier would walk in every combination. */
static __always_inline __u32 vtree_tie(__u32 slot)
{
	__u32 above = CGFIFO_ROOT_SLOT;

	if (vtree_is_loose(slot))
		above = vtree_attach(CGFIFO_NODE(slot), slot_at(slot)->parent);
	return vtree_is_loose(above) ? above : CGFIFO_ROOT_SLOT;
}

/* A gate stands in the fork above no more; nothing in it waits there. */
static __always_inline void vtree_untie(__u32 slot)
{
	if (!vtree_is_active(CGFIFO_NODE(slot)))
		return;
	if (vtree_is_empty_gate(slot))
		vtree_nr_idle--;
	vtree_detach(CGFIFO_NODE(slot), slot_at(slot)->parent);
}

/* A slot gets a limit. */
static __always_inline void vtree_make_gate(__u32 slot)
{
	if (vtree_fork(slot)->nr_active && !vtree_is_fork(slot))
		vtree_split(slot);
	slot_at(slot)->flags |= CGFIFO_SLOT_LIMITED;
}

/* It has none any more, and is tied or empty. */
static __always_inline void vtree_remove_gate(__u32 slot)
{
	if (vtree_is_empty_gate(slot))
		vtree_untie(slot);
	slot_at(slot)->flags &= ~CGFIFO_SLOT_LIMITED;
	if (vtree_fork(slot)->order.nr == 1)
		vtree_merge(slot);
}

/* A slot is used for a new cgroup. */
static __always_inline void vtree_init(__u32 slot)
{
	struct vtree_fork *f = vtree_fork(slot);

	vtree_member(CGFIFO_NODE(slot))->top = vtree_member(CGFIFO_SELF(slot))->top = ORDER_NONE;
	*order_place_of(CGFIFO_NODE(slot)) = *order_place_of(CGFIFO_SELF(slot)) = ORDER_NONE;
	f->sum = f->weight = 0;
	f->order.nr = f->order.height = 0;
	f->nr_active = f->cursor = 0;
}

#endif
