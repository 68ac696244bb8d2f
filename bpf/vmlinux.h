/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's types, as far as the scheduler touches them: only the members that it uses, in no
 * particular order. preserve_access_index makes the loader find each member in the BTF of the
 * kernel that runs, so the offsets here mean nothing and one object fits every kernel.
 */
#ifndef __VMLINUX_H__
#define __VMLINUX_H__

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed char __s8;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u32 __wsum;
typedef _Bool bool;

#define true  1
#define false 0

enum bpf_map_type_used {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_RINGBUF = 27,
	BPF_MAP_TYPE_TASK_STORAGE = 29,
};

enum bpf_flags_used {
	BPF_ANY = 0,
	BPF_F_NO_PREALLOC = 1,
	BPF_LOCAL_STORAGE_GET_F_CREATE = 1,
	BPF_F_TIMER_CPU_PIN = 2,
};

#define CLOCK_MONOTONIC 1

/* include/linux/sched.h */
#define PF_EXITING 0x00000004
#define PF_KTHREAD 0x00200000
/* include/uapi/linux/sched.h */
#define SCHED_FIFO     1
#define SCHED_RR       2
#define SCHED_IDLE     5
#define SCHED_DEADLINE 6
#define SCHED_EXT      7
/* include/linux/sched/prio.h: what has a lower one is of a class for real time */
#define MAX_RT_PRIO 100
/* include/linux/sched/signal.h */
#define SIGNAL_GROUP_EXIT 0x00000004
/* include/uapi/asm-generic/errno.h */
#define ENOSYS 38
/* include/uapi/asm-generic/signal.h: SIGKILL in a set of signals */
#define SIGKILL_BIT (1UL << (9 - 1))

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct bpf_spin_lock {
	__u32 val;
};

struct bpf_timer {
	__u64 opaque[2];
};

struct kernfs_node {
	__u64 id;
	const char *name;
	void *priv;
	struct kernfs_node *parent;   /* until 6.14 */
	struct kernfs_node *__parent; /* since 6.15 */
};

struct kernfs_open_file {
	struct kernfs_node *kn;
};

enum cgroup_subsys_id {
	cpuset_cgrp_id,
	cpu_cgrp_id,
};

struct cgroup;

struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys_state *parent;
};

struct cgroup {
	struct cgroup_subsys_state self;
	struct cgroup_subsys_state *subsys[2];
	struct kernfs_node *kn;
	int level;
};

struct cfs_bandwidth {
	__u64 period;
	__u64 quota;
	__u64 burst;
};

struct task_group {
	struct cgroup_subsys_state css;
	int idle;
	struct cfs_bandwidth cfs_bandwidth; /* with CONFIG_CFS_BANDWIDTH */
};

struct cpumask {
	unsigned long bits[128];
};

struct sched_entity {
	__u64 exec_start;
	__u64 sum_exec_runtime;
};

struct sched_ext_entity {
	__u32 flags;
	__u32 reenq_cnt; /* see compat_counts_reenq() */
	__u64 slice;
	__u64 dsq_vtime;
};

struct sched_info {
	unsigned long long run_delay; /* with CONFIG_SCHED_INFO */
};

struct sigpending {
	struct {
		unsigned long sig[1];
	} signal;
};

struct kernel_siginfo;

struct signal_struct {
	unsigned int flags;
	struct task_struct *group_exec_task;
};

struct task_struct {
	unsigned int flags;
	unsigned int policy;
	int prio;
	int static_prio;
	int nr_cpus_allowed;
	const struct cpumask *cpus_ptr;
	struct sched_entity se;
	struct sched_ext_entity scx;
	struct sched_info sched_info;
	int rcu_read_lock_nesting; /* this and the next with CONFIG_PREEMPT_RCU */
	struct rcu_node *rcu_blocked_node;
	struct signal_struct *signal;
	struct sigpending pending;
	int pid;
	unsigned int on_cpu; /* an int or a byte */
	char comm[16];
};

struct scx_cpu_release_args {
	struct task_struct *task;
};

struct scx_init_task_args {
	bool fork;
	struct cgroup *cgroup;
};

struct scx_exit_task_args {
	bool cancelled;
};

struct scx_cgroup_init_args {
	__u32 weight;
};

enum scx_exit_kind {
	SCX_EXIT_NONE = 0,
};

struct scx_exit_info {
	enum scx_exit_kind kind;
	__s64 exit_code;
	const char *reason;
	char *msg;
};

enum scx_ent_flags {
	SCX_TASK_QUEUED = 1,
};

/* arch/x86/include/asm/ptrace.h of 64 bits, and arch/arm64/include/asm/ptrace.h */
struct pt_regs {
	unsigned long ax;
	unsigned long orig_ax;
};

struct pt_regs___arm64 {
	__s32 syscallno;
};

enum scx_enq_flags {
	SCX_ENQ_WAKEUP = 1,
};

enum scx_kick_flags {
	SCX_KICK_IDLE = 1,
	SCX_KICK_PREEMPT = 2,
};

enum scx_pick_idle_cpu_flags {
	SCX_PICK_IDLE_CORE = 1,
};

#pragma clang attribute pop

/* kernel/sched/ext.c: made by the program, so its size is what matters. */
struct bpf_iter_scx_dsq {
	__u64 __opaque[6];
};

/*
 * The operations that cgfifo implements. libbpf matches members by name with the kernel's
 * struct sched_ext_ops and fails on one that is set and that the kernel lacks, so the loader clears
 * those that not every supported kernel has (src/sched/load.c).
 */
struct sched_ext_ops {
	__s32 (*select_cpu)(struct task_struct *p, __s32 prev_cpu, __u64 wake_flags);
	void (*enqueue)(struct task_struct *p, __u64 enq_flags);
	void (*dispatch)(__s32 cpu, struct task_struct *prev);
	void (*tick)(struct task_struct *p);
	bool (*yield)(struct task_struct *from, struct task_struct *to);
	void (*running)(struct task_struct *p);
	void (*stopping)(struct task_struct *p, bool runnable);
	void (*cpu_acquire)(__s32 cpu, void *args);
	void (*cpu_release)(__s32 cpu, struct scx_cpu_release_args *args);
	void (*cpu_online)(__s32 cpu);
	void (*cpu_offline)(__s32 cpu);
	void (*enable)(struct task_struct *p);
	void (*disable)(struct task_struct *p);
	__s32 (*init_task)(struct task_struct *p, struct scx_init_task_args *args);
	void (*exit_task)(struct task_struct *p, struct scx_exit_task_args *args);
	__s32 (*cgroup_init)(struct cgroup *cgrp, struct scx_cgroup_init_args *args);
	void (*cgroup_exit)(struct cgroup *cgrp);
	void (*cgroup_move)(struct task_struct *p, struct cgroup *from, struct cgroup *to);
	void (*cgroup_set_weight)(struct cgroup *cgrp, __u32 weight);
	void (*cgroup_set_bandwidth)(struct cgroup *cgrp, __u64 period_us, __u64 quota_us,
				     __u64 burst_us);		 /* since 6.17 */
	void (*cgroup_set_idle)(struct cgroup *cgrp, bool idle); /* since 6.19 */
	__s32 (*init)(void);
	void (*exit)(struct scx_exit_info *ei);
	__u64 flags;
	__u32 timeout_ms;
	char name[128];
};

#endif
