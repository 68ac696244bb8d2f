// SPDX-License-Identifier: GPL-2.0-only
/* sched/adapt: which writes the scheduler sees, by the types of a kernel; how CPUs begin. */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sched/internal.h"
#include "util/cleanup.h"

/* Uses the types of bpf/cgfifo.h, so it comes last. */
#include "cgfifo.skel.h"

DEFINE_CLEANUP(struct cgfifo_bpf *, cgfifo_bpf__destroy);

static struct btf *btf;	   /* the kernel's */
static struct btf *object; /* of what calls it */
static char why[SCHED_MSG_LEN];
static const char *files[SCHED_MAX_UNSEEN];

static void setup(void)
{
	btf = btf__new_empty();
	object = btf__new_empty();
	cr_assert(btf && object);
}

static void teardown(void)
{
	btf__free(btf);
	btf__free(object);
}

TestSuite(adapt, .init = setup, .fini = teardown);

static void add_ops(const char *const *names)
{
	int number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED), n = 0;

	cr_assert_gt(btf__add_struct(btf, "sched_ext_ops", 64), 0);
	for (; *names; names++, n++)
		cr_assert_eq(btf__add_field(btf, *names, number, (uint32_t)n * 32, 0), 0);
}

static void add_function_to(struct btf *types, const char *name)
{
	int proto = btf__add_func_proto(types, 0);

	cr_assert_gt(btf__add_func(types, name, BTF_FUNC_STATIC, proto), 0);
}

static void add_function(const char *name)
{
	add_function_to(btf, name);
}

Test(adapt, the_kernel_tells)
{
	add_ops((const char *[]){"init", "cgroup_set_bandwidth", "cgroup_set_idle", NULL});
	cr_expect_eq(adapt_unseen(btf, files), 0);
}

Test(adapt, its_functions_are_watched)
{
	add_ops((const char *[]){"init", NULL});
	add_function("cpu_max_write");
	add_function("cpu_cfs_burst_write_u64");
	add_function("cpu_idle_write_s64");
	cr_expect_eq(adapt_unseen(btf, files), 0);
}

Test(adapt, neither)
{
	add_ops((const char *[]){"init", "cgroup_set_bandwidth", NULL});
	cr_assert_eq(adapt_unseen(btf, files), 1);
	cr_expect_str_eq(files[0], "cpu.idle");
}

Test(adapt, one_function_was_built_into_another)
{
	add_ops((const char *[]){"init", NULL});
	add_function("cpu_cfs_burst_write_u64");
	cr_assert_eq(adapt_unseen(btf, files), 2);
	cr_expect_str_eq(files[0], "cpu.max");
	cr_expect_str_eq(files[1], "cpu.idle");
}

/* As bpftool shows a kernel's: an argument, and the hidden one last. */
static void add_called(const char *name, bool hidden)
{
	int number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	int proto = btf__add_func_proto(btf, number);

	cr_assert_eq(btf__add_func_param(btf, "arg", number), 0);
	if (hidden)
		cr_assert_eq(btf__add_func_param(btf, "aux", number), 0);
	cr_assert_gt(btf__add_func(btf, name, BTF_FUNC_STATIC, proto), 0);
}

/* What a scheduler calls; of some there are two generations, of which one kernel has one. */
static int probe(void)
{
	add_function_to(object, "scx_bpf_create_dsq");
	add_function_to(object, "scx_bpf_dsq_insert___v613");
	add_function_to(object, "scx_bpf_dispatch___v612");
	add_function_to(object, "scx_bpf_pick_idle_cpu");
	add_function_to(object, "bpf_iter_scx_dsq_new");
	add_function_to(object, "cgfifo_enqueue");
	return adapt_probe(btf, object, why);
}

Test(adapt, a_kernel_without_hidden_arguments)
{
	add_called("scx_bpf_create_dsq", false); /* until 6.19 */
	cr_expect_eq(probe(), 0, "%s", why);
}

Test(adapt, a_kernel_that_hides_them)
{
	add_called("scx_bpf_create_dsq", false);
	add_called("scx_bpf_create_dsq_impl", true);
	add_called("bpf_iter_scx_dsq_new_impl", true);
	add_called("bpf_iter_scx_dsq_new", false);
	cr_expect_eq(probe(), 0, "%s", why);
}

Test(adapt, a_kernel_that_forgot_to)
{
	add_called("scx_bpf_create_dsq", true);
	cr_expect_eq(probe(), -EOPNOTSUPP);
	cr_expect(strstr(why, "no program can call scx_bpf_create_dsq(), "), "%s", why);
}

Test(adapt, a_kernel_that_forgot_one_of_two_generations)
{
	add_called("scx_bpf_dsq_insert", true);
	cr_expect_eq(probe(), -EOPNOTSUPP);
	cr_expect(strstr(why, "no program can call scx_bpf_dsq_insert(), "), "%s", why);
}

/* Debian's 7.2.6 of the backports: a queue can be made, and an idle CPU not be found. */
Test(adapt, a_kernel_that_forgot_one)
{
	add_called("scx_bpf_create_dsq", false);
	add_called("scx_bpf_create_dsq_impl", true);
	add_called("scx_bpf_pick_idle_cpu_node_impl", true);
	add_called("scx_bpf_pick_idle_cpu", true);
	cr_expect_eq(probe(), -EOPNOTSUPP);
	cr_expect(strstr(why, "no program can call scx_bpf_pick_idle_cpu(), "), "%s", why);
}

/* 7.2.11 forgot this one, too, which is not ours to call. */
Test(adapt, a_kernel_that_forgot_what_nobody_calls)
{
	add_called("scx_bpf_dump_bstr", true);
	add_called("scx_bpf_create_dsq_else", true);
	cr_expect_eq(probe(), 0, "%s", why);
}

/* In the object that is for this many. */
static void expect_nothing_prepaid(int nr_cpus)
{
	_cleanup_(cgfifo_bpf__destroyp) struct cgfifo_bpf *skel = sched_open_object(nr_cpus);
	_cleanup_free_ struct cgfifo_cpu *begin = NULL;
	const char *rows;
	size_t size;

	cr_assert_not_null(skel);
	adapt_cpus(skel, nr_cpus);
	rows = bpf_map__initial_value(skel->maps.bss_cpus, &size);
	size /= CGFIFO_MAX_CPUS;
	cr_assert_geq(size, sizeof(*begin));
	begin = aligned_alloc(_Alignof(struct cgfifo_cpu), size);
	memset(begin, 0, size);
	begin->prepaid_slot = CGFIFO_NO_SLOT;
	for (int cpu = 0; cpu < CGFIFO_MAX_CPUS; cpu++) {
		if (cpu == nr_cpus)
			begin->prepaid_slot = 0;
		cr_expect_eq(memcmp(rows + cpu * size, begin, size), 0, "CPU %d of %d", cpu,
			     nr_cpus);
	}
}

Test(adapt, a_cpu_begins_with_nothing_prepaid)
{
	expect_nothing_prepaid(CGFIFO_WORD_CPUS);
}

Test(adapt, a_cpu_of_many_begins_with_nothing_prepaid)
{
	expect_nothing_prepaid(CGFIFO_WORD_CPUS + 2);
}
