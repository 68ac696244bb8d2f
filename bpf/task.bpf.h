/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The life of a task: it is born into a slot, runs and is charged, moves to another cgroup, ends.
 */
#ifndef TASK_BPF_H
#define TASK_BPF_H

#include "dispatch.bpf.h"

/* The slot of the nearest cgroup from cgrp upwards that has one. */
static __always_inline __u32 slot_find(struct cgroup *cgrp)
{
	struct cgroup_subsys_state *css;
	__u32 *found;
	__u64 cgid;

	/* No counter, with which the verifier would walk each round anew. */
	while (can_loop) {
		cgid = cgrp->kn->id;
		found = bpf_map_lookup_elem(&cgroups, &cgid);
		if (found)
			return *found;
		css = cgrp->self.parent;
		if (!css)
			break;
		cgrp = css->cgroup;
	}
	return CGFIFO_ROOT_SLOT;
}

/* Drop one reference. The last one has the slot freed, see chore.bpf.h. */
static __always_inline void slot_put(__u32 i)
{
	if (i == CGFIFO_ROOT_SLOT || __sync_fetch_and_sub(&slot_at(i)->nr_refs, 1) != 1)
		return;
	bpf_spin_lock(&order_lock);
	chore_add_locked(&chores.free, i);
	bpf_spin_unlock(&order_lock);
	timer_call();
}

void BPF_STRUCT_OPS(cgfifo_running, struct task_struct *p)
{
	__s32 cpu = scx_bpf_task_cpu(p);
	struct cgfifo_cpu *c = cpu_at(cpu);
	struct task_ctx *t = task_find(p);
	struct cgfifo_slot *s;
	__u32 loose;

	if (!t)
		return;
	s = slot_at(t->slot);
	STATE_ORDERED(__sync_fetch_and_add(&s->nr_running, 1));
	task_run_fair(p, t, cpu);
	queue_leave(t);
	if (core_any())
		core_running(p, cpu, t->slot);
	t->prepaid_ns = 0;
	if (c->prepaid_slot == t->slot) {
		t->prepaid_ns = c->prepaid_ns;
		p->scx.slice = c->prepaid_ns; /* a rescue's is shorter than what it waited with */
		c->prepaid_ns = 0;
		c->prepaid_slot = CGFIFO_NO_SLOT;
	}
	slice_give(c, cpu, p, t->slot, p->scx.slice, t->prepaid_ns);
	loose = slot_wake(t->slot);
	if (loose != CGFIFO_ROOT_SLOT) { /* nobody waits for it to be tied: p runs */
		limit_unsettled = loose;
		limits_call_timer();
	}
}

void BPF_STRUCT_OPS(cgfifo_stopping, struct task_struct *p, bool runnable)
{
	__s32 cpu = scx_bpf_task_cpu(p);
	struct cgfifo_cpu *c = cpu_at(cpu);
	struct task_ctx *t = task_find(p);
	struct cgfifo_slot *s;
	__u64 ran, waited;

	if (!t)
		return;
	if (c->is_away)
		queue_look_again(cpu);
	s = slot_at(t->slot);
	waited = compat_waited_ns(p) - t->waited_ns;
	t->waited_ns += waited;
	ran = p->se.sum_exec_runtime - t->charged_at;
	t->charged_at += ran;
	clock_note();
	task_charge_fair(p, t, ran);

	ran -= tickless_stop(cpu);
	c->slice_end_ns = 0;
	bpf_spin_lock(&order_lock);
	__sync_fetch_and_sub(&s->nr_running, 1);
	slot_charge_locked(t->slot, ran, t->prepaid_ns);
	if (compat_knows_waits())
		wait_count(t->slot, waited);
	if (!runnable)
		slot_sleep_locked(t->slot);
	else if (!task_is_pinned(p))
		p->scx.slice = 0; /* if it has any, another class takes this CPU: see taken.bpf.h */
	if (!(++c->nr_stops & 15))
		slot_look_locked(t->slot);
	bpf_spin_unlock(&order_lock);
	limits_pay(t->slot, ran, t->prepaid_ns);
	t->prepaid_ns = 0;
}

