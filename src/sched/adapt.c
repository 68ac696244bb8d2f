// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the object needs to be told of the machine and the kernel before it is loaded: how many CPUs
 * there can be, which flags and operations this kernel knows, what to watch because it lacks one.
 * All from the kernel's BTF.
 */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
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

/* Load a program that watches one of the kernel's functions, if there is need and the kernel has
 * that function. */
static void watch(const struct btf *btf, struct bpf_program *prog, const char *function,
		  bool needed)
{
	bool can = btf__find_by_name_kind(btf, function, BTF_KIND_FUNC) > 0;

	bpf_program__set_autoload(prog, needed && can);
}

/* 6.12 warns without HAS_CGROUP_WEIGHT, which later kernels do not know any more. ENQ_LAST: a task
 * that is throttled does not go on for want of another. */
static void adapt_ops(struct cgfifo_bpf *skel, const struct btf *btf)
{
	bool tells_limits = ops_has(btf, "cgroup_set_bandwidth");
	bool tells_idle = ops_has(btf, "cgroup_set_idle");

	skel->struct_ops.cgfifo->flags =
		ops_flag(btf, "SCX_OPS_HAS_CGROUP_WEIGHT") | ops_flag(btf, "SCX_OPS_ENQ_LAST");
	if (!tells_limits)
		skel->struct_ops.cgfifo->cgroup_set_bandwidth = NULL;
	if (!tells_idle)
		skel->struct_ops.cgfifo->cgroup_set_idle = NULL;
	bpf_program__set_autoload(skel->progs.cgfifo_cgroup_set_bandwidth, tells_limits);
	bpf_program__set_autoload(skel->progs.cgfifo_cgroup_set_idle, tells_idle);
	watch(btf, skel->progs.cgfifo_cpu_max_write, "cpu_max_write", !tells_limits);
	watch(btf, skel->progs.cgfifo_cpu_burst_write, "cpu_cfs_burst_write_u64", !tells_limits);
	watch(btf, skel->progs.cgfifo_cpu_idle_write, "cpu_idle_write_s64", !tells_idle);
}

int sched_adapt(struct cgfifo_bpf *skel, char *ret_why)
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
	adapt_ops(skel, btf);
	return 0;
}
