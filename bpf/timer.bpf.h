/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Limits on the way of a task: what a slice takes out of them and gives back, under the lock; and
 * their time: the clock that they go by, a timer that opens the gates, and one for each CPU that
 * ends a slice which is shorter than a tick. The kernel looks at slices only when its tick comes,
 * and a quota of 1 ms cannot wait for one of 4.
 */
#ifndef TIMER_BPF_H
#define TIMER_BPF_H

#include "chore.bpf.h"
#include "tickless.bpf.h"

/* Gates that are looked at in one go of the timer; if more are due it comes back at once. */
#define LIMITS_AT_ONCE 64
/* A slice that is shorter than this, in ns, does not wait for the tick. */
#define SLICE_TIMED (1 * ARITH_MSEC)
/* Then what holds RCU is looked at again after this time, in ns. */
#define SLICE_RETRY 100000ULL
/* The timer is not told to go off sooner than this, in ns. */
#define TIMER_MIN 10000ULL

struct timer {
	struct bpf_timer timer;
};

/* One for the gates, then one for each CPU. Pinned, because the kernel stops the timers of a map
 * that no process holds. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 + CGFIFO_MAX_CPUS);
	__type(key, __u32);
	__type(value, struct timer);
} timers SEC(".maps");

static __always_inline void timer_start(__u32 i, __u64 ns, __u64 flags)
{
	struct timer *t = bpf_map_lookup_elem(&timers, &i);

	if (t)
		bpf_timer_start(&t->timer, ns < TIMER_MIN ? TIMER_MIN : ns, flags);
}

/* The timer is to go off at once. Who sets it for later meanwhile sees this, and calls it again. */
static PRIVATE(timer) bool timer_is_called;

/* The timer has something to do at once. On a CPU that is on its way out nothing is said: the next
 * that comes here does. */
static __always_inline void timer_call(void)
{
	timer_is_called = true;
	if (!this_cpu_is_away())
		timer_start(0, 0, 0);
}

/* Before the lock is taken for what may be limited: what time is it? */
static __always_inline void limits_note_time(void)
{
	if (limit_nr)
		limit_clock_ns = bpf_ktime_get_ns();
}

/* After the lock was held: is a gate to be looked at sooner than the timer knows? */
static __always_inline void limits_set_timer(void)
{
	__u64 at = limit_wakes_at, now = limit_clock_ns;

	if (!limit_is_sooner || this_cpu_is_away())
		return; /* the next CPU that comes here sets it */
	limit_is_sooner = false;
	timer_start(0, arith_before(now, at) ? at - now : 0, 0);
	if (timer_is_called || (limit_wakes_at && arith_before(limit_wakes_at, at)))
		timer_call(); /* another CPU set it, and this one has put it off */
}

/*
 * Those below are functions of their own so that the verifier looks at each once, and not at all
 * that may follow; and none of it is called where nothing is limited.
 */
/* A gate is to be shut, opened or tied: at once, by the timer. */
static __always_inline void limits_call_timer(void)
{
	if (limit_unsettled != CGFIFO_ROOT_SLOT)
		timer_call();
}

__noinline int limits_pay_one(__u32 slot, __s64 ns)
{
	limits_note_time();
	bpf_spin_lock(&order_lock);
	limit_pay(slot, ns);
	bpf_spin_unlock(&order_lock);
	return 0;
}

/* A task of a slot ran for ns, of which prepaid_ns were taken before. */
static __always_inline void limits_pay(__u32 slot, __u64 ns, __u64 prepaid_ns)
{
	if (!limit_applies(slot))
		return;
	limits_pay_one(slot, (__s64)(ns - prepaid_ns));
	limits_call_timer();
}

__noinline __u64 limits_take_one(__u32 slot, __u64 slice_ns)
{
	limits_note_time();
	bpf_spin_lock(&order_lock);
	slice_ns = limit_take(slot, slice_ns);
	bpf_spin_unlock(&order_lock);
	return slice_ns;
}

/* A task of a slot is to run for a slice, that was charged. Answers for how long it may. */
static __always_inline __u64 limits_take(__u32 slot, __u64 slice_ns)
{
	if (!limit_applies(slot))
		return slice_ns;
	slice_ns = limits_take_one(slot, slice_ns);
	limits_call_timer();
	return slice_ns;
}

