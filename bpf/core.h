/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * isolate: core. Whose tasks may run on the hardware threads of one core at the same time? Pure:
 * compiles into the scheduler and the unit tests alike. Who calls it holds the lock.
 *
 * A slot belongs to a *domain*: the nearest slot that is isolated, itself or above; the root's is
 * that of all which are in none. A CPU *claims* its core for a domain before it takes a task, and
 * takes none while a sibling has claimed it for another one. It gives its claim up when it looks
 * for work the next time and what has run before is no more on it: not when the task stops, as the
 * CPU has yet to switch away from it then. So one domain follows another through a moment in which
 * the CPU sleeps, and a claim may outlive its task on a CPU with nothing to do: who wants the core
 * wakes that one.
 *
 * Who has the core is up to the order. A CPU whose slice is over, and for which the order has
 * another domain, makes all siblings stop. One that was free and comes second looks for something
 * else of the domain that has the core, or sleeps until that is given up; unless it has what would
 * finish earlier by so much that it may interrupt, as one that wakes may, see preempt.h.
 */
#ifndef CORE_H
#define CORE_H

#include "limit.h"
#include "preempt.h"

#define CORE_FREE CGFIFO_NO_SLOT
/* Siblings that a CPU has at most. */
#define CORE_SIBLINGS 7
/* Slots that are passed over, at most, in search of one that fits. */
#define CORE_TRIES 4
/* A CPU that sleeps because of its siblings looks again after this, in ns. They wake it before
 * that, if they come to it. */
#define CORE_RETRY (4 * ARITH_MSEC)
/* Who has waited for its siblings for so long, in ns, has the core next, whatever the order says.
 */
#define CORE_WAIT_MAX (1 * ARITH_SEC)

/* The next CPU of the same core, in a ring; itself: the core has one thread. Set by the loader. */
FIXED __u16 core_next[CGFIFO_MAX_CPUS];

/* Is there a core with more threads than one? */
FIXED bool core_is_shared;

/* Slots that are isolated, where that makes a difference. All else here is of meaning only while
 * there are some. */
__u32 core_nr;
/* Counts those that came or went: what a slot remembers of its domain is of that time. */
static PRIVATE(order) __u32 core_changes;

/* One CPU. */
struct core_cpu {
	__u32 claim; /* domain whose tasks it may run, or CORE_FREE */
	__u32 runs;  /* slot for which it claimed */
	__u32 wants; /* slot for which it waits, asleep, or CGFIFO_NO_SLOT */
	bool drains; /* is to give up its claim: a sibling's domain is next */
	/* The last answer of core_settle(); the n-th sibling is bit n. */
	bool again;    /* ... is to look again itself, at once */
	__u32 to_wake; /* ... is to wake these if they sleep */
	__u32 to_stop; /* ... and to interrupt these */
	__u32 nr_hidden;
	__u32 hidden[CORE_TRIES]; /* slots that were passed over */
	__u32 kinds[CORE_TRIES];  /* ... their FIFOs, as bits */
	__u64 since;		  /* when it began to wait, in ns */
};

static PRIVATE(order) struct core_cpu core_cpus[CGFIFO_MAX_CPUS];

/* What a CPU has found to run. */
struct core_ask {
	__u32 slot;   /* CGFIFO_NO_SLOT: nothing, or what is exempt */
	__u64 now;    /* by the monotonic clock, in ns */
	bool holds;   /* a task that its claim is for is still on it */
	bool is_next; /* it was told CORE_OTHER, and this is the other */
};

enum core_answer {
	CORE_RUN,   /* it may run that */
	CORE_SLEEP, /* it may run nothing now */
	CORE_OTHER, /* not that, but what fits would do */
};

/* The look around that is going on. In memory, so that the verifier takes what it reads for
 * unknown. */
static PRIVATE(order) struct {
	__u32 domain; /* of what it would run */
	__s32 cpu;
	__u32 n;
	__u32 others; /* siblings that have claimed for another domain, as bits */
	bool gains;   /* all of them would finish later, or give up anyway */
	bool yields;  /* one that waits goes first */
} core_sees;

/* Is anything isolated, and does it make a difference? Where no core has threads the verifier knows
 * that it does not, and does not look at what is done about it; nor is it asked there. */
static __always_inline bool core_any(void)
{
	return core_is_shared && core_nr;
}

static __always_inline struct core_cpu *core_at(__s32 cpu)
{
	return &core_cpus[cpu & (CGFIFO_MAX_CPUS - 1)];
}

