/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Waking up and waiting: which CPU a task is offered to, and which queue it joins. Each slot has
 * two FIFOs, dispatch queues whose ids are those of slot_leaf(), and one in order if it ever had
 * the policy fair, see leaf_queue(). They are made with the slot's first use and never destroyed,
 * so a task can never meet a queue that is gone.
 */
#ifndef QUEUE_BPF_H
#define QUEUE_BPF_H

#include "lose.bpf.h"
#include "preempt.h"
#include "timer.bpf.h"

/* A function of its own so that the verifier looks at it once. */
__noinline __u32 slot_wake_one(__u32 i)
{
	bpf_spin_lock(&order_lock);
	i = slot_wake_locked(i);
	bpf_spin_unlock(&order_lock);
	return i;
}

/* A slot has work; let it count. Its tasks that wait or run were counted before, so it cannot leave
 * meanwhile. Answers a gate that is to be tied, or the root. */
static __always_inline __u32 slot_wake(__u32 i)
{
	if (!(slot_at(i)->flags & CGFIFO_SLOT_IDLE))
		return CGFIFO_ROOT_SLOT;
	tickless_catch_up();
	return slot_wake_one(i);
}

/* Bound: kept from some of the CPUs that are online. */
static __always_inline enum cgfifo_kind task_kind(const struct task_struct *p)
{
	return (__u32)p->nr_cpus_allowed < nr_online ? CGFIFO_BOUND : CGFIFO_FREE;
}

/* The kernel's set may be shorter than ours; it has a bit for each CPU. */
static __always_inline void cpuset_read(struct cgfifo_cpuset *set, const struct cpumask *mask)
{
	set->word[0] = mask->bits[0];
	for (__u32 i = 1; i < CGFIFO_SET_WORDS; i++)
		set->word[i] = i * CGFIFO_WORD_CPUS < nr_cpus ? mask->bits[i] : 0;
}

/*
 * Tell the order that p waits in slot i. Answers the CPU that should stop for it, or -1: none, or
 * there is an idle one, or p has not woken. The kernel puts p into the FIFO only after enqueue()
 * has returned, so a CPU that looks in between finds nothing; see dispatch_is_early().
 */
static __always_inline __s32 queue_announce(struct task_struct *p, __u32 i, enum cgfifo_kind kind,
					    bool wakes, bool no_idle)
{
	__s32 cpu = scx_bpf_task_cpu(p), victim = -1;
	struct cgfifo_cpuset mask;
	__u32 loose;

	cpuset_read(&mask, p->cpus_ptr);
	loose = slot_wake(i);
	if (loose == CGFIFO_ROOT_SLOT && limit_applies(i))
		loose = limits_loose_one(i);
	limits_tie(loose);
	bpf_spin_lock(&order_lock);
	slot_enqueue_locked(i, kind, &mask, cpu_at(cpu), wakes);
	if (wakes && no_idle)
		victim = preempt_choose(i, &mask, cpu);
	bpf_spin_unlock(&order_lock);
	return victim;
}

/* p waits no more: it runs, or was taken out of its FIFO. */
static __always_inline void queue_leave(struct task_ctx *t)
{
	if (t->queued_on == CGFIFO_NO_SLOT)
		return;
	__sync_fetch_and_sub(&slot_at(t->queued_on)->nr_queued, 1);
	if (t->leaf.queued)
		leaf_dequeue(t->queued_on, &t->leaf);
	t->queued_on = CGFIFO_NO_SLOT;
}

/* A function of its own so that the verifier looks at it once. */
__noinline int slot_dequeue_one(__u32 i, __s32 cpu)
{
	bpf_spin_lock(&order_lock);
	slot_dequeue_locked(i, cpu_at(cpu));
	bpf_spin_unlock(&order_lock);
	return 0;
}

/*
 * p was taken out of its FIFO and has not run: it changes its cgroup, CPUs or class, or ends. The
 * kernel says so in ops.quiescent(), but also each time that a task goes to sleep, and that call
 * is no small part of a switch. So it is found out where p turns up next; until then a CPU that
 * looks for it takes it for one on its way into the FIFO, see dispatch_is_early().
 */
static __always_inline void queue_abandon(struct task_struct *p, struct task_ctx *t)
{
	__u32 i = t->queued_on;

	if (i == CGFIFO_NO_SLOT)
		return;
	queue_leave(t);
	slot_dequeue_one(i, scx_bpf_task_cpu(p));
}

/* How to put a task into the queue of a CPU itself. Where there is no tick, it does not wait for
 * what runs there, or begins to by now: nothing may be about to end that, or only a timer, which
 * may itself need a thread of the kernel that comes this way (ksoftirqd). */
static __always_inline __u64 queue_flags_here(__s32 cpu)
{
	return tickless_may(cpu) ? SCX_ENQ_PREEMPT : 0;
}

