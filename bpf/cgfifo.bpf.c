// SPDX-License-Identifier: GPL-2.0-only
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

__s32 BPF_STRUCT_OPS_SLEEPABLE(cgfifo_init)
{
	return 0;
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
	.dequeue = (void *)cgfifo_dequeue,
	.dispatch = (void *)cgfifo_dispatch,
	.running = (void *)cgfifo_running,
	.stopping = (void *)cgfifo_stopping,
	.cpu_online = (void *)cgfifo_cpu_online,
	.cpu_offline = (void *)cgfifo_cpu_offline,
	.init_task = (void *)cgfifo_init_task,
	.exit_task = (void *)cgfifo_exit_task,
	.cgroup_init = (void *)cgfifo_cgroup_init,
	.cgroup_exit = (void *)cgfifo_cgroup_exit,
	.cgroup_move = (void *)cgfifo_cgroup_move,
	.cgroup_set_weight = (void *)cgfifo_cgroup_set_weight,
	.init = (void *)cgfifo_init,
	.exit = (void *)cgfifo_exit,
	.timeout_ms = 30000,
	.name = "cgfifo",
};