static __always_inline __s32 core_sibling(__s32 cpu)
{
	return core_next[cpu & (CGFIFO_MAX_CPUS - 1)];
}

static __always_inline bool core_is_isolated(__u32 slot)
{
	return slot_at(slot)->flags & CGFIFO_SLOT_ISOLATED;
}

static __always_inline __u32 core_domain(__u32 slot)
{
	struct cgfifo_slot *s = slot_at(slot);

	if (s->domain_seen == core_changes + 1)
		return s->domain;
	while (slot != CGFIFO_ROOT_SLOT && !core_is_isolated(slot) && can_loop)
		slot = slot_at(slot)->parent;
	s->domain = slot;
	s->domain_seen = core_changes + 1;
	return slot;
}

/* The first isolated one: what a CPU does now nobody has claimed, so all are taken for busy with
 * tasks of no container, until they look for work. */
static __always_inline void core_begin(__s32 cpu)
{
	struct core_cpu *it = core_at(cpu);

	it->claim = CGFIFO_ROOT_SLOT;
	it->runs = CGFIFO_ROOT_SLOT;
	it->wants = CGFIFO_NO_SLOT;
	it->drains = false;
	it->nr_hidden = 0;
}

/* A slot is isolated from now on, or is not; one that is about to go is not. Answers whether that
 * is new, and makes a difference. */
static __always_inline bool core_isolate(__u32 slot, bool isolated)
{
	isolated = isolated && slot_at(slot)->flags & CGFIFO_SLOT_LIVE;
	if (slot == CGFIFO_ROOT_SLOT || core_is_isolated(slot) == isolated)
		return false;
	slot_at(slot)->flags ^= CGFIFO_SLOT_ISOLATED;
	if (!core_is_shared)
		return false;
	core_nr += isolated ? 1 : -1;
	core_changes++;
	return true;
}

/* Has a sibling that waits more right to the core than what a CPU has found? */
static __always_inline bool core_goes_first(const struct core_cpu *it, const struct cgfifo_cpu *c,
					    __u64 now)
{
	return core_domain(it->wants) != core_sees.domain &&
	       (now - it->since > CORE_WAIT_MAX || preempt_gain(CGFIFO_SELF(it->wants), c) > 0);
}

/* What is it with one sibling? */
static __always_inline void core_meet(struct core_cpu *me, const struct cgfifo_cpu *c, __s32 cpu,
				      __u32 bit, const struct core_ask *ask)
{
	const struct core_cpu *it = core_at(cpu);

	if (cpu_at(cpu)->is_away)
		return;
	if (it->wants != CGFIFO_NO_SLOT) {
		me->to_wake |= bit;
		if (ask->slot != CGFIFO_NO_SLOT && core_goes_first(it, c, ask->now))
			core_sees.yields = true;
	}
	if (it->claim == CORE_FREE || it->claim == core_sees.domain)
		return;
	core_sees.others |= bit;
	if (!it->drains && ask->slot != CGFIFO_NO_SLOT &&
	    preempt_gain(CGFIFO_SELF(ask->slot), cpu_at(cpu)) <= 0)
		core_sees.gains = false;
}

static __always_inline void core_look(struct core_cpu *me, const struct cgfifo_cpu *c, __s32 cpu,
				      const struct core_ask *ask)
{
	core_sees.domain = ask->slot == CGFIFO_NO_SLOT ? CORE_FREE : core_domain(ask->slot);
	core_sees.others = 0;
	core_sees.gains = true;
	core_sees.yields = false;
	core_sees.cpu = core_sibling(cpu);
	for (core_sees.n = 0; core_sees.n < CORE_SIBLINGS && can_loop; core_sees.n++) {
		if (core_sees.cpu == cpu)
			break;
		core_meet(me, c, core_sees.cpu, 1u << (core_sees.n & 31), ask);
		core_sees.cpu = core_sibling(core_sees.cpu);
	}
}

/* Those that have claimed the core for another domain are to stop. */
static __always_inline void core_drain(struct core_cpu *me, __s32 cpu)
{
	me->to_stop |= core_sees.others;
	core_sees.cpu = core_sibling(cpu);
	for (core_sees.n = 0; core_sees.n < CORE_SIBLINGS && can_loop; core_sees.n++) {
		if (core_sees.cpu == cpu)
			break;
		if (core_sees.others >> (core_sees.n & 31) & 1)
			core_at(core_sees.cpu)->drains = true;
		core_sees.cpu = core_sibling(core_sees.cpu);
	}
}