/* Does a CPU that needs no tick run something for too long: without an end while others wait, or
 * beyond the end that its timer should have seen to? */
static __always_inline bool tick_ends(__s32 cpu, __u64 now)
{
	__u64 end = cpu_at(cpu)->slice_end_ns;

	if (!tickless_at(cpu)->since)
		return end && !arith_before(now, end);
	return account_waits_for(cpu_bit(cpu)) || scx_bpf_dsq_nr_queued(SCX_DSQ_LOCAL_ON | cpu) > 0;
}

/*
 * Loaded only where a CPU needs no tick. For one that has stopped it the kernel calls this from
 * another CPU, once in a second. So its account does not stand still even if nothing else happens
 * on the machine, and whoever was forgotten waits no longer than that: one that may not leave this
 * CPU just now (migrate_disable(), since 6.14), whom the kernel puts into its queue without a word,
 * or one for which another CPU was woken that another class has taken by then.
 */
void BPF_STRUCT_OPS(cgfifo_tick, struct task_struct *p)
{
	__u64 now = bpf_ktime_get_ns();
	__s32 cpu = scx_bpf_task_cpu(p);

	if (!tickless_may(cpu))
		return;
	clock_note();
	tickless_pay_one(cpu, now);
	if (tick_ends(cpu, now))
		p->scx.slice = 0; /* it ends, and dispatch() comes next */
}

/* sched_yield(). The slice ends, and dispatch() comes next: in a FIFO, whoever waits in the same
 * slot goes first anyway. It is charged for what it ran. */
bool BPF_STRUCT_OPS(cgfifo_yield, struct task_struct *from, struct task_struct *to)
{
	struct task_ctx *t = task_find(from);

	if (to)
		return false; /* yield_to(), of KVM: not done */
	from->scx.slice = 0;
	if (t)
		t->leaf.yields = true;
	return true;
}

/* From now on this scheduler runs p. How long it has run under another, or waited for it, does not
 * count. */
void BPF_STRUCT_OPS(cgfifo_enable, struct task_struct *p)
{
	struct task_ctx *t = task_find(p);

	if (!t)
		return;
	t->charged_at = p->se.sum_exec_runtime;
	t->waited_ns = compat_waited_ns(p);
}

__s32 BPF_STRUCT_OPS_SLEEPABLE(cgfifo_init_task, struct task_struct *p,
			       struct scx_init_task_args *args)
{
	struct task_ctx *t;

	t = bpf_task_storage_get(&tasks, p, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!t)
		return -12; /* ENOMEM; the fork fails, or the load */
	t->slot = slot_find(args->cgroup);
	t->queued_on = CGFIFO_NO_SLOT;
	t->leaf.is_new = true;
	slot_get(t->slot);
	return 0;
}

/* p waits nowhere: for whoever may, the kernel has called cgfifo_disable() before. */
void BPF_STRUCT_OPS(cgfifo_exit_task, struct task_struct *p, struct scx_exit_task_args *args)
{
	struct task_ctx *t = task_find(p);

	if (!t)
		return;
	if (limits_stop(t->slot)) /* its threads end with it, and some may wait */
		limits_let_leave(t->slot);
	slot_put(t->slot);
	t->slot = CGFIFO_ROOT_SLOT;
}

/* A signal was sent, and if it is one that kills, all threads of p know by now. */
SEC("tp_btf/signal_generate")
int BPF_PROG(cgfifo_on_signal, int sig, struct kernel_siginfo *info, struct task_struct *p)
{
	struct task_ctx *t;

	if (!limit_nr || !task_is_dying(p))
		return 0;
	t = task_find(p);
	if (t && limit_applies(t->slot))
		limits_let_leave(t->slot);
	return 0;
}

/* The kernel has taken the task off its queue and its CPU before it calls this. */
void BPF_STRUCT_OPS(cgfifo_cgroup_move, struct task_struct *p, struct cgroup *from,
		    struct cgroup *to)
{
	struct task_ctx *t = task_find(p);
	__u32 old;

	if (!t)
		return;
	queue_abandon(p, t);
	old = t->slot;
	t->slot = slot_find(to);
	t->leaf.is_new = true;
	slot_get(t->slot);
	slot_put(old);
}

#endif
