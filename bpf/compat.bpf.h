/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Everything that differs between the kernels 6.12 to 7.3, each entry with the version that
 * changed it. The rest of bpf/ calls the kernel only through here, so support for an old kernel
 * is dropped by deleting from this file. So it is with what differs between machines.
 *
 * A kfunc that a kernel lacks is declared weak and asked for with bpf_ksym_exists(); the loader
 * ignores what follows "___", so two generations of one name can stand side by side. Two such
 * questions must not be joined with ||: clang folds that into an OR of two addresses, which the
 * verifier refuses.
 */
#ifndef COMPAT_BPF_H
#define COMPAT_BPF_H

#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* Part of the ABI of every kernel since 6.12 (enum scx_dsq_id_flags). Not read from BTF, because
 * kernels built with --skip_encoding_btf_enum64 have only the lower half of it there. */
#define SCX_DSQ_GLOBAL ((1ULL << 63) | 1)
#define SCX_DSQ_LOCAL  ((1ULL << 63) | 2)
/* The local queue of one CPU: add its number. */
#define SCX_DSQ_LOCAL_ON (3ULL << 62)
/* The same, of enum scx_enq_flags. */
#define SCX_ENQ_PREEMPT (1ULL << 32)
#define SCX_ENQ_REENQ	(1ULL << 40)
#define SCX_ENQ_LAST	(1ULL << 41)
/* A slice that does not end (enum scx_consts). A CPU of nohz_full= stops its tick for it. */
#define SCX_SLICE_INF (~0ULL)

#define BPF_STRUCT_OPS(name, args...)		SEC("struct_ops/" #name) BPF_PROG(name, ##args)
#define BPF_STRUCT_OPS_SLEEPABLE(name, args...) SEC("struct_ops.s/" #name) BPF_PROG(name, ##args)

/* In all supported kernels. */
__s32 scx_bpf_create_dsq(__u64 dsq_id, __s32 node) __ksym __weak;
__s32 scx_bpf_dsq_nr_queued(__u64 dsq_id) __ksym __weak;
__s32 scx_bpf_select_cpu_dfl(struct task_struct *p, __s32 prev_cpu, __u64 wake_flags,
			     bool *is_idle) __ksym __weak;
void scx_bpf_kick_cpu(__s32 cpu, __u64 flags) __ksym __weak;
__s32 scx_bpf_pick_idle_cpu(const struct cpumask *cpus_allowed, __u64 flags) __ksym __weak;
bool scx_bpf_test_and_clear_cpu_idle(__s32 cpu) __ksym __weak;
__s32 scx_bpf_task_cpu(const struct task_struct *p) __ksym __weak;
const struct cpumask *scx_bpf_get_online_cpumask(void) __ksym __weak;
void scx_bpf_put_cpumask(const struct cpumask *mask) __ksym __weak;
__u32 bpf_cpumask_weight(const struct cpumask *mask) __ksym __weak;
bool bpf_cpumask_test_cpu(__u32 cpu, const struct cpumask *mask) __ksym __weak;
int bpf_iter_scx_dsq_new(struct bpf_iter_scx_dsq *it, __u64 dsq_id, __u64 flags) __ksym __weak;
struct task_struct *bpf_iter_scx_dsq_next(struct bpf_iter_scx_dsq *it) __ksym __weak;
void bpf_iter_scx_dsq_destroy(struct bpf_iter_scx_dsq *it) __ksym __weak;

__u32 scx_bpf_reenqueue_local(void) __ksym __weak;
void bpf_rcu_read_lock(void) __ksym __weak;
void bpf_rcu_read_unlock(void) __ksym __weak;

/*
 * Queueing a task. v6.12: scx_bpf_dispatch(). v6.13: renamed scx_bpf_dsq_insert(), "dispatch" had
 * too many meanings. v6.19: answers whether it did. Until the oldest kernel is 6.13.
 */
void scx_bpf_dispatch___v612(struct task_struct *p, __u64 dsq_id, __u64 slice,
			     __u64 enq_flags) __ksym __weak;
void scx_bpf_dsq_insert___v613(struct task_struct *p, __u64 dsq_id, __u64 slice,
			       __u64 enq_flags) __ksym __weak;

static __always_inline void compat_dsq_insert(struct task_struct *p, __u64 dsq_id, __u64 slice,
					      __u64 enq_flags)
{
	if (bpf_ksym_exists(scx_bpf_dsq_insert___v613))
		scx_bpf_dsq_insert___v613(p, dsq_id, slice, enq_flags);
	else
		scx_bpf_dispatch___v612(p, dsq_id, slice, enq_flags);
}

/* The same into a queue in order of vtime. v6.12: scx_bpf_dispatch_vtime(). v6.13: renamed. v6.19
 * has another one beside it. Until the oldest kernel is 6.13. */
void scx_bpf_dispatch_vtime___v612(struct task_struct *p, __u64 dsq_id, __u64 slice, __u64 vtime,
				   __u64 enq_flags) __ksym __weak;
