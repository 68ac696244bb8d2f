/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * isolate: core, where it needs the kernel: taking the lock, waking and interrupting siblings, idle
 * CPUs. What is decided is in core.h and partner.h. Nothing here is called while nothing is
 * isolated.
 *
 * Functions that are not inlined: the verifier looks at them once.
 */
#ifndef CORE_BPF_H
#define CORE_BPF_H

#include "leave.bpf.h"
#include "partner.h"

/* Does this CPU have siblings that matter? One that is going away may kick nobody, and is not
 * looked at by the others. */
static __always_inline bool core_matters(__s32 cpu)
{
	return core_sibling(cpu) != cpu && !this_cpu_is_away();
}

/* Kernel threads run beside everybody, and so does who is killed: neither will run a program's code
 * any more. */
static __always_inline bool task_is_exempt(const struct task_struct *p)
{
	return p->flags & PF_KTHREAD || task_is_dying(p);
}

/* A kernel thread that is bound to one CPU does not wait, so it is not asked for. */
static __always_inline bool task_is_pinned(const struct task_struct *p)
{
	return p->flags & PF_KTHREAD && p->nr_cpus_allowed == 1;
}

/* Tell siblings, and this CPU itself, what came of core_settle() or core_intrude(). */
__noinline int core_kick(__s32 cpu)
{
	struct core_cpu *me = core_at(cpu);
	__s32 sibling = core_sibling(cpu);

	for (__u32 n = 0; n < CORE_SIBLINGS && sibling != cpu && can_loop; n++) {
		if (me->to_stop >> n & 1)
			scx_bpf_kick_cpu(sibling, bpf_core_enum_value(enum scx_kick_flags,
								      SCX_KICK_PREEMPT));
		else if (me->to_wake >> n & 1)
			scx_bpf_kick_cpu(sibling,
					 bpf_core_enum_value(enum scx_kick_flags, SCX_KICK_IDLE));
		sibling = core_sibling(sibling);
	}
	if (me->again)
		scx_bpf_kick_cpu(cpu, 0);
	return 0;
}

/* May this CPU run what it has picked (found), or go on with what it runs, of a slot? */
__noinline int core_may_run(__s32 cpu, bool found, __u32 slot, bool holds, bool is_next)
{
	struct cgfifo_cpu *c = cpu_at(cpu);
	struct core_ask ask = {
		.slot = found ? c->pick.slot : slot,
		.now = bpf_ktime_get_ns(),
		.holds = holds,
		.is_next = is_next,
	};
	enum core_answer answer;

	bpf_spin_lock(&order_lock);
	answer = core_settle(c, cpu, &ask);
	bpf_spin_unlock(&order_lock);
	return answer;
}

/* What was charged for going on with a task of a slot. */
__noinline int core_pay_back(__s32 cpu, __u32 slot)
{
	bpf_spin_lock(&order_lock);
	account_charge(CGFIFO_SELF(slot), -(__s64)cpu_at(cpu)->pick.keep_ns);
	bpf_spin_unlock(&order_lock);
	return 0;
}

/* See partner_pass(). */
__noinline bool core_pass(__s32 cpu, bool over)
{
	bool did;

	bpf_spin_lock(&order_lock);
	did = partner_pass(cpu_at(cpu), cpu, over);
	bpf_spin_unlock(&order_lock);
	return did;
}

/* A task of a slot begins to run; CGFIFO_NO_SLOT: one that is exempt. */
__noinline bool core_begin_task(__s32 cpu, __u32 slot)
{
	struct core_ask ask = {.slot = slot, .now = bpf_ktime_get_ns()};
	bool intrudes;

	bpf_spin_lock(&order_lock);
	intrudes = core_intrude(cpu_at(cpu), cpu, &ask);
	bpf_spin_unlock(&order_lock);
	return intrudes;
}

static __always_inline void core_running(const struct task_struct *p, __s32 cpu, __u32 slot)
{
	if (!core_matters(cpu) || !core_begin_task(cpu, task_is_exempt(p) ? CGFIFO_NO_SLOT : slot))
		return;
	stat_add(CGFIFO_STAT_core_intruders);
	core_kick(cpu);
}

/* Does p, which runs on a CPU, belong to a class that goes before this scheduler's? */
static __always_inline bool task_is_above(const struct task_struct *p)
{
	return p->prio < MAX_RT_PRIO || (shared.info.is_partial && p->policy != SCHED_EXT);
}

/* What a CPU's claim was for is off it, unless it waits in its local queue, from which the kernel
 * may let it go on without asking. Answers whether the claim is given up. */
__noinline bool core_give_up(__s32 cpu)
{
	if (scx_bpf_dsq_nr_queued(SCX_DSQ_LOCAL_ON | cpu))
		return false;
	bpf_spin_lock(&order_lock);
	core_release(cpu_at(cpu), cpu);
	bpf_spin_unlock(&order_lock);
	core_kick(cpu);
	return true;
}

/* By this CPU's timer: is what its claim was for off it by now? And if it sleeps because of its
 * siblings, look again. Answers whether the timer is to come back: a task of another class has
 * this CPU, and what it has interrupted was not queued again yet. */
static __always_inline bool core_look_again(__s32 cpu)
{
	struct task_struct *p = bpf_get_current_task_btf();

	if ((__u32)cpu != bpf_get_smp_processor_id() || !core_matters(cpu))
		return false;
	if (task_is_above(p))
		return !core_give_up(cpu);
	if (p->pid)
		return false;
	core_give_up(cpu);
	if (core_at(cpu)->wants != CGFIFO_NO_SLOT)
		scx_bpf_kick_cpu(cpu, bpf_core_enum_value(enum scx_kick_flags, SCX_KICK_IDLE));
	return false;
}

/* An idle CPU for p, of a slot; if there is none that may run it at once, another, so that it knows
 * of p. Or -1. */
__noinline __s32 core_pick_idle(struct task_struct *p __arg_trusted, __u32 slot)
{
	__u32 domain;
	__s32 cpu;

	cpu = scx_bpf_pick_idle_cpu(
		p->cpus_ptr, bpf_core_enum_value(enum scx_pick_idle_cpu_flags, SCX_PICK_IDLE_CORE));
	if (cpu >= 0)
		return cpu;
	bpf_spin_lock(&order_lock);
	domain = core_domain(slot);
	bpf_spin_unlock(&order_lock);
	for (cpu = 0; cpu < (__s32)nr_cpus && can_loop; cpu++)
		if (core_fits(cpu, domain) && bpf_cpumask_test_cpu(cpu, p->cpus_ptr) &&
		    scx_bpf_test_and_clear_cpu_idle(cpu))
			return cpu;
	return scx_bpf_pick_idle_cpu(p->cpus_ptr, 0);
}

/* Isolate the cgroup of a slot, or not. What runs by now was not asked, so all CPUs are. */
static __always_inline void core_set(__u32 slot, bool isolated)
{
	bool changed;

	if (!isolated && !core_is_isolated(slot))
		return;
	for (__u32 cpu = 0; !core_nr && cpu < nr_cpus && can_loop; cpu++)
		core_begin(cpu);
	bpf_spin_lock(&order_lock);
	changed = core_isolate(slot, isolated);
	bpf_spin_unlock(&order_lock);
	for (__u32 cpu = 0; changed && cpu < nr_cpus && can_loop; cpu++)
		scx_bpf_kick_cpu(cpu, bpf_core_enum_value(enum scx_kick_flags, SCX_KICK_PREEMPT));
}

#endif
