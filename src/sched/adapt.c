// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the object needs to be told of the machine and the kernel before it is loaded: how many CPUs
 * there can be, which flags and operations this kernel knows, what to watch because it lacks one.
 * All from the kernel's BTF.
 */
#include <assert.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "sched/internal.h"

/* Uses the types of bpf/cgfifo.h, so it comes last. */
#include "cgfifo.skel.h"

DEFINE_CLEANUP(struct btf *, btf__free);
DEFINE_CLEANUP(struct cgfifo_bpf *, cgfifo_bpf__destroy);

/* What is looked for among the kernel's types. */
enum wanted {
	OPS,
	FLAGS, /* an enum, or one of 64 bits: see ops_flag() */
	FLAGS_64,
	MAX_WRITE,
	BURST_WRITE,
	IDLE_WRITE,
	NR_WANTED,
};

static const struct {
	const char *name;
	__u32 kind;
} wanted[NR_WANTED] = {
	[OPS] = {"sched_ext_ops", BTF_KIND_STRUCT},
	[FLAGS] = {"scx_ops_flags", BTF_KIND_ENUM},
	[FLAGS_64] = {"scx_ops_flags", BTF_KIND_ENUM64},
	[MAX_WRITE] = {"cpu_max_write", BTF_KIND_FUNC},
	[BURST_WRITE] = {"cpu_cfs_burst_write_u64", BTF_KIND_FUNC},
	[IDLE_WRITE] = {"cpu_idle_write_s64", BTF_KIND_FUNC},
};

/* A function of sched_ext that the object calls. */
struct called {
	const char *name; /* in the object's BTF, where "___" and a version may follow */
	size_t len;
	const struct btf_type *type; /* NULL: the kernel has none */
	bool has_impl;		     /* NAME_impl, too */
};
#define MAX_CALLED 64

struct types {
	const struct btf *btf;
	const struct btf_type *of[NR_WANTED]; /* NULL: there is none */
	struct called called[MAX_CALLED];
	size_t nr_called;
};

/* What an object calls of sched_ext, by the names of its own types. */
static void note_calls(struct types *types, const struct btf *object)
{
	__u32 n = btf__type_cnt(object);

	for (__u32 id = 1; id < n; id++) {
		const struct btf_type *t = btf__type_by_id(object, id);
		const char *name = btf__name_by_offset(object, t->name_off), *version;

		if (btf_kind(t) != BTF_KIND_FUNC || !strstr(name, "scx_"))
			continue;
		assert(types->nr_called < MAX_CALLED);
		version = strstr(name, "___");
		types->called[types->nr_called++] = (struct called){
			.name = name,
			.len = version ? (size_t)(version - name) : strlen(name),
		};
	}
}

/* The kernel has a function. */
static void note_function(struct types *types, const struct btf_type *t, const char *name)
{
	if (!strstr(name, "scx_"))
		return;
	for (size_t i = 0; i < types->nr_called; i++) {
		struct called *c = &types->called[i];

		if (strncmp(name, c->name, c->len) != 0)
			continue;
		if (name[c->len] == '\0')
			c->type = t;
		else if (strcmp(name + c->len, "_impl") == 0)
			c->has_impl = true;
	}
}

/* There are more than a hundred thousand, so not with a search for each. object: whose calls
 * matter, or NULL. */
static struct types types_read(const struct btf *btf, const struct btf *object)
{
	struct types types = {.btf = btf};
	__u32 n = btf__type_cnt(btf);

	if (object)
		note_calls(&types, object);
	for (__u32 id = 1; id < n; id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);
		const char *name = btf__name_by_offset(btf, t->name_off);

		if (*name != 's' && *name != 'c' && *name != 'b')
			continue;
		if (btf_kind(t) == BTF_KIND_FUNC)
			note_function(&types, t, name);
		for (int i = 0; i < NR_WANTED; i++)
			if (btf_kind(t) == wanted[i].kind && strcmp(name, wanted[i].name) == 0)
				types.of[i] = t;
	}
	return types;
}

/* The value of a sched_ext flag; 0 when the kernel does not know the name. It refuses what it does
 * not know. */