/* A CPU that sleeps and could run p, or -1. It is marked busy: whoever asks next gets another. */
__s32 BPF_STRUCT_OPS(cgfifo_select_cpu, struct task_struct *p, __s32 prev_cpu, __u64 wake_flags)
{
	bool is_idle = false;
	struct task_ctx *t;
	__s32 cpu;

	if (core_any())
		return prev_cpu; /* an idle CPU has to ask for it, too */
	if (lose_task(p))
		return prev_cpu;
	cpu = scx_bpf_select_cpu_dfl(p, prev_cpu, wake_flags, &is_idle);
	if (!is_idle)
		return cpu;
	t = task_find(p);
	/* Nobody waits for an idle CPU, so there is nothing to be fair about. But one that is
	 * limited has to take what it runs out of what is left, which a pick does. */
	if (t && !limit_applies(t->slot)) {
		compat_dsq_insert(p, SCX_DSQ_LOCAL, slot_at(t->slot)->slice_ns,
				  queue_flags_here(cpu));
		stat_add(CGFIFO_STAT_direct);
	}
	return cpu;
}

/* Is a slot next on a CPU? Then that takes it. */
__noinline bool queue_take_next(__s32 cpu, __u32 slot)
{
	struct cgfifo_cpu *c = cpu_at(cpu);
	struct cpu_bit bit = cpu_bit(cpu);
	bool found;

	bpf_spin_lock(&order_lock);
	found = pick_choose(&c->pick, c, bit) && c->pick.slot == slot;
	if (found) {
		pick_take(&c->pick, c, bit);
		pick_done(&c->pick, c);
		c->interrupted = 0;
		c->counters.value[CGFIFO_STAT_picks]++;
	}
	bpf_spin_unlock(&order_lock);
	return found;
}

/*
 * p, which wakes, is to interrupt the CPU that it comes from. If it is the next one there, that
 * need not look for it: it runs when the interrupt is over that has woken it. Answers whether.
 * What runs on this CPU is asked for here, as p would wait for a real-time task.
 */
static __always_inline bool queue_hand_over(struct task_struct *p, __u32 i, __s32 cpu)
{
	struct task_struct *runs = bpf_get_current_task_btf();

	if (cpu != (__s32)bpf_get_smp_processor_id() || slot_at(i)->nr_queued != 1 ||
	    limit_applies(i) || core_any() || !task_is_runnable(runs))
		return false;
	return queue_take_next(cpu, i);
}

/* Tell the order of p, and a CPU: one that sleeps, or one that runs what may wait. Answers whether
 * p is to have its own CPU next, and need not wait in a FIFO. */
static __always_inline bool queue_find_cpu(struct task_struct *p, __u32 i, enum cgfifo_kind kind,
					   __u64 enq_flags)
{
	/* Marked busy by this call, so who asks next gets another. */
	__s32 idle = core_any() ? core_pick_idle(p, i) : scx_bpf_pick_idle_cpu(p->cpus_ptr, 0);
	bool wakes = enq_flags & bpf_core_enum_value(enum scx_enq_flags, SCX_ENQ_WAKEUP);
	bool tickless = tickless_is_used; /* read once */
	__s32 victim;

	if (tickless)
		tickless_catch_up();
	victim = queue_announce(p, i, kind, wakes, idle < 0);
	if (idle >= 0) {
		if (tickless)
			tickless_tell(idle, bpf_ktime_get_ns());
		scx_bpf_kick_cpu(idle, bpf_core_enum_value(enum scx_kick_flags, SCX_KICK_IDLE));
	} else if (victim >= 0) {
		stat_add(CGFIFO_STAT_preemptions);
		if (victim == scx_bpf_task_cpu(p) && queue_hand_over(p, i, victim))
			return true;
		scx_bpf_kick_cpu(victim,
				 bpf_core_enum_value(enum scx_kick_flags, SCX_KICK_PREEMPT));
	}
	if (tickless && idle < 0)
		tickless_make_room();
	return false;
}

/* Has a real-time task driven off the local queue who is queued now, on a kernel that counts that?
 * It would else stand there behind others, and be driven off each time that the CPU is taken until
 * it has run. */
static __always_inline bool queue_was_driven_off(__u64 enq_flags)
{
	return enq_flags & SCX_ENQ_REENQ && compat_counts_reenq();
}

/* Does a kernel thread, or a task that ends, not wait? Work of the kernel for this very CPU does
 * not, as others would wait for it; nor who ends, as the kernel itself has it, unless that may be
 * beside somebody who is isolated. But who was driven off the local queue joins the order. */
static __always_inline bool queue_passes(const struct task_struct *p, __u64 enq_flags)
{
	if (queue_was_driven_off(enq_flags))
		return false;
	if (p->flags & PF_EXITING && !core_any())
		return true;
	if (!task_is_pinned(p))
		return false;
	stat_add(CGFIFO_STAT_pinned);
	return true;
}

