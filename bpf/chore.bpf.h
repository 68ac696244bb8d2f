/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What can wait for the timer: a limit that is lifted, a slot that nobody refers to any more. Both
 * are rare and long, and the verifier, which looks at a function again for each program that calls
 * it, would do so for all that come to a task's or a cgroup's end. And the timer is one: the steps
 * in which a limit is lifted do not meet with others that throttle or let go.
 */
#ifndef CHORE_BPF_H
#define CHORE_BPF_H

#include "leave.bpf.h"

struct chore_list {
	__u32 nr;
	__u16 slot[CGFIFO_MAX_SLOTS];
};

/* With the lock held. */
static PRIVATE(order) struct {
	struct chore_list lift; /* slots whose limit is to be lifted, if its quota is still 0 */
	struct chore_list free; /* slots without a reference */
} chores;

static __always_inline void chore_add_locked(struct chore_list *list, __u32 slot)
{
	__u32 n = list->nr;

	if (n >= CGFIFO_MAX_SLOTS)
		return;
	list->slot[n & (CGFIFO_MAX_SLOTS - 1)] = slot;
	list->nr = n + 1;
}

/* One of them, which is then not in the list any more; or the root: there is none. */
static __always_inline __u32 chore_take_locked(struct chore_list *list)
{
	__u32 n = list->nr;

	if (!n)
		return CGFIFO_ROOT_SLOT;
	list->nr = n - 1;
	return list->slot[(n - 1) & (CGFIFO_MAX_SLOTS - 1)];
}

/* Open a gate whose limit is to be lifted, if it is shut. Answers it, to be tied; or the root. */
__noinline __u32 chore_open_gate(void)
{
	__u32 slot;

	limit_clock_ns = bpf_ktime_get_ns();
	bpf_spin_lock(&order_lock);
	slot = chore_take_locked(&chores.lift);
	if (slot != CGFIFO_ROOT_SLOT && !limit_at(slot)->quota_ns)
		limit_open(slot);
	bpf_spin_unlock(&order_lock);
	return slot;
}

/* It is open and tied; or was a moment ago, and a task has come meanwhile: then once more. */
__noinline int chore_remove_gate(__u32 slot)
{
	bpf_spin_lock(&order_lock);
	if (!limit_at(slot)->quota_ns) {
		limit_remove(slot);
		if (vtree_is_gate(slot))
			chore_add_locked(&chores.lift, slot);
	}
	bpf_spin_unlock(&order_lock);
	return 0;
}

/* Free a slot and drop its reference to its parent. Answers it, or the root: there is none. Not
 * before all limits are lifted that are to be: its own may be among them. */
__noinline __u32 chore_free_slot(void)
{
	__u32 slot = CGFIFO_ROOT_SLOT, parent;

	bpf_spin_lock(&order_lock);
	if (!chores.lift.nr)
		slot = chore_take_locked(&chores.free);
	if (slot != CGFIFO_ROOT_SLOT) {
		slot_release_locked(slot);
		parent = slot_at(slot)->parent;
		if (parent != CGFIFO_ROOT_SLOT &&
		    __sync_fetch_and_sub(&slot_at(parent)->nr_refs, 1) == 1)
			chore_add_locked(&chores.free, parent);
	}
	bpf_spin_unlock(&order_lock);
	return slot;
}

#endif