/* This CPU is free, and sleeps until the core is. */
static __always_inline enum core_answer core_wait(struct core_cpu *me, const struct core_ask *ask)
{
	if (me->wants == CGFIFO_NO_SLOT)
		me->since = ask->now;
	me->wants = ask->slot;
	return CORE_SLEEP;
}

static __always_inline enum core_answer core_claim(struct core_cpu *me, const struct core_ask *ask)
{
	me->claim = core_sees.domain;
	me->runs = ask->slot;
	me->wants = CGFIFO_NO_SLOT;
	return CORE_RUN;
}

/* The claim is for a task that is still on the CPU: it may run what is of the same domain. */
static __always_inline enum core_answer core_settle_held(struct core_cpu *me, __s32 cpu,
							 const struct core_ask *ask)
{
	if (ask->slot == CGFIFO_NO_SLOT) {
		me->again = me->to_wake;
		return CORE_RUN;
	}
	if (!me->drains && me->claim == core_sees.domain && !core_sees.others)
		return core_claim(me, ask);
	if (!me->drains && me->claim != core_sees.domain)
		core_drain(me, cpu);
	me->again = true;
	return CORE_SLEEP;
}

static __always_inline enum core_answer core_settle_free(struct core_cpu *me, __s32 cpu,
							 const struct core_ask *ask)
{
	bool waited = me->wants != CGFIFO_NO_SLOT;

	if (ask->slot == CGFIFO_NO_SLOT) {
		me->wants = CGFIFO_NO_SLOT;
		return CORE_RUN;
	}
	if (core_sees.others && !ask->is_next &&
	    (core_sees.gains || (waited && ask->now - me->since > CORE_WAIT_MAX))) {
		core_drain(me, cpu);
		return core_wait(me, ask);
	}
	if (core_sees.others) {
		me->to_wake |= core_sees.others; /* it may be that they sleep, too */
		if (!ask->is_next)
			core_wait(me, ask);
		return CORE_OTHER;
	}
	/* Give way once. If nothing comes of it, it is this one's turn. */
	if (core_sees.yields && !waited)
		return core_wait(me, ask);
	return core_claim(me, ask);
}

/* A CPU looks for work, and has found something: may it run that? Without anything to run the
 * answer is CORE_RUN. */
static __always_inline enum core_answer core_settle(const struct cgfifo_cpu *c, __s32 cpu,
						    const struct core_ask *ask)
{
	struct core_cpu *me = core_at(cpu);

	me->again = false;
	if (!ask->is_next)
		me->to_wake = me->to_stop = 0;
	if (!ask->holds) {
		me->claim = CORE_FREE;
		me->drains = false;
	}
	core_look(me, c, cpu, ask);
	return ask->holds ? core_settle_held(me, cpu, ask) : core_settle_free(me, cpu, ask);
}

/* A task that the scheduler did not put there runs, or one that was moved or isolated while it ran:
 * the siblings make room. Answers whether that was so. */
static __always_inline bool core_intrude(const struct cgfifo_cpu *c, __s32 cpu,
					 const struct core_ask *ask)
{
	struct core_cpu *me = core_at(cpu);

	me->wants = CGFIFO_NO_SLOT;
	if (ask->slot == CGFIFO_NO_SLOT || me->claim == core_domain(ask->slot) ||
	    core_sibling(cpu) == cpu)
		return false;
	me->again = false;
	me->to_wake = me->to_stop = 0;
	core_look(me, c, cpu, ask);
	core_claim(me, ask);
	core_drain(me, cpu);
	return true;
}

/* The claim is for nobody who is on the CPU any more. */
static __always_inline void core_release(const struct cgfifo_cpu *c, __s32 cpu)
{
	const struct core_ask nothing = {.slot = CGFIFO_NO_SLOT};
	struct core_cpu *me = core_at(cpu);
	__u32 wants = me->wants;

	core_settle(c, cpu, &nothing);
	me->wants = wants;
}

/* Would something of a domain fit beside what the siblings have claimed for? Also without the lock,
 * as a hint. */
static __always_inline bool core_fits(__s32 cpu, __u32 domain)
{
	__s32 sibling = core_sibling(cpu);
	__u32 claim;

	for (__u32 n = 0; n < CORE_SIBLINGS && sibling != cpu; n++) {
		claim = core_at(sibling)->claim;
		if (claim != CORE_FREE && claim != domain)
			return false;
		sibling = core_sibling(sibling);
	}
	return true;
}

#endif