void scx_bpf_dsq_insert_vtime___v613(struct task_struct *p, __u64 dsq_id, __u64 slice, __u64 vtime,
				     __u64 enq_flags) __ksym __weak;

static __always_inline void compat_dsq_insert_vtime(struct task_struct *p, __u64 dsq_id,
						    __u64 slice, __u64 vtime, __u64 enq_flags)
{
	if (bpf_ksym_exists(scx_bpf_dsq_insert_vtime___v613))
		scx_bpf_dsq_insert_vtime___v613(p, dsq_id, slice, vtime, enq_flags);
	else
		scx_bpf_dispatch_vtime___v612(p, dsq_id, slice, vtime, enq_flags);
}

/*
 * Taking the first task that may run here. v6.12: scx_bpf_consume(). v6.13: renamed
 * scx_bpf_dsq_move_to_local(). Until the oldest kernel is 6.13.
 */
bool scx_bpf_consume___v612(__u64 dsq_id) __ksym __weak;
bool scx_bpf_dsq_move_to_local___v613(__u64 dsq_id) __ksym __weak;

static __always_inline bool compat_dsq_move_to_local(__u64 dsq_id)
{
	if (bpf_ksym_exists(scx_bpf_dsq_move_to_local___v613))
		return scx_bpf_dsq_move_to_local___v613(dsq_id);
	return scx_bpf_consume___v612(dsq_id);
}

/* Moving one that an iterator came to. v6.12: scx_bpf_dispatch_from_dsq(). v6.13: renamed. Until
 * the oldest kernel is 6.13. */
bool scx_bpf_dispatch_from_dsq___v612(struct bpf_iter_scx_dsq *it, struct task_struct *p,
				      __u64 dsq_id, __u64 enq_flags) __ksym __weak;
bool scx_bpf_dsq_move___v613(struct bpf_iter_scx_dsq *it, struct task_struct *p, __u64 dsq_id,
			     __u64 enq_flags) __ksym __weak;

static __always_inline bool compat_dsq_move(struct bpf_iter_scx_dsq *it, struct task_struct *p,
					    __u64 dsq_id, __u64 enq_flags)
{
	if (bpf_ksym_exists(scx_bpf_dsq_move___v613))
		return scx_bpf_dsq_move___v613(it, p, dsq_id, enq_flags);
	return scx_bpf_dispatch_from_dsq___v612(it, p, dsq_id, enq_flags);
}

/* How long a task has waited in its life, in ns: with CONFIG_SCHED_INFO, which the usual kernels
 * have. The kernel adds a wait when the task begins to run, after ops.running(). */
static __always_inline bool compat_knows_waits(void)
{
	return bpf_core_field_exists(((struct task_struct *)0)->sched_info.run_delay);
}

static __always_inline __u64 compat_waited_ns(const struct task_struct *p)
{
	if (bpf_core_field_exists(p->sched_info.run_delay))
		return p->sched_info.run_delay;
	return 0;
}

/*
 * Does the kernel count how often a task that waits in a CPU's local queue is queued again without
 * having run, and unload the scheduler after 256 times? Between v6.13 and v7.3.
 */
static __always_inline bool compat_counts_reenq(void)
{
	return bpf_core_field_exists(((struct task_struct *)0)->scx.reenq_cnt);
}

/*
 * Is p, which was interrupted, in a system call? By the registers that it had in user space, which
 * differ between machines and not between kernels. What interrupts it there leaves -1 for the
 * number of a call. On x86 the answer of a call is ENOSYS until there is one: who has another is on
 * its way out. On arm64 that is not told apart.
 */
static __always_inline bool compat_is_in_syscall(struct task_struct *p)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(p);
	struct pt_regs___arm64 *regs_arm64 = (struct pt_regs___arm64 *)regs;

	if (bpf_core_field_exists(regs->orig_ax))
		return (long)regs->orig_ax >= 0 && (long)regs->ax == -ENOSYS;
	if (bpf_core_field_exists(regs_arm64->syscallno))
		return regs_arm64->syscallno >= 0;
	return false;
}

/* Taking a pointer that the kernel keeps as void * for what it is, to read. In all of them. */
void *bpf_rdonly_cast(const void *obj, __u32 btf_id) __ksym __weak;

/* The cpu controller's part of a cgroup that has one. Its place in the array depends on what the
 * kernel was built with. */
static __always_inline struct cgroup_subsys_state *compat_cpu_css(struct cgroup *cgrp)
{
	return bpf_core_enum_value(enum cgroup_subsys_id, cpu_cgrp_id) ? cgrp->subsys[1]
								       : cgrp->subsys[0];
}

/*
 * The cgroup whose file was opened. v6.15: kernfs_node.parent renamed __parent. For kernels before
 * 6.19, which do not tell a scheduler of cpu.idle.
 */
static __always_inline struct cgroup *compat_cgroup_of(struct kernfs_open_file *of)
{
	struct kernfs_node *dir;

	if (bpf_core_field_exists(of->kn->__parent))
		dir = of->kn->__parent;
	else
		dir = of->kn->parent;
	return bpf_core_cast(dir->priv, struct cgroup);
}

#endif
