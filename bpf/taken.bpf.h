/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A CPU is taken by a task of another class, and given back. What waits in its local queue is
 * queued again, so that other CPUs find it; and one that keeps a CPU for long is remembered by
 * name: on kernels without a deadline server for sched_ext (before 7.1 or so) nobody else runs
 * there, and one who may run nowhere else may wait so long that the kernel unloads the scheduler.
 */
#ifndef TAKEN_BPF_H
#define TAKEN_BPF_H

#include "queue.bpf.h"

/* Who keeps a CPU for so long, in ns, is worth a line in the log... */
#define TAKEN_LONG (500 * ARITH_MSEC)
/* ... but not more often than this, for each CPU. */
#define TAKEN_PAUSE (60 * ARITH_SEC)

/* The fair class, when it goes first (partial), is no hog, and neither is a stopper. */
static __always_inline bool is_realtime(const struct task_struct *p)
{
	return p->policy == SCHED_FIFO || p->policy == SCHED_RR || p->policy == SCHED_DEADLINE;
}

static __always_inline void taken_note(struct cgfifo_hog *hog, __s32 cpu,
				       const struct task_struct *p)
{
	hog->since_ns = bpf_ktime_get_ns();
	hog->cpu = cpu;
	hog->pid = p->pid;
	hog->policy = p->policy;
	for (__u32 i = 0; i < CGFIFO_COMM_LEN; i++)
		hog->comm[i] = p->comm[i];
}

/* A pick that was paid for, and whose task did not get to run: it is queued again. */
__noinline int taken_give_back(__s32 cpu)
{
	struct cgfifo_cpu *c = cpu_at(cpu);
	__u32 slot = c->prepaid_slot;
	__u64 ns = c->prepaid_ns;

	c->prepaid_ns = 0;
	c->prepaid_slot = CGFIFO_NO_SLOT;
	bpf_spin_lock(&order_lock);
	account_charge(CGFIFO_SELF(slot), -(__s64)ns);
	bpf_spin_unlock(&order_lock);
	if (limit_applies(slot))
		limits_pay_one(slot, -(__s64)ns);
	return 0;
}

/*
 * What ran here waits elsewhere by now: cgfifo_stopping() has ended its slice, so that the kernel
 * queues it again as at the end of one. Had it any left, it would stand in the local queue here.
 * And what is on the CPU while a program runs is not queued again by 7.3 as others are: the
 * program keeps it from migrating, and who may not migrate goes back in front with a new slice of
 * 20 ms, each time that the CPU is taken. So what does stay here keeps the slice that it had.
 */
void BPF_STRUCT_OPS(cgfifo_cpu_release, __s32 cpu, struct scx_cpu_release_args *args)
{
	struct task_struct *p = bpf_get_current_task_btf();
	struct cgfifo_cpu *c = cpu_at(cpu);
	__u64 left = p->scx.slice;

	c->hog.since_ns = 0;
	if (is_realtime(args->task))
		taken_note(&c->hog, cpu, args->task);
	if (c->prepaid_ns && c->prepaid_slot != CGFIFO_NO_SLOT)
		taken_give_back(cpu);
	if (core_any() && core_matters(cpu))
		core_look_later(cpu, TIMER_MIN); /* the switch is yet to come */
	scx_bpf_reenqueue_local();
	p->scx.slice = left;
}

static __always_inline void hog_send(const struct cgfifo_hog *hog)
{
	struct cgfifo_event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);

	if (!e) {
		stat_add(CGFIFO_STAT_lost_events);
		return;
	}
	e->type = CGFIFO_EVENT_HOG;
	e->weight = 0;
	e->cgid = e->parent_cgid = 0;
	e->name[0] = 0;
	e->hog = *hog;
	bpf_ringbuf_submit(e, 0);
}

/* Whoever had this CPU has it no more. */
__noinline int taken_end(__s32 cpu)
{
	struct cgfifo_cpu *c = cpu_at(cpu);
	__u64 now = bpf_ktime_get_ns();

	c->hog.took_ns = now - c->hog.since_ns;
	c->hog.since_ns = 0;
	if (c->hog.took_ns < TAKEN_LONG || (c->hog_said_at && now - c->hog_said_at < TAKEN_PAUSE))
		return 0;
	c->hog_said_at = now;
	hog_send(&c->hog);
	return 0;
}

void BPF_STRUCT_OPS(cgfifo_cpu_acquire, __s32 cpu, void *args)
{
	if (cpu_at(cpu)->hog.since_ns)
		taken_end(cpu);
}

/* p leaves this scheduler. One that becomes a real-time task while it runs takes its CPU without
 * cgfifo_cpu_release(), and gives it back without cgfifo_cpu_acquire(). */
void BPF_STRUCT_OPS(cgfifo_disable, struct task_struct *p)
{
	__s32 cpu = scx_bpf_task_cpu(p);
	struct task_ctx *t = task_find(p);

	if (t)
		queue_abandon(p, t);
	if (p->on_cpu && is_realtime(p))
		taken_note(&cpu_at(cpu)->hog, cpu, p);
	if (core_any() && p->on_cpu && core_matters(cpu))
		core_give_up(cpu);
}

/* The scheduler ends because somebody waited too long: who had a CPU all the time? */
static __always_inline void taken_blame(void)
{
	__u64 now = bpf_ktime_get_ns();

	for (__u32 cpu = 0; cpu < nr_cpus && can_loop; cpu++) {
		struct cgfifo_hog *hog = &cpu_at(cpu)->hog;

		if (!hog->since_ns || now - hog->since_ns < TAKEN_LONG)
			continue;
		shared.exit.hog = *hog;
		shared.exit.hog.took_ns = now - hog->since_ns;
	}
}

#endif
