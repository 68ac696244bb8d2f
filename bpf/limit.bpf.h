/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel says of a cgroup's limit (cpu.max, cpu.max.burst) and of cpu.idle: what was set
 * before it was seen, and what is written later. Since 6.17 and 6.19 the kernel tells a scheduler;
 * before that the writes to the files are watched.
 */
#ifndef LIMIT_BPF_H
#define LIMIT_BPF_H

#include "task.bpf.h"

__noinline int slot_limit(__u32 i, __u64 quota_ns, __u64 period_ns, __u64 burst_ns)
{
	if (tickless_any()) /* what ran up to now is not limited */
		tickless_pay_all(true);
	limit_clock_ns = bpf_ktime_get_ns();
	bpf_spin_lock(&order_lock);
	limit_set(i, quota_ns, period_ns, burst_ns);
	bpf_spin_unlock(&order_lock);
	limits_set_timer();
	if (tickless_any())
		tickless_interrupt(true);
	return 0;
}

static __always_inline void slot_let_yield(__u32 i, bool yields)
{
	bpf_spin_lock(&order_lock);
	slot_configure_locked(i, slot_at(i)->slice_ns, yields);
	bpf_spin_unlock(&order_lock);
}

/* It is lifted by the timer, see chore.bpf.h, unless there is another by then. */
static __always_inline void slot_lift_limit(__u32 i)
{
	if (!(slot_at(i)->flags & CGFIFO_SLOT_LIMITED))
		return;
	bpf_spin_lock(&order_lock);
	if (limit_at(i)->quota_ns)
		chore_add_locked(&chores.lift, i);
	limit_at(i)->quota_ns = 0;
	bpf_spin_unlock(&order_lock);
	timer_call();
}

/* A quota of 0, or one that cannot be used up, is none. */
static __always_inline bool is_limit(__u64 quota_ns, __u64 period_ns)
{
	return quota_ns && period_ns && quota_ns <= LIMIT_QUOTA_MAX;
}

static __always_inline void slot_put_limit(__u32 i, __u64 quota_ns, __u64 period_ns, __u64 burst_ns)
{
	if (i == CGFIFO_ROOT_SLOT)
		return;
	if (is_limit(quota_ns, period_ns))
		slot_limit(i, quota_ns, period_ns, burst_ns);
	else
		slot_lift_limit(i);
}

/* A cgroup's slot of its own, or the root's, which has neither. */
static __always_inline __u32 slot_of(struct cgroup *cgrp)
{
	__u64 cgid = cgrp->kn->id;
	__u32 *found = bpf_map_lookup_elem(&cgroups, &cgid);

	return found ? *found : CGFIFO_ROOT_SLOT;
}

/* Where the kernel keeps what is in force for the fair class. */
static __always_inline struct task_group *task_group_of(struct cgroup *cgrp)
{
	return bpf_core_cast(compat_cpu_css(cgrp), struct task_group);
}

/* What was set for a cgroup before it got this slot, in which nothing is active yet. */
static __always_inline void limits_read(struct cgroup *cgrp, __u32 i)
{
	struct task_group *tg = task_group_of(cgrp);

	slot_let_yield(i, tg->idle);
	if (bpf_core_field_exists(tg->cfs_bandwidth) &&
	    is_limit(tg->cfs_bandwidth.quota, tg->cfs_bandwidth.period))
		slot_limit(i, tg->cfs_bandwidth.quota, tg->cfs_bandwidth.period,
			   tg->cfs_bandwidth.burst);
}

void BPF_STRUCT_OPS(cgfifo_cgroup_set_bandwidth, struct cgroup *cgrp, __u64 period_us,
		    __u64 quota_us, __u64 burst_us)
{
	__u32 i = slot_of(cgrp);

	if (quota_us > LIMIT_QUOTA_MAX / 1000)
		quota_us = 0; /* "max" */
	slot_put_limit(i, quota_us * 1000, period_us * 1000, burst_us * 1000);
}

void BPF_STRUCT_OPS(cgfifo_cgroup_set_idle, struct cgroup *cgrp, bool idle)
{
	__u32 i = slot_of(cgrp);

	if (i != CGFIFO_ROOT_SLOT)
		slot_let_yield(i, idle);
}

/* The three below are loaded only where the kernel does not call the two above. Each does no more
 * than its file asks for, as the verifier looks at all of it in each. */
SEC("fexit/cpu_max_write")
int BPF_PROG(cgfifo_cpu_max_write, struct kernfs_open_file *of)
{
	struct cgroup *cgrp = compat_cgroup_of(of);
	struct task_group *tg = task_group_of(cgrp);

	if (bpf_core_field_exists(tg->cfs_bandwidth))
		slot_put_limit(slot_of(cgrp), tg->cfs_bandwidth.quota, tg->cfs_bandwidth.period,
			       tg->cfs_bandwidth.burst);
	return 0;
}

SEC("fexit/cpu_cfs_burst_write_u64")
int BPF_PROG(cgfifo_cpu_burst_write, struct cgroup_subsys_state *css)
{
	struct task_group *tg = task_group_of(css->cgroup);
	__u32 i = slot_of(css->cgroup);

	/* A limit that was just lifted may have its gate still, and no quota. */
	if (slot_at(i)->flags & CGFIFO_SLOT_LIMITED && bpf_core_field_exists(tg->cfs_bandwidth) &&
	    is_limit(tg->cfs_bandwidth.quota, tg->cfs_bandwidth.period))
		slot_limit(i, tg->cfs_bandwidth.quota, tg->cfs_bandwidth.period,
			   tg->cfs_bandwidth.burst);
	return 0;
}

SEC("fexit/cpu_idle_write_s64")
int BPF_PROG(cgfifo_cpu_idle_write, struct cgroup_subsys_state *css)
{
	__u32 i = slot_of(css->cgroup);

	if (i != CGFIFO_ROOT_SLOT)
		slot_let_yield(i, task_group_of(css->cgroup)->idle);
	return 0;
}

#endif
