/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A CPU asks for work: pick a FIFO, take its first task.
 */
#ifndef DISPATCH_BPF_H
#define DISPATCH_BPF_H

#include "taken.bpf.h"

/* How often a CPU on which nothing runs looks again when a pick has come to no task. Each time it
 * learns of one slot that nothing in it waits for this CPU. */
#define DISPATCH_TRIES 8

/*
 * The pick found no task that may run here; is that because it came too early? Some of those that
 * count as waiting are then in no FIFO: still on their way into it, or taken out by another CPU
 * that does not run them yet.
 */
static __always_inline bool dispatch_is_early(const struct cgfifo_pick *k)
{
	__u32 waiting = slot_at(k->slot)->nr_queued;
	__s32 queued = scx_bpf_dsq_nr_queued(slot_leaf(k->slot, CGFIFO_FREE)) +
		       scx_bpf_dsq_nr_queued(slot_leaf(k->slot, CGFIFO_BOUND));

	if (slot_at(k->slot)->flags & CGFIFO_SLOT_SORTED)
		queued += scx_bpf_dsq_nr_queued(leaf_queue(k->slot));
	return queued < (__s32)waiting;
}

/* Take the first task of the pick that may run here. Where the policy has changed, those that have
 * waited since then go first: nobody joins them any more. */
static __always_inline bool dispatch_take(const struct cgfifo_pick *k)
{
	__u32 flags = slot_at(k->slot)->flags;
	__u64 fifo = slot_leaf(k->slot, k->kind & 1), sorted = leaf_queue(k->slot);
	bool is_fair = flags & CGFIFO_SLOT_FAIR;

	if (!(flags & CGFIFO_SLOT_SORTED))
		return compat_dsq_move_to_local(fifo);
	return compat_dsq_move_to_local(is_fair ? fifo : sorted) ||
	       compat_dsq_move_to_local(is_fair ? sorted : fifo);
}

/* The three ways to use the lock: functions of their own, so that the verifier looks at each once
 * and not at all that may follow. They leave their answer in cpu->pick. */
__noinline bool dispatch_pick_after(__s32 cpu, __u32 slot, __u64 ran_ns, __u64 prepaid_ns)
{
	struct cgfifo_cpu *c = cpu_at(cpu);
	bool found;

	bpf_spin_lock(&order_lock);
	if (slot != CGFIFO_NO_SLOT)
		slot_charge_locked(slot, ran_ns, prepaid_ns);
	found = pick_after(&c->pick, c, cpu_bit(cpu), slot, c->pick.own_first);
	if (!found && pick_own != CGFIFO_NO_SLOT)
		account_charge(CGFIFO_SELF(pick_own), c->pick.keep_ns);
	bpf_spin_unlock(&order_lock);
	return found;
}

/* Nothing runs on this CPU that could go on. */
static __always_inline bool dispatch_pick_next(__s32 cpu)
{
	return dispatch_pick_after(cpu, CGFIFO_NO_SLOT, 0, 0);
}

/* Only what is of the same slot as a sibling's task; without siblings, nothing to verify. */
__noinline bool dispatch_pick_partner(__s32 cpu)
{
	struct cgfifo_cpu *c = cpu_at(cpu);
	bool found;

	if (!core_is_shared)
		return false;
	bpf_spin_lock(&order_lock);
	found = partner_choose(&c->pick, c, cpu);
	if (found)
		pick_take(&c->pick, c, cpu_bit(cpu));
	bpf_spin_unlock(&order_lock);
	return found;
}

__noinline int dispatch_pick_undo(__s32 cpu, bool early)
{
	struct cgfifo_cpu *c = cpu_at(cpu);

	bpf_spin_lock(&order_lock);
	pick_undo(&c->pick, c, cpu_bit(cpu), early);
	bpf_spin_unlock(&order_lock);
	return 0;
}

/* This CPU was interrupted, and not for what it runs now. */
__noinline int dispatch_pass_on(__s32 cpu, __u32 chain)
{
	__s32 victim;

	bpf_spin_lock(&order_lock);
	victim = preempt_pass_on(cpu_at(cpu), cpu, chain);
	bpf_spin_unlock(&order_lock);
	if (victim < 0 || this_cpu_is_away())
		return 0;
	scx_bpf_kick_cpu(victim, bpf_core_enum_value(enum scx_kick_flags, SCX_KICK_PREEMPT));
	stat_add(CGFIFO_STAT_preemptions);
	return 0;
}

