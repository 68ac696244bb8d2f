// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the object needs to be told of the machine and the kernel before it is loaded: how many CPUs
 * there can be, which flags and operations this kernel knows, what to watch because it lacks one.
 * All from the kernel's BTF.
 */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "sched/internal.h"

/* Uses the types of bpf/cgfifo.h, so it comes last. */
#include "cgfifo.skel.h"

DEFINE_CLEANUP(struct btf *, btf__free);

/* The value of a sched_ext flag; 0 when the kernel does not know the name. It refuses what it does
 * not know. */
static __u64 ops_flag(const struct btf *btf, const char *flag)
{
	__u64 value = 0;
	int id;

	id = btf__find_by_name_kind(btf, "scx_ops_flags", BTF_KIND_ENUM64);
	if (id > 0) {
		const struct btf_type *t = btf__type_by_id(btf, id);
		const struct btf_enum64 *e = btf_enum64(t);

		for (int i = 0; i < btf_vlen(t); i++, e++)
			if (strcmp(btf__name_by_offset(btf, e->name_off), flag) == 0)
				value = btf_enum64_value(e);
	}
	id = btf__find_by_name_kind(btf, "scx_ops_flags", BTF_KIND_ENUM);
	if (id > 0) {
		const struct btf_type *t = btf__type_by_id(btf, id);
		const struct btf_enum *e = btf_enum(t);

		for (int i = 0; i < btf_vlen(t); i++, e++)
			if (strcmp(btf__name_by_offset(btf, e->name_off), flag) == 0)
				value = (__u32)e->val;
	}
	return value;
}

/* Does the kernel's struct sched_ext_ops have an operation? */
static bool ops_has(const struct btf *btf, const char *name)
{
	int id = btf__find_by_name_kind(btf, "sched_ext_ops", BTF_KIND_STRUCT);
	const struct btf_type *t = btf__type_by_id(btf, id);
	const struct btf_member *m;

	if (id < 0)
		return false;
	m = btf_members(t);
	for (int i = 0; i < btf_vlen(t); i++, m++)
		if (strcmp(btf__name_by_offset(btf, m->name_off), name) == 0)
			return true;
	return false;
}

static bool has_function(const struct btf *btf, const char *name)
{
	return btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) > 0;
}

/* What tells of a write to one of a cgroup's files: an operation, or the function that is watched
 * where the kernel has no such operation. */
struct told {
	const char *file, *op, *function;
};
static const struct told max = {"cpu.max", "cgroup_set_bandwidth", "cpu_max_write"};
static const struct told burst = {"cpu.max.burst", "cgroup_set_bandwidth",
				  "cpu_cfs_burst_write_u64"};
static const struct told idle = {"cpu.idle", "cgroup_set_idle", "cpu_idle_write_s64"};

/* Load the program that watches the function, if there is need and the kernel has that. */
static void watch(const struct btf *btf, struct bpf_program *prog, const struct told *told)
{
	bpf_program__set_autoload(prog,
				  !ops_has(btf, told->op) && has_function(btf, told->function));
}

size_t adapt_unseen(const struct btf *btf, const char *ret[SCHED_MAX_UNSEEN])
{
	static const struct told *const all[SCHED_MAX_UNSEEN] = {&max, &burst, &idle};
	size_t n = 0;

	for (size_t i = 0; i < SCHED_MAX_UNSEEN; i++)
		if (!ops_has(btf, all[i]->op) && !has_function(btf, all[i]->function))
			ret[n++] = all[i]->file;
	return n;
}

size_t sched_unseen(const char *ret[SCHED_MAX_UNSEEN])
{
	_cleanup_(btf__freep) struct btf *btf = btf__load_vmlinux_btf();

	return btf ? adapt_unseen(btf, ret) : 0;
}

/* 6.12 warns without HAS_CGROUP_WEIGHT, which later kernels do not know any more. ENQ_LAST: a task
 * that is throttled does not go on for want of another. ENQ_EXITING: nor does one that ends run
 * beside who is isolated. */
static void adapt_ops(struct cgfifo_bpf *skel, const struct btf *btf)
{
	bool tells_max = ops_has(btf, max.op), tells_idle = ops_has(btf, idle.op);
	bool tells_taken = ops_has(btf, "cpu_release");

	skel->struct_ops.cgfifo->flags = ops_flag(btf, "SCX_OPS_HAS_CGROUP_WEIGHT") |
					 ops_flag(btf, "SCX_OPS_ENQ_LAST") |
					 ops_flag(btf, "SCX_OPS_ENQ_EXITING");
	if (!tells_max)
		skel->struct_ops.cgfifo->cgroup_set_bandwidth = NULL;
	if (!tells_idle)
		skel->struct_ops.cgfifo->cgroup_set_idle = NULL;
	if (!tells_taken)
		skel->struct_ops.cgfifo->cpu_acquire = skel->struct_ops.cgfifo->cpu_release = NULL;
	bpf_program__set_autoload(skel->progs.cgfifo_cgroup_set_bandwidth, tells_max);
	bpf_program__set_autoload(skel->progs.cgfifo_cgroup_set_idle, tells_idle);
	bpf_program__set_autoload(skel->progs.cgfifo_cpu_acquire, tells_taken);
	bpf_program__set_autoload(skel->progs.cgfifo_cpu_release, tells_taken);
	watch(btf, skel->progs.cgfifo_cpu_max_write, &max);
	watch(btf, skel->progs.cgfifo_cpu_burst_write, &burst);
	watch(btf, skel->progs.cgfifo_cpu_idle_write, &idle);
}

/* Where nobody says, each is a core of its own. */
static void adapt_cores(struct cgfifo_bpf *skel, int nr_cpus)
{
	_cleanup_close_ int dir =
		open("/sys/devices/system/cpu", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	skel->rodata->core_is_shared =
		cores_read(dir, nr_cpus, (uint16_t *)skel->rodata->core_next);
}

int sched_adapt(struct cgfifo_bpf *skel, bool partial, char *ret_why)
{
	_cleanup_(btf__freep) struct btf *btf = btf__load_vmlinux_btf();
	int nr_cpus = libbpf_num_possible_cpus();

	if (!btf)
		return -errno;
	if (nr_cpus < 0)
		return nr_cpus;
	if (nr_cpus > CGFIFO_MAX_CPUS) {
		snprintf(ret_why, SCHED_MSG_LEN,
			 "this machine has up to %d CPUs, and cgfifo can do with %d at most",
			 nr_cpus, CGFIFO_MAX_CPUS);
		return -E2BIG;
	}
	skel->rodata->nr_cpus = nr_cpus;
	adapt_cores(skel, nr_cpus);
	adapt_ops(skel, btf);
	if (partial)
		skel->struct_ops.cgfifo->flags |= ops_flag(btf, "SCX_OPS_SWITCH_PARTIAL");
	return 0;
}
