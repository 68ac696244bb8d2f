// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgfifo: a sched_ext scheduler that gives each cgroup its share of the machine. Start here.
 *
 * The idea. Cgroups form a tree, and each has a weight among its siblings. A scheduler that walks
 * the tree to find the next task pays for every level at every switch. This one multiplies the
 * weights down the tree once, when something changes, and then keeps all cgroups in one flat
 * order. Take four CPUs and
 *
 *	          root
 *	         /    \
 *	    web 300    batch 100
 *	               /      \
 *	          nightly 200  report 100
 *
 * with busy tasks in web, nightly and report. web's share is 300/400 = 3/4; nightly's is
 * 100/400 * 200/300 = 1/6, report's 100/400 * 100/300 = 1/12. If report had no work, nightly's
 * would be 1/4: only active cgroups count.
 *
 * The order. Each cgroup has a virtual time. Running for d ns moves it by d / share: the *cost* of
 * web is 4/3, nightly's is 6, report's 12. A free CPU takes the cgroup with the earliest virtual
 * time and runs the first task of its FIFO for a slice, say 3 ms. Three rounds on one CPU, all
 * starting at 0 (times in ms; ties go to the left):
 *
 *	          web  nightly  report    runs
 *	           0      0       0       web: 0 + 3 * 4/3 = 4
 *	           4      0       0       nightly: 0 + 3 * 6 = 18
 *	           4     18       0       report: 0 + 3 * 12 = 36
 *	           4     18      36       web to 8, 12, 16, 20; then nightly to 36, and so on
 *
 * By the time all have reached 36, web has run nine slices, nightly two and report one: 9 : 2 : 1,
 * which is 3/4 : 1/6 : 1/12.
 *
 * What else there is to it:
 *  - A slice is charged when it is handed out, so that other CPUs see it, and trued up by what the
 *    task really ran when it stops.
 *  - A cgroup that slept comes back where it was, but at most one slice behind the others: sleeping
 *    saves no time up. One that owes stays active until its debt is paid, see ARITH_LINGER; that
 *    also keeps a task that sleeps and wakes all the time from changing everybody's share twice
 *    each time.
 *  - Tasks that may not run on every CPU wait in a second FIFO of their cgroup, which goes by the
 *    clock of their CPUs, see enum cgfifo_kind.
 *  - Tasks directly in a cgroup that also has children compete with those as one more child, of
 *    weight 100. Kernel threads are tasks of the root; those made for one CPU do not wait at all.
 *  - When a CPU is idle, a task that wakes runs there at once, and is charged all the same.
 *  - Nobody waits longer than about two seconds for a first task, however small its share, because
 *    the kernel throws out a scheduler that lets one wait for 30.
 *
 * What it does badly, for now: when many children of one light parent wake together, each gets its
 * first slice before the parent's share shows; interior cgroups have no account of their own. All
 * CPUs share one lock. A cgroup that wakes does not interrupt one that runs. cpu.max, cpu.idle and
 * nice levels are not looked at.
 *
 * The parts, in the order in which a task meets them; each uses only those above it:
 *	cgfifo.h      the contract with the agent
 *	compat.bpf.h  what differs between kernels
 *	arith.h       shares, costs, charges
 *	vtree.h       the order
 *	state.bpf.h   what is kept
 *	slot.bpf.h    a cgroup's place in the order
 *	queue.bpf.h   waking and waiting
 *	pick.bpf.h    who is next
 *	task.bpf.h    running, and the life of a task
 *	cgroup.bpf.h  the life of a cgroup, and its settings
 */
#include "cgroup.bpf.h"

char _license[] SEC("license") = "GPL";

/* With these two present the kernel keeps the scheduler when CPUs come and go. A task bound to a
 * CPU that went away gets a new mask from the kernel and is queued again. */
void BPF_STRUCT_OPS(cgfifo_cpu_online, __s32 cpu)
{
	__sync_fetch_and_add(&nr_online, 1);
}

void BPF_STRUCT_OPS(cgfifo_cpu_offline, __s32 cpu)
{
	__sync_fetch_and_sub(&nr_online, 1);
}

void BPF_STRUCT_OPS(cgfifo_exit, struct scx_exit_info *ei)
{
	__u64 reason = (__u64)ei->reason, msg = (__u64)ei->msg;

	bpf_snprintf(shared.exit.reason, sizeof(shared.exit.reason), string_format, &reason,
		     sizeof(reason));
	bpf_snprintf(shared.exit.msg, sizeof(shared.exit.msg), string_format, &msg, sizeof(msg));
	shared.exit.code = ei->exit_code;
	shared.exit.kind = ei->kind;
	event_send(CGFIFO_EVENT_EXIT, NULL, 0);
}

SEC(".struct_ops.link")
struct sched_ext_ops cgfifo = {
	.select_cpu = (void *)cgfifo_select_cpu,
	.enqueue = (void *)cgfifo_enqueue,
	.dispatch = (void *)cgfifo_dispatch,
	.running = (void *)cgfifo_running,
	.stopping = (void *)cgfifo_stopping,
	.quiescent = (void *)cgfifo_quiescent,
	.cpu_online = (void *)cgfifo_cpu_online,
	.cpu_offline = (void *)cgfifo_cpu_offline,
	.init_task = (void *)cgfifo_init_task,
	.exit_task = (void *)cgfifo_exit_task,
	.cgroup_init = (void *)cgfifo_cgroup_init,
	.cgroup_exit = (void *)cgfifo_cgroup_exit,
	.cgroup_move = (void *)cgfifo_cgroup_move,
	.cgroup_set_weight = (void *)cgfifo_cgroup_set_weight,
	.exit = (void *)cgfifo_exit,
	.timeout_ms = 30000,
	.name = "cgfifo",
};