/* Charge prev, whose slice is over, and pick; answers false if nobody else is to run. */
static __always_inline bool dispatch_after(__s32 cpu, struct task_struct *prev, struct task_ctx *t)
{
	__u64 ran = prev->se.sum_exec_runtime - t->charged_at, prepaid = t->prepaid_ns;
	__u32 chain = cpu_at(cpu)->interrupted;
	struct cgfifo_pick *k = &cpu_at(cpu)->pick;
	bool found, may_stay;

	t->charged_at += ran;
	t->prepaid_ns = 0;
	clock_note();
	task_charge_fair(prev, t, ran);
	ran -= tickless_stop(cpu);
	limits_pay(t->slot, ran, prepaid);
	cpuset_read(&k->own_mask, prev->cpus_ptr);
	may_stay = cpuset_has(&k->own_mask, cpu_bit(cpu)) && !limits_stop(t->slot);
	if (!may_stay)
		k->own_mask = cpuset_none();
	k->own_first = may_stay && slot_is_fair(t->slot) && task_goes_on(prev, t, cpu);
	k->keep_ns = may_stay ? slot_at(t->slot)->slice_ns : 0;
	found = dispatch_pick_after(cpu, t->slot, ran, prepaid);
	if (chain > 1 && (!found || k->slot != cpu_at(cpu)->woken))
		dispatch_pass_on(cpu, chain);
	return found;
}

/* Nobody else is to run, so prev, of a slot, goes on; not if it may not. Answers what was charged.
 */
__noinline __u64 dispatch_keep(struct task_struct *prev __arg_trusted, __s32 cpu, __u32 slot)
{
	struct cgfifo_cpu *c = cpu_at(cpu);
	__u64 slice_ns = c->pick.keep_ns;

	if (!slice_ns)
		return 0;
	slice_ns = limits_take(slot, slice_ns);
	slice_give(c, cpu, prev, slot, slice_ns, slice_ns);
	if (!(++c->counters.value[CGFIFO_STAT_keeps] & 15)) {
		bpf_spin_lock(&order_lock);
		account_recount_up(CGFIFO_SELF(slot));
		bpf_spin_unlock(&order_lock);
	}
	return slice_ns;
}

/* The pick was put back, or is to be: look for one of the domain that has the core. */
static __always_inline bool dispatch_other(__s32 cpu)
{
	int answer = CORE_OTHER;

	for (__u32 n = 0; answer == CORE_OTHER && n < CORE_TRIES && can_loop; n++) {
		dispatch_pick_undo(cpu, true);
		core_pass(cpu, true);
		if (dispatch_pick_partner(cpu))
			answer = CORE_RUN;
		else if (dispatch_pick_next(cpu))
			answer = core_may_run(cpu, true, CGFIFO_NO_SLOT, false, true);
		else
			answer = CORE_SLEEP;
	}
	while (core_pass(cpu, false) && can_loop)
		;
	if (answer == CORE_OTHER)
		dispatch_pick_undo(cpu, true);
	return answer == CORE_RUN;
}

/* Nothing fits: this CPU sleeps for a while. */
static __always_inline void dispatch_rest(__s32 cpu)
{
	stat_add(CGFIFO_STAT_core_waits);
	if (core_at(cpu)->wants != CGFIFO_NO_SLOT)
		core_look_later(cpu, CORE_RETRY);
}

/* Something is isolated: may this CPU run what it has found, or go on with prev, of a slot or none?
 * Answers whether; *found says if there is a pick then. */
static __always_inline bool dispatch_in_core(__s32 cpu, struct task_struct *prev, __u32 slot,
					     bool *found)
{
	bool holds = prev && !(prev->flags & PF_KTHREAD);
	int answer;

	if (prev && task_is_pinned(prev))
		slot = CGFIFO_NO_SLOT;
	answer = core_may_run(cpu, *found, slot, holds, false);
	if (answer != CORE_RUN && !*found)
		core_pay_back(cpu, slot);
	else if (answer == CORE_OTHER)
		answer = dispatch_other(cpu) ? CORE_RUN : CORE_SLEEP;
	else if (answer == CORE_SLEEP)
		dispatch_pick_undo(cpu, true);
	if (answer != CORE_RUN)
		dispatch_rest(cpu);
	core_kick(cpu);
	return answer == CORE_RUN;
}

/* FIFOs that a CPU leaves out while it looks further: those that wait there are not in it yet. */
static PRIVATE(dispatch) struct {
	__u32 nr;
	__u32 leaf[DISPATCH_TRIES];
} left_out[CGFIFO_MAX_CPUS];

/* The pick came to no task: put it back, and leave that FIFO out. If it was too early, that is
 * until dispatch_let_in(). If it is not by now one may have come into the FIFO since, so look once
 * more: this CPU would be told of it by nobody. Answers whether there is one. */