__noinline bool limits_stop_one(__u32 slot)
{
	bool stops;

	bpf_spin_lock(&order_lock);
	stops = limit_stops(slot);
	bpf_spin_unlock(&order_lock);
	return stops;
}

/* Is a slot throttled? */
static __always_inline bool limits_stop(__u32 slot)
{
	return limit_applies(slot) && limits_stop_one(slot);
}

__noinline __u32 limits_loose_one(__u32 slot)
{
	bpf_spin_lock(&order_lock);
	slot = limit_loose(slot);
	bpf_spin_unlock(&order_lock);
	return slot;
}

__noinline __u32 limits_look(void)
{
	__u32 slot;

	limits_note_time();
	bpf_spin_lock(&order_lock);
	slot = limit_look();
	bpf_spin_unlock(&order_lock);
	return slot;
}

__noinline __u32 limits_tie_one(__u32 slot)
{
	bpf_spin_lock(&order_lock);
	slot = limit_tie(slot);
	bpf_spin_unlock(&order_lock);
	return slot;
}

static __always_inline void limits_tie(__u32 slot)
{
	while (slot != CGFIFO_ROOT_SLOT && can_loop)
		slot = limits_tie_one(slot);
}

/* A CPU that sleeps may find something now. */
static __always_inline void cpus_wake(const struct cgfifo_cpuset *mask)
{
	for (__u32 cpu = 0; cpu < nr_cpus && can_loop; cpu++)
		if (cpuset_has(mask, cpu_bit(cpu)))
			scx_bpf_kick_cpu(cpu,
					 bpf_core_enum_value(enum scx_kick_flags, SCX_KICK_IDLE));
}

/* What was found to do on the way of a task, and was not done there: it is rare, and the verifier
 * would look at it in each program. Answers a gate that is to be tied, or the root. */
__noinline __u32 limits_settle(void)
{
	__u32 slot = limit_unsettled;

	limit_unsettled = CGFIFO_ROOT_SLOT;
	if (slot == CGFIFO_ROOT_SLOT)
		return slot;
	limits_note_time();
	bpf_spin_lock(&order_lock);
	limit_settle(slot);
	if (!vtree_is_loose(slot))
		slot = CGFIFO_ROOT_SLOT;
	bpf_spin_unlock(&order_lock);
	return slot;
}

/* Of a slot some are to leave. */
static __always_inline void limits_let_leave(__u32 slot)
{
	leave_note(slot);
	timer_call();
}

/* Lift limits, then free slots. */
static __always_inline void chores_do(void)
{
	__u32 slot;

	while ((slot = chore_open_gate()) != CGFIFO_ROOT_SLOT && can_loop) {
		limits_tie(slot);
		chore_remove_gate(slot);
	}
	while (chore_free_slot() != CGFIFO_ROOT_SLOT && can_loop)
		;
}

/* Those that the timer is to wake; nobody else has a look at it. */
static PRIVATE(timer) struct cgfifo_cpuset limits_woken;

/* What is left of its looks. In memory, as the verifier takes each value of a register for another
 * state. */
static PRIVATE(timer) volatile __u32 limits_left;

static int limits_timer(void *map, __u32 *key, struct timer *t)
{
	__u32 slot = CGFIFO_NO_SLOT;

	timer_is_called = false;
	limits_left = LIMITS_AT_ONCE;
	leave_all();
	limits_tie(limits_settle());
	chores_do();
	while (slot != CGFIFO_ROOT_SLOT && limits_left && can_loop) {
		limits_left--;
		slot = limits_look();
		limits_tie(slot);
	}
	bpf_spin_lock(&order_lock);
	limits_woken = limit_woken;
	limit_woken = cpuset_none();
	if (slot != CGFIFO_ROOT_SLOT || chores.lift.nr || chores.free.nr)
		limit_wakes_at = limit_clock_ns;
	limit_is_sooner = limit_wakes_at;
	bpf_spin_unlock(&order_lock);
	limits_set_timer();
	if (cpuset_any(&limits_woken)) {
		cpus_wake(&limits_woken);
		if (tickless_any())
			tickless_interrupt(false);
	}
	return 0;
}