static __u64 ops_flag(const struct types *types, const char *flag)
{
	const struct btf_type *t = types->of[FLAGS_64];

	if (t) {
		const struct btf_enum64 *e = btf_enum64(t);

		for (int i = 0; i < btf_vlen(t); i++, e++)
			if (strcmp(btf__name_by_offset(types->btf, e->name_off), flag) == 0)
				return btf_enum64_value(e);
	}
	t = types->of[FLAGS];
	if (t) {
		const struct btf_enum *e = btf_enum(t);

		for (int i = 0; i < btf_vlen(t); i++, e++)
			if (strcmp(btf__name_by_offset(types->btf, e->name_off), flag) == 0)
				return (__u32)e->val;
	}
	return 0;
}

/* Does the kernel's struct sched_ext_ops have an operation? */
static bool ops_has(const struct types *types, const char *name)
{
	const struct btf_type *t = types->of[OPS];
	const struct btf_member *m;

	if (!t)
		return false;
	m = btf_members(t);
	for (int i = 0; i < btf_vlen(t); i++, m++)
		if (strcmp(btf__name_by_offset(types->btf, m->name_off), name) == 0)
			return true;
	return false;
}

/* What tells of a write to one of a cgroup's files: an operation, or the function that is watched
 * where the kernel has no such operation. */
struct told {
	const char *file, *op;
	enum wanted function;
};
static const struct told max = {"cpu.max", "cgroup_set_bandwidth", MAX_WRITE};
static const struct told burst = {"cpu.max.burst", "cgroup_set_bandwidth", BURST_WRITE};
static const struct told idle = {"cpu.idle", "cgroup_set_idle", IDLE_WRITE};

/* Load the program that watches the function, if there is need and the kernel has that. */
static void watch(const struct types *types, struct bpf_program *prog, const struct told *told)
{
	bpf_program__set_autoload(prog, !ops_has(types, told->op) && types->of[told->function]);
}

size_t adapt_unseen(const struct btf *btf, const char *ret[SCHED_MAX_UNSEEN])
{
	static const struct told *const all[SCHED_MAX_UNSEEN] = {&max, &burst, &idle};
	struct types types = types_read(btf, NULL);
	size_t n = 0;

	for (size_t i = 0; i < SCHED_MAX_UNSEEN; i++)
		if (!ops_has(&types, all[i]->op) && !types.of[all[i]->function])
			ret[n++] = all[i]->file;
	return n;
}

size_t sched_unseen(const char *ret[SCHED_MAX_UNSEEN])
{
	_cleanup_(btf__freep) struct btf *btf = btf__load_vmlinux_btf();

	return btf ? adapt_unseen(btf, ret) : 0;
}

/*
 * Can a program call what the scheduler does? Some functions have an argument that the verifier
 * adds, named aux. Since 7.0 a kernel's types are to say so with two functions: NAME without it,
 * and NAME_impl. In those of Debian's 7.2 of the backports some of the second are missing, others
 * in each build, and the first have it: the verifier looks for what is not there ("cannot find
 * function scx_bpf_create_dsq_impl in BTF"), and no program on that kernel can call them. (Built
 * with a pahole that did not mark all of them.) Answers the first, or NULL.
 */
static const struct called *uncallable(const struct types *types)
{
	for (size_t i = 0; i < types->nr_called; i++) {
		const struct called *c = &types->called[i];
		const struct btf_type *proto;
		const struct btf_param *last;

		if (!c->type || c->has_impl)
			continue;
		proto = btf__type_by_id(types->btf, c->type->type);
		if (!proto || btf_vlen(proto) == 0)
			continue;
		last = btf_params(proto) + btf_vlen(proto) - 1;
		if (strcmp(btf__name_by_offset(types->btf, last->name_off), "aux") == 0)
			return c;
	}
	return NULL;
}

/* -EOPNOTSUPP, and why, if the object calls what cannot be called. */
static int refuse_faulty(const struct types *types, char *ret_why)
{
	const struct called *c = uncallable(types);
	struct utsname u = {};

	if (!c)
		return 0;
	uname(&u);
	snprintf(ret_why, SCHED_MSG_LEN,
		 "kernel %s was built with faulty types: no program can call %.*s(), which "
		 "the scheduler needs; boot another kernel",
		 u.release, (int)c->len, c->name);
	return -EOPNOTSUPP;
}

int adapt_probe(const struct btf *btf, const struct btf *object, char *ret_why)
{
	struct types types = types_read(btf, object);

	return refuse_faulty(&types, ret_why);
}

