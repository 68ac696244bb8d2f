/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Running without an end, where it needs the kernel: the lock, the clock, and interrupting those
 * that do. What is decided is in tickless.h. Nothing here is called where no CPU can do without a
 * tick, and most of it only while one does.
 *
 * Functions that are not inlined: the verifier looks at them once.
 */
#ifndef TICKLESS_BPF_H
#define TICKLESS_BPF_H

#include "core.bpf.h"
#include "tickless.h"

/* How far behind the account of such a run may be when somebody decides by it, in ns. */
#define TICKLESS_BEHIND (1 * ARITH_MSEC)

/* When all were last paid for. */
static PRIVATE(tickless) __u64 tickless_paid_at;

/* Does any CPU run without an end? Also without the lock, as a hint; who changes what others wait
 * for has held the lock before he asks, and a CPU begins under the lock: one of both sees the
 * other. */
static __always_inline bool tickless_any(void)
{
	return tickless_is_used && *(volatile __u32 *)&tickless_nr;
}

__noinline int tickless_pay_one(__s32 cpu, __u64 now)
{
	bpf_spin_lock(&order_lock);
	tickless_pay(cpu, now);
	bpf_spin_unlock(&order_lock);
	return 0;
}

__noinline int tickless_pay_all(bool at_once)
{
	__u64 now = bpf_ktime_get_ns();

	if (!at_once && now - tickless_paid_at < TICKLESS_BEHIND)
		return 0;
	tickless_paid_at = now;
	for (__u32 cpu = 0; cpu < nr_cpus && can_loop; cpu++)
		if (tickless_at(cpu)->since)
			tickless_pay_one(cpu, now);
	return 0;
}

/* Before a decision: bring all accounts up to the present. */
static __always_inline void tickless_catch_up(void)
{
	if (tickless_any())
		tickless_pay_all(false);
}

/* CPUs that run without an end look again, if some wait for them, or all of them. */
__noinline int tickless_interrupt(bool all)
{
	if (this_cpu_is_away()) {
		tickless_tell_next();
		return 0;
	}
	for (__u32 cpu = 0; cpu < nr_cpus && can_loop; cpu++)
		if (tickless_at(cpu)->since && (all || account_waits_for(cpu_bit(cpu))))
			scx_bpf_kick_cpu(
				cpu, bpf_core_enum_value(enum scx_kick_flags, SCX_KICK_PREEMPT));
	return 0;
}

/* One waits, and no CPU sleeps for him. */
__noinline int tickless_make_room(void)
{
	if (tickless_any() && !tickless_is_told(bpf_ktime_get_ns()))
		tickless_interrupt(false);
	return 0;
}

/* After a CPU has looked for work: others may wait still, for which those
 * were not interrupted that could serve them, because this one was told. */
static __always_inline void tickless_pass_on(__s32 cpu)
{
	/* Also while none does without a tick: it has looked. */
	if (tickless_has_looked(cpu, bpf_ktime_get_ns()) && tickless_any())
		tickless_interrupt(false);
}

/* A task of a slot begins on this CPU, of which paid_ns were charged. May it run without an end? */
__noinline bool tickless_try(__s32 cpu, __u32 slot, __u64 paid_ns)
{
	__u64 until = bpf_ktime_get_ns() + paid_ns;
	bool did;

	if (scx_bpf_dsq_nr_queued(SCX_DSQ_LOCAL_ON | cpu) > 0)
		return false;
	bpf_spin_lock(&order_lock);
	did = tickless_begin(cpu, slot, until);
	bpf_spin_unlock(&order_lock);
	return did;
}

__noinline __u64 tickless_end_one(__s32 cpu)
{
	__u64 paid;

	bpf_spin_lock(&order_lock);
	paid = tickless_end(cpu);
	bpf_spin_unlock(&order_lock);
	return paid;
}

/* What runs on this CPU stops, or is to be looked at. Answers what was paid for it meanwhile. */
static __always_inline __u64 tickless_stop(__s32 cpu)
{
	return tickless_may(cpu) && tickless_at(cpu)->since ? tickless_end_one(cpu) : 0;
}

#endif