__noinline bool dispatch_miss(__s32 cpu)
{
	struct cgfifo_cpu *c = cpu_at(cpu);
	__u32 at = cpu & (CGFIFO_MAX_CPUS - 1);

	if (dispatch_is_early(&c->pick))
		left_out[at].leaf[left_out[at].nr++ & (DISPATCH_TRIES - 1)] =
			slot_leaf(c->pick.slot, c->pick.kind & 1);
	else if (dispatch_take(&c->pick))
		return true;
	dispatch_pick_undo(cpu, false);
	c->counters.value[CGFIFO_STAT_misses]++;
	return false;
}

/* What was left out is looked at again from now on. */
__noinline int dispatch_let_in(__s32 cpu)
{
	__u32 at = cpu & (CGFIFO_MAX_CPUS - 1), leaf;
	struct cpu_bit bit = cpu_bit(cpu);

	while (left_out[at].nr && can_loop) {
		leaf = left_out[at].leaf[--left_out[at].nr & (DISPATCH_TRIES - 1)];
		bpf_spin_lock(&order_lock);
		cpuset_add(&slot_at(leaf / CGFIFO_NR_KINDS)->mask[leaf & 1], bit);
		slot_tell_locked(leaf / CGFIFO_NR_KINDS, cpu_at(cpu));
		bpf_spin_unlock(&order_lock);
	}
	return 0;
}

/*
 * The pick came to no task, and nothing runs here that may go on: look for another. Answers whether
 * there is one now. This is done here and not at another call, soon, because there may be none
 * where real-time tasks have the CPU: the kernel's deadline server for sched_ext (since 7.1 or so)
 * stops when it is given nothing, and starts again only with the first task that comes to the CPU,
 * which those that wait for it have long done.
 */
__noinline bool dispatch_further(__s32 cpu)
{
	struct cgfifo_cpu *c = cpu_at(cpu);
	__u64 *misses = &c->counters.value[CGFIFO_STAT_misses], last = *misses + DISPATCH_TRIES;
	bool found = false;

	/* A counter that the verifier knows would have it walk each round anew. */
	do {
		found = dispatch_miss(cpu);
	} while (!found && *misses < last && !core_any() && dispatch_pick_next(cpu) &&
		 !(found = dispatch_take(&c->pick)) && can_loop);
	dispatch_let_in(cpu);
	if (!found && !this_cpu_is_away()) {
		if (tickless_is_used)
			tickless_look_again(cpu);
		scx_bpf_kick_cpu(cpu, 0);
	}
	return found;
}

/* The pick came to no task, and prev may go on: it does, but not for long, as others may wait.
 * Answers whether there is a task after all. */
__noinline bool dispatch_retry(struct task_struct *prev __arg_trusted, __s32 cpu)
{
	__u64 slice_ns = CGFIFO_SLICE_MIN_US * 1000ULL;

	if (dispatch_miss(cpu))
		return true;
	dispatch_let_in(cpu);
	if (slice_is_tickless(cpu)) {
		slice_set_timer(cpu_at(cpu), cpu, slice_ns);
		slice_ns = SCX_SLICE_INF;
	}
	prev->scx.slice = slice_ns;
	return false;
}

static __always_inline void dispatch_one(struct cgfifo_cpu *c, __s32 cpu, struct task_struct *prev)
{
	struct cgfifo_pick *k = &c->pick;
	struct task_ctx *t = NULL;
	bool found;

	if (prev && task_is_runnable(prev))
		t = task_find(prev);

	found = t ? dispatch_after(cpu, prev, t) : dispatch_pick_next(cpu);
	if (core_any() && core_matters(cpu) &&
	    !dispatch_in_core(cpu, prev, t && k->keep_ns ? t->slot : CGFIFO_NO_SLOT, &found))
		return;
	if (!found) {
		if (t)
			t->prepaid_ns = dispatch_keep(prev, cpu, t->slot);
		return;
	}
	if (!dispatch_take(k) &&
	    !(t && k->keep_ns ? dispatch_retry(prev, cpu) : dispatch_further(cpu)))
		return;
	k->slice_ns = limits_take(k->slot, k->slice_ns);
	pick_done(k, c);
	c->counters.value[CGFIFO_STAT_picks]++;
}

void BPF_STRUCT_OPS(cgfifo_dispatch, __s32 cpu, struct task_struct *prev)
{
	bool tickless = tickless_is_used; /* read once: each instruction counts here */
	struct cgfifo_cpu *c = cpu_at(cpu);

	if (c->hog.since_ns)
		taken_end(cpu);
	if (tickless)
		tickless_catch_up();
	dispatch_one(c, cpu, prev);
	if (tickless)
		tickless_pass_on(cpu);
}

#endif