int sched_probe_types(char *ret_why)
{
	_cleanup_(btf__freep) struct btf *btf = btf__load_vmlinux_btf();
	_cleanup_(cgfifo_bpf__destroyp) struct cgfifo_bpf *skel = cgfifo_bpf__open();

	return btf && skel ? adapt_probe(btf, bpf_object__btf(skel->obj), ret_why) : 0;
}

/* 6.12 warns without HAS_CGROUP_WEIGHT, which later kernels do not know any more. ENQ_LAST: a task
 * that is throttled does not go on for want of another. ENQ_EXITING: nor does one that ends run
 * beside who is isolated. */
static void adapt_ops(struct cgfifo_bpf *skel, const struct types *types)
{
	bool tells_max = ops_has(types, max.op), tells_idle = ops_has(types, idle.op);
	bool tells_taken = ops_has(types, "cpu_release");

	skel->struct_ops.cgfifo->flags = ops_flag(types, "SCX_OPS_HAS_CGROUP_WEIGHT") |
					 ops_flag(types, "SCX_OPS_ENQ_LAST") |
					 ops_flag(types, "SCX_OPS_ENQ_EXITING");
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
	watch(types, skel->progs.cgfifo_cpu_max_write, &max);
	watch(types, skel->progs.cgfifo_cpu_burst_write, &burst);
	watch(types, skel->progs.cgfifo_cpu_idle_write, &idle);
}

static int open_cpus(void)
{
	return open("/sys/devices/system/cpu", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int sched_nr_cpus(void)
{
	_cleanup_close_ int dir = open_cpus();

	return dir < 0 ? -errno : cores_possible(dir);
}

/* Where nobody says, each is a core of its own, and needs its tick. */
static void adapt_cores(struct cgfifo_bpf *skel, int nr_cpus)
{
	_cleanup_close_ int dir = open_cpus();
	bool tickless;

	skel->rodata->core_is_shared =
		cores_read(dir, nr_cpus, (uint16_t *)skel->rodata->core_next);
	tickless = cores_read_tickless(dir, nr_cpus, (bool *)skel->rodata->tickless_cpus);
	skel->rodata->tickless_is_used = tickless;
	if (!tickless)
		skel->struct_ops.cgfifo->tick = NULL;
	bpf_program__set_autoload(skel->progs.cgfifo_tick, tickless);
}

/* Not by an index: rows are longer in the object for more than 64 CPUs, behind what is set here. */
void adapt_cpus(struct cgfifo_bpf *skel, int nr_cpus)
{
	size_t row_size = bpf_map__value_size(skel->maps.bss_cpus) / CGFIFO_MAX_CPUS;
	char *row = (char *)skel->bss_cpus;

	for (int cpu = 0; cpu < nr_cpus; cpu++, row += row_size)
		((struct cgfifo_cpu *)row)->prepaid_slot = CGFIFO_NO_SLOT;
}

/* The clock that moves with each tick says how long one is. */
static void adapt_tick(struct cgfifo_bpf *skel)
{
	struct timespec t;

	if (clock_getres(CLOCK_MONOTONIC_COARSE, &t) == 0)
		skel->rodata->tick_ns = (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

int sched_adapt(struct cgfifo_bpf *skel, bool partial, char *ret_why)
{
	_cleanup_(btf__freep) struct btf *btf = btf__load_vmlinux_btf();
	int nr_cpus = sched_nr_cpus();
	struct types types;
	int r;

	if (!btf)
		return -errno;
	types = types_read(btf, bpf_object__btf(skel->obj));
	r = refuse_faulty(&types, ret_why);
	if (r < 0)
		return r;
	if (nr_cpus < 0)
		return nr_cpus;
	if (nr_cpus > CGFIFO_MAX_CPUS) {
		snprintf(ret_why, SCHED_MSG_LEN,
			 "this machine has up to %d CPUs, and cgfifo can do with %d at most",
			 nr_cpus, CGFIFO_MAX_CPUS);
		return -E2BIG;
	}
	skel->rodata->nr_cpus = nr_cpus;
	adapt_tick(skel);
	adapt_cores(skel, nr_cpus);
	adapt_cpus(skel, nr_cpus);
	adapt_ops(skel, &types);
	if (partial)
		skel->struct_ops.cgfifo->flags |= ops_flag(&types, "SCX_OPS_SWITCH_PARTIAL");
	return 0;
}
