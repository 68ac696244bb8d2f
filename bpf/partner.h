/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * isolate: core. What a CPU has picked does not fit to what its siblings run, see core.h: look for
 * something that does. Pure: compiles into the scheduler and the unit tests alike. Who calls it
 * holds the lock.
 *
 * If an isolated cgroup has the core, what waits where the sibling's task comes from is taken, past
 * the order. Else slots are picked one after the other, and those that do not fit are hidden from
 * this CPU until one does.
 */
#ifndef PARTNER_H
#define PARTNER_H

#include "core.h"

/* A slot, of which something was picked and is put back, is hidden from this CPU. */
static __always_inline void partner_hide(struct core_cpu *me, __u32 slot, struct cpu_bit bit)
{
	__u32 n = me->nr_hidden & (CORE_TRIES - 1);
	struct cgfifo_slot *s = slot_at(slot);

	me->hidden[n] = slot;
	me->kinds[n] = (cpuset_has(&s->mask[CGFIFO_FREE], bit) ? 1 : 0) |
		       (cpuset_has(&s->mask[CGFIFO_BOUND], bit) ? 2 : 0);
	me->nr_hidden = n + 1;
	cpuset_remove(&s->mask[CGFIFO_FREE], bit);
	cpuset_remove(&s->mask[CGFIFO_BOUND], bit);
}

/* The last one that was hidden is seen again, if something waits there still. Answers which. */
static __always_inline __u32 partner_show(struct core_cpu *me, struct cpu_bit bit)
{
	__u32 n = --me->nr_hidden & (CORE_TRIES - 1);
	struct cgfifo_slot *s = slot_at(me->hidden[n]);

	if (s->nr_queued) {
		if (me->kinds[n] & 1)
			cpuset_add(&s->mask[CGFIFO_FREE], bit);
		if (me->kinds[n] & 2)
			cpuset_add(&s->mask[CGFIFO_BOUND], bit);
	}
	return me->hidden[n];
}

/* Pass over what was picked and put back, or show one of those again. Answers false if there are no
 * more of them. Both in one, so that the verifier looks at account_wait() once. */
static __always_inline bool partner_pass(struct cgfifo_cpu *c, __s32 cpu, bool over)
{
	struct core_cpu *me = core_at(cpu);
	__u32 slot = c->pick.slot;

	if (over)
		partner_hide(me, slot, cpu_bit(cpu));
	else if (me->nr_hidden)
		slot = partner_show(me, cpu_bit(cpu));
	else
		return false;
	slot_tell_locked(slot, c);
	return true;
}

/* The slot that a sibling has claimed an isolated domain for, or CGFIFO_NO_SLOT. */
static __always_inline __u32 partner_find(__s32 cpu)
{
	const struct core_cpu *it;

	core_sees.cpu = core_sibling(cpu);
	for (core_sees.n = 0; core_sees.n < CORE_SIBLINGS && can_loop; core_sees.n++) {
		if (core_sees.cpu == cpu)
			break;
		it = core_at(core_sees.cpu);
		if (it->claim != CORE_FREE && it->claim != CGFIFO_ROOT_SLOT && !it->drains &&
		    it->claim == core_domain(it->runs))
			return it->runs;
		core_sees.cpu = core_sibling(core_sees.cpu);
	}
	return CGFIFO_NO_SLOT;
}

/* Choose what waits in the slot that a sibling serves, past the order: with it the core is used
 * best. Answers false if there is nothing. */
static __always_inline bool partner_choose(struct cgfifo_pick *k, struct cgfifo_cpu *c, __s32 cpu)
{
	struct core_cpu *me = core_at(cpu);
	__u32 slot = partner_find(cpu);

	if (slot == CGFIFO_NO_SLOT || !slot_waits_for(slot_at(slot), cpu_bit(cpu)) ||
	    limit_stops(slot))
		return false;
	k->slot = slot;
	k->slice_ns = slot_at(slot)->slice_ns;
	account_is_due(CGFIFO_SELF(slot), c); /* notes where in the order this CPU is now */
	me->claim = core_domain(slot);
	me->runs = slot;
	me->wants = CGFIFO_NO_SLOT;
	return true;
}

#endif