/* p runs next where it is, past the order. */
static __always_inline void queue_here(struct task_struct *p, __u64 slice_ns, __u64 enq_flags)
{
	__s32 cpu = scx_bpf_task_cpu(p);

	compat_dsq_insert(p, SCX_DSQ_LOCAL, slice_ns, enq_flags | queue_flags_here(cpu));
	/* It ran here, and this CPU has already chosen to sleep: nothing else would tell it. */
	if (enq_flags & SCX_ENQ_LAST)
		scx_bpf_kick_cpu(cpu, 0);
}

/* A task stops on a CPU that goes. If it could go on, the kernel asks nobody about it any more, and
 * puts it into the local queue. On 6.12 the CPU may have chosen to sleep by then, and the thread
 * that takes it down (cpuhp) sleep with it. */
__noinline int queue_look_again(__s32 cpu)
{
	if (!this_cpu_is_away())
		scx_bpf_kick_cpu(cpu, 0);
	return 0;
}

/* p runs next wherever a CPU looks for somebody, past the order. */
__noinline int queue_anywhere(struct task_struct *p __arg_trusted, __u64 slice_ns, __u64 enq_flags)
{
	__s32 idle = scx_bpf_pick_idle_cpu(p->cpus_ptr, 0);

	compat_dsq_insert(p, SCX_DSQ_GLOBAL, slice_ns, enq_flags);
	if (idle >= 0)
		scx_bpf_kick_cpu(idle, bpf_core_enum_value(enum scx_kick_flags, SCX_KICK_IDLE));
	return 0;
}

/* Has a limit stopped p in a system call? It may hold a lock there that others wait for, so it goes
 * on for a while; but not for ever, as there are those that are always in one. One that wakes holds
 * none as a rule, and would come again and again. */
static __always_inline bool queue_leaves_kernel(struct task_struct *p, struct task_ctx *t,
						__u64 enq_flags)
{
	if (enq_flags & bpf_core_enum_value(enum scx_enq_flags, SCX_ENQ_WAKEUP) ||
	    t->nr_past == LIMIT_NR_PAST || !compat_is_in_syscall(p) || !limits_stop(t->slot)) {
		t->nr_past = 0;
		return false;
	}
	t->nr_past++;
	return true;
}

/*
 * May p not wait until it is next? One that holds RCU goes on, just until slice_timer() finds that
 * it does not; of a slot with a limit also one that may hold another lock of the kernel, or that is
 * to end. All that is to be freed waits for the first: where real-time tasks leave little to
 * others, a queue of hundreds is longer than the 21 s after which 7.3 unloads the scheduler.
 * Whoever was picked by now runs before it. So it is for who was driven off the local queue, but
 * not in it; unless somebody is isolated, beside whom it might come: then only those with a limit
 * pass, where they ran. What all of them run is a debt of their cgroup.
 */
static __always_inline bool queue_passes_order(struct task_struct *p, struct task_ctx *t,
					       __u64 slice_ns, __u64 enq_flags)
{
	if (!task_is_dying(p)) {
		if ((core_any() && queue_was_driven_off(enq_flags)) ||
		    (!task_stops_rcu(p) && !queue_leaves_kernel(p, t, enq_flags)))
			return false;
		slice_ns = limit_slice_past(t->nr_past);
	}
	if (queue_was_driven_off(enq_flags))
		queue_anywhere(p, slice_ns, enq_flags);
	else
		queue_here(p, slice_ns, enq_flags);
	return true;
}

void BPF_STRUCT_OPS(cgfifo_enqueue, struct task_struct *p, __u64 enq_flags)
{
	struct task_ctx *t = task_find(p);
	enum cgfifo_kind kind = task_kind(p);
	__u64 slice_ns;
	__u32 i;

	if (lose_task(p))
		return;
	if (!t) {
		stat_add(CGFIFO_STAT_strays);
		compat_dsq_insert(p, SCX_DSQ_GLOBAL, CGFIFO_SLICE_DFL_US * 1000ULL, enq_flags);
		return;
	}
	i = t->slot;
	slice_ns = slot_at(i)->slice_ns;

	if (p->flags & (PF_KTHREAD | PF_EXITING) && queue_passes(p, enq_flags)) {
		queue_here(p, slice_ns, enq_flags);
		return;
	}

	queue_abandon(p, t);
	if (((task_stops_rcu(p) && !core_any()) || limit_applies(i)) &&
	    queue_passes_order(p, t, slice_ns, enq_flags))
		return;
	if (this_cpu_is_away()) {
		queue_here(p, slice_ns, enq_flags);
		stat_add(CGFIFO_STAT_direct);
		return;
	}
	t->queued_on = i;
	STATE_ORDERED(__sync_fetch_and_add(&slot_at(i)->nr_queued, 1));
	if (queue_find_cpu(p, i, kind, enq_flags))
		compat_dsq_insert(p, SCX_DSQ_LOCAL, slice_ns, enq_flags | SCX_ENQ_PREEMPT);
	else if (slot_is_fair(i))
		task_enqueue_fair(p, t, enq_flags);
	else
		compat_dsq_insert(p, slot_leaf(i, kind), slice_ns, enq_flags);
}

#endif