/* Have a look at this CPU's core in a while. Nothing that a timer would end runs here by then. */
static __always_inline void core_look_later(__s32 cpu, __u64 ns)
{
	timer_start(1 + cpu, ns, BPF_F_TIMER_CPU_PIN);
}

/* The slice that this CPU's timer was set for is over, unless something else runs there by now; or
 * its core is to be looked at. */
static int slice_timer(void *map, __u32 *key, struct timer *t)
{
	__s32 cpu = *key - 1;
	__u64 end = cpu_at(cpu)->slice_end_ns;

	if (core_any() && core_look_again(cpu))
		core_look_later(cpu, CORE_RETRY);
	if (!end || arith_before(bpf_ktime_get_ns(), end))
		return 0;
	/* Who holds RCU is not stopped here. The tick does in any case, so that others run before
	 * it goes on. */
	if (task_holds_rcu(bpf_get_current_task_btf()))
		timer_start(1 + cpu, SLICE_RETRY, BPF_F_TIMER_CPU_PIN);
	else
		scx_bpf_kick_cpu(cpu, bpf_core_enum_value(enum scx_kick_flags, SCX_KICK_PREEMPT));
	return 0;
}

/* This CPU's timer ends the slice that begins now. */
static __always_inline void slice_set_timer(struct cgfifo_cpu *c, __s32 cpu, __u64 slice_ns)
{
	c->slice_end_ns = bpf_ktime_get_ns() + slice_ns;
	timer_start(1 + cpu, slice_ns, BPF_F_TIMER_CPU_PIN);
}

/* Does this CPU do without a tick just now? Not when it goes, as no timer can be set there. */
static __always_inline bool slice_is_tickless(__s32 cpu)
{
	return tickless_may(cpu) && !this_cpu_is_away();
}

/* A task of a slot begins a slice on a CPU. Exact where a limit counts it. */
static __always_inline void slice_begin(struct cgfifo_cpu *c, __s32 cpu, __u32 slot, __u64 slice_ns)
{
	if (slice_ns < SLICE_TIMED || limit_applies(slot))
		slice_set_timer(c, cpu, slice_ns);
	else
		c->slice_end_ns = 0;
}

/* The same where some CPUs need no tick. Of the slice paid_ns were charged; one without an end was
 * interrupted by another class. Answers how long the kernel should take it for. */
static __always_inline __u64 slice_begin_any(struct cgfifo_cpu *c, __s32 cpu, __u32 slot,
					     __u64 slice_ns, __u64 paid_ns)
{
	if (slice_ns == SCX_SLICE_INF)
		slice_ns = slot_at(slot)->slice_ns;
	if (!slice_is_tickless(cpu)) {
		slice_begin(c, cpu, slot, slice_ns);
		return slice_ns;
	}
	c->slice_end_ns = 0;
	/* Of what comes to a CPU that goes or comes the kernel says nothing. */
	if (c->is_away || limit_applies(slot) || !tickless_try(cpu, slot, paid_ns))
		slice_set_timer(c, cpu, slice_ns);
	return SCX_SLICE_INF;
}

/* p, of a slot, begins or goes on with a slice on this CPU, of which paid_ns were charged. */
static __always_inline void slice_give(struct cgfifo_cpu *c, __s32 cpu, struct task_struct *p,
				       __u32 slot, __u64 slice_ns, __u64 paid_ns)
{
	p->scx.slice = slice_ns;
	if (tickless_is_used)
		p->scx.slice = slice_begin_any(c, cpu, slot, slice_ns, paid_ns);
	else
		slice_begin(c, cpu, slot, slice_ns);
}

static __always_inline int timers_init(void)
{
	struct timer *t;
	__u32 i;

	for (i = 0; i <= nr_cpus && can_loop; i++) {
		t = bpf_map_lookup_elem(&timers, &i);
		if (!t || bpf_timer_init(&t->timer, &timers, CLOCK_MONOTONIC) ||
		    (i ? bpf_timer_set_callback(&t->timer, slice_timer)
		       : bpf_timer_set_callback(&t->timer, limits_timer)))
			return -12; /* ENOMEM; the scheduler is not loaded */
	}
	return 0;
}

#endif
