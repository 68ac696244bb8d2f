// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgfifo: a sched_ext scheduler that gives each cgroup its share of the machine. Start here.
 *
 * The idea. Cgroups form a tree, and each has a weight among its siblings. A scheduler that walks
 * the whole tree is exact, and pays for every level at every switch. One that multiplies the
 * weights down the tree and keeps the leaves in one order is cheap, and lets a herd of siblings
 * that wake together take far more than their parent may have, because no one keeps its account.
 *
 * This one keeps only what makes a difference. A cgroup with one active child passes on all that
 * it gets, so it is left out; what remains are the *leaves*, where tasks wait, and the *forks*,
 * where at least two share. Take
 *
 *	        root                                    root
 *	       /    \                                  /    \
 *	machine.slice \              becomes     web 300   batch 100
 *	      |        \            (the vtree)            /        \
 *	   pods 300   batch 100                     nightly 200   report 100
 *	      |        /      \
 *	     web  nightly 200  report 100
 *
 * with busy tasks in web, nightly and report. web is as near to the root as if it had been made
 * there, with the weight that its chain has where it begins. If report had no work, nightly would
 * stand in batch's place, with 100. On a real host a task is six or eight levels deep, and there
 * are one to three forks above it.
 *
 * The order. Each member of a fork has a virtual time, its *start*: running for d ms moves it by
 * d / weight. Where it will be after a slice is its *finish*. The fork's virtual time is the mean
 * of its members' starts, weighted. A free CPU goes down from the root: at each fork it takes the
 * earliest finish among those whose start is not later than the fork's virtual time, which are
 * those not ahead of their share. At the leaf it takes the first task of the FIFO, or with the
 * policy fair the one that is due by nice level, see leaf.h. What it ran is charged to the leaf
 * and to each fork above it. One CPU, slices of 3 ms, weights in hundreds:
 *
 *	root's time  web      batch    in batch: nightly  report   runs
 *	   0         0 to 1   0 to 3             0 to 1.5  0 to 3   web (finish 1)
 *	   0.75      1 to 2   0 to 3             0 to 1.5  0 to 3   nightly (web has not started)
 *	   1.5       1 to 2   3 to 6           1.5 to 3    0 to 3   web
 *	   2.25      2 to 3   3 to 6           1.5 to 3    0 to 3   web
 *	   3         3 to 4   3 to 6           1.5 to 3    0 to 3   web
 *	   3.75      4 to 5   3 to 6           1.5 to 3    0 to 3   report (batch's own time is 1)
 *
 * Of the next six slices web gets five and nightly one, and after twelve all is where it began:
 * 9 : 2 : 1. Let a thousand children of batch wake at once, and nothing changes for web, because
 * batch has moved on by what all of them ran. This is WF2Q+ (Bennett and Zhang, 1996) at each fork.
 *
 * What else there is to it:
 *  - A slice is charged when it is handed out, so that other CPUs see it, and trued up by what the
 *    task really ran when it stops.
 *  - A cgroup whose last task sleeps stays a member until its debt is paid, and a little longer; a
 *    task that sleeps and wakes all the time changes nothing in the tree. One that sleeps saves
 *    nothing up, and one that cannot use its share (one thread, weight 10000) neither: see
 *    account_credit(). What it does not use goes to its siblings, and not to everybody: it does
 *    not count in their virtual time, see account_drop_unused(). Nor does one whose tasks are bound
 *    to CPUs that cannot give what it is owed, see account_recount().
 *  - A task whose slice is over goes on when it and all forks above it are still behind their
 *    share, or nearly, where only running on can give it what it is owed, see account-due.h. A fork
 *    stands back when only such wait in it that are ahead, see account_hold().
 *  - Tasks that may not run on every CPU wait in a second FIFO of their cgroup, and what they may
 *    owe or be owed is measured by the CPU that they come from, see account_bound_lag().
 *  - Tasks directly in a cgroup that also has children compete with those as one more child, of
 *    weight 100. Kernel threads are tasks of the root; those made for one CPU do not wait at all.
 *  - When a CPU is idle, a task that wakes runs there at once, and is charged all the same. Else it
 *    interrupts the CPU on which it would finish earlier by most, and the next one if that takes
 *    another which has waited, see preempt.h. Where it comes from that CPU and is next, it has it
 *    at once, see queue_hand_over().
 *  - A cgroup with a limit (cpu.max) is always a fork, and leaves the one above while nothing is
 *    left of its quota, see limit.h. One with cpu.idle has no weight and stands behind all its
 *    siblings.
 *  - A CPU that needs no tick (nohz_full=) gets none while it has one task to run, see tickless.h.
 *  - A container with isolate: core shares the threads of a core with nobody else: whose core it
 *    is follows from the order, too, see core.h.
 *  - Nobody waits longer than about two seconds for a first task, however small its share, because
 *    the kernel throws out a scheduler that lets one wait for 30: see pick_rescue().
 *
 * Its price. Each fork above a task costs a look at one block of eight members at a pick and a few
 * additions at a charge; a level without a fork costs nothing. A fork with more than eight members
 * has a tree of blocks, one more look for each eightfold, or more where some may not run on all
 * CPUs; order-pick.h says how far from exact it is there. A wake-up that makes a chain a fork or
 * the reverse walks the levels between.
 *
 * What it does badly, for now: all CPUs share one lock. Nice levels count only with the policy
 * fair, where they do not make a task that wakes interrupt one of its own cgroup.
 *
 * The parts, in the order in which a task meets them; each uses only those above it. Those without
 * ".bpf" compile on the host as well, where the model (tests/model/) runs them:
 *	cgfifo.h        the contract with the agent
 *	compat.bpf.h    what differs between kernels
 *	lose.bpf.h      a mistake on purpose, for a test
 *	cpuset.h        sets of CPUs
 *	state.h         what is kept of cgroups and CPUs
 *	arith.h         charges, and how virtual times compare
 *	order-block.h   the blocks that an order is made of
 *	order.h         the members of one fork
 *	order-pick.h    who of them is next for a CPU
 *	vtree-fork.h    their virtual times, and the fork's
 *	vtree.h         leaves and forks
 *	account.h       what they are charged, and may owe
 *	account-due.h   who may go on when its slice is over
 *	leaf.h          the policy fair: which of a cgroup's tasks
 *	wait.h          how long tasks waited
 *	slot.h          a cgroup's place
 *	limit.h         what it may use (cpu.max)
 *	pick.h          who is next
 *	preempt.h       who is interrupted
 *	core.h          who may run on one core at the same time (isolate: core)
 *	partner.h       what else fits there
 *	tickless.h      CPUs that need no tick
 *	state.bpf.h     the lock, and what is kept of tasks
 *	leaf.bpf.h      the queue of the policy fair
 *	leave.bpf.h     who is killed does not wait
 *	core.bpf.h      waking and interrupting those on the same core
 *	tickless.bpf.h  who runs without an end is interrupted
 *	chore.bpf.h     what can wait for the timer
 *	timer.bpf.h     when limits are looked at, and short slices end
 *	queue.bpf.h     waking and waiting
 *	taken.bpf.h     a CPU is taken by another class
 *	dispatch.bpf.h  a CPU asks for work
 *	task.bpf.h      running, and the life of a task
 *	limit.bpf.h     what the kernel says of limits
 *	cgroup.bpf.h    the life of a cgroup, and its settings
 */
#include "cgroup.bpf.h"

char _license[] SEC("license") = "GPL";

__s32 BPF_STRUCT_OPS_SLEEPABLE(cgfifo_init)
{
	const struct cpumask *online = scx_bpf_get_online_cpumask();

	nr_online = bpf_cpumask_weight(online);
	cpuset_read(&online_mask, online);
	scx_bpf_put_cpumask(online);
	leaf_init();
	return timers_init();
}

static __always_inline void online_change(__s32 cpu, bool online)
{
	bpf_spin_lock(&order_lock);
	if (online)
		cpuset_add(&online_mask, cpu_bit(cpu));
	else
		cpuset_remove(&online_mask, cpu_bit(cpu));
	bpf_spin_unlock(&order_lock);
}

/* With these two present the kernel keeps the scheduler when CPUs come and go. A task bound to a
 * CPU that went away gets a new mask from the kernel and is queued again. The kernel tells that a
 * CPU goes while that still runs tasks and wakes others, see this_cpu_is_away(). */
void BPF_STRUCT_OPS(cgfifo_cpu_online, __s32 cpu)
{
	__sync_fetch_and_add(&nr_online, 1);
	if (cpu_at(cpu)->is_away) {
		cpu_at(cpu)->is_away = false;
		__sync_fetch_and_sub(&nr_away, 1);
	}
	online_change(cpu, true);
}

void BPF_STRUCT_OPS(cgfifo_cpu_offline, __s32 cpu)
{
	__sync_fetch_and_sub(&nr_online, 1);
	cpu_at(cpu)->is_away = true;
	__sync_fetch_and_add(&nr_away, 1);
	online_change(cpu, false);
}

void BPF_STRUCT_OPS(cgfifo_exit, struct scx_exit_info *ei)
{
	__u64 reason = (__u64)ei->reason, msg = (__u64)ei->msg;

	bpf_snprintf(shared.exit.reason, sizeof(shared.exit.reason), string_format, &reason,
		     sizeof(reason));
	bpf_snprintf(shared.exit.msg, sizeof(shared.exit.msg), string_format, &msg, sizeof(msg));
	taken_blame();
	shared.exit.code = ei->exit_code;
	shared.exit.kind = ei->kind;
	event_send(CGFIFO_EVENT_EXIT, NULL, 0);
}

SEC(".struct_ops.link")
struct sched_ext_ops cgfifo = {
	.select_cpu = (void *)cgfifo_select_cpu,
	.enqueue = (void *)cgfifo_enqueue,
	.dispatch = (void *)cgfifo_dispatch,
	.tick = (void *)cgfifo_tick,
	.yield = (void *)cgfifo_yield,
	.running = (void *)cgfifo_running,
	.stopping = (void *)cgfifo_stopping,
	.cpu_acquire = (void *)cgfifo_cpu_acquire,
	.cpu_release = (void *)cgfifo_cpu_release,
	.cpu_online = (void *)cgfifo_cpu_online,
	.cpu_offline = (void *)cgfifo_cpu_offline,
	.disable = (void *)cgfifo_disable,
	.enable = (void *)cgfifo_enable,
	.init_task = (void *)cgfifo_init_task,
	.exit_task = (void *)cgfifo_exit_task,
	.cgroup_init = (void *)cgfifo_cgroup_init,
	.cgroup_exit = (void *)cgfifo_cgroup_exit,
	.cgroup_move = (void *)cgfifo_cgroup_move,
	.cgroup_set_weight = (void *)cgfifo_cgroup_set_weight,
	.cgroup_set_bandwidth = (void *)cgfifo_cgroup_set_bandwidth,
	.cgroup_set_idle = (void *)cgfifo_cgroup_set_idle,
	.init = (void *)cgfifo_init,
	.exit = (void *)cgfifo_exit,
	.timeout_ms = 30000,
	.name = "cgfifo",
};
