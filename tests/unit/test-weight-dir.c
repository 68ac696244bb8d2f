// SPDX-License-Identifier: GPL-2.0-only
/* apply/weight-dir: cpu.weight is written where it belongs, and restored if it is still ours. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>

#include "apply/applied.h"
#include "apply/weight-dir.h"
#include "cgroup/cgfs.h"
#include "fake-cgroup.h"

static struct fake f;
static struct backend *b;
static uint64_t id;
static struct target target;

static int write_weight(int dir_fd, const char *path, uint64_t weight)
{
	cr_expect_str_eq(path, "/a/b");
	return cgfs_write_number(dir_fd, "cpu.weight", weight);
}

static void setup(void)
{
	fake_init(&f);
	id = fake_mkdir(&f, "/a/b");
	fake_write(&f, "/a/b", "cpu.weight", "100\n");
	b = weight_dir_new(f.fd, write_weight);
	target = (struct target){.id = id, .path = "/a/b"};
}

static void teardown(void)
{
	b = backend_free(b);
	fake_done(&f);
}

TestSuite(weight_dir, .init = setup, .fini = teardown);

static int set(uint32_t weight, struct trace *ret)
{
	struct cgfifo_conf conf = {.weight = weight};

	return b->set(b, &target, &conf, ret);
}

Test(weight_dir, set_and_restore)
{
	struct trace trace = {};

	cr_expect_eq(set(300, &trace), 0);
	cr_expect_eq(trace.undo, 100);
	cr_expect_str_eq(fake_read(&f, "/a/b", "cpu.weight"), "300");
	cr_expect_eq(b->unset(b, &target, 300, trace.undo), 1);
	cr_expect_str_eq(fake_read(&f, "/a/b", "cpu.weight"), "100");
}

/* It was written by way of systemd, which cannot be asked any more. */
Test(weight_dir, a_unit_that_had_none)
{
	fake_write(&f, "/a/b", "cpu.weight", "300\n");
	cr_expect_eq(b->unset(b, &target, 300, WEIGHT_NONE), 1);
	cr_expect_str_eq(fake_read(&f, "/a/b", "cpu.weight"), "100");
}

Test(weight_dir, the_administrator_wins)
{
	struct trace trace = {};

	cr_expect_eq(set(300, &trace), 0);
	fake_write(&f, "/a/b", "cpu.weight", "77\n");
	cr_expect_eq(b->unset(b, &target, 300, trace.undo), 0);
	cr_expect_str_eq(fake_read(&f, "/a/b", "cpu.weight"), "77");
}

Test(weight_dir, another_cgroup_of_that_name_is_left_alone)
{
	struct trace trace = {.undo = 5};

	target.id = id + 1;
	cr_expect_eq(set(300, &trace), -ENOENT);
	cr_expect_eq(b->unset(b, &target, 100, 5), -ENOENT);
	target.id = id;
	target.path = "/a/c";
	cr_expect_eq(set(300, &trace), -ENOENT);
	cr_expect_eq(trace.undo, 5);
	cr_expect_str_eq(fake_read(&f, "/a/b", "cpu.weight"), "100");
}

Test(weight_dir, a_slice_alone_is_not_for_cpu_weight)
{
	struct trace trace = {.undo = 5};
	struct cgfifo_conf conf = {.slice_us = 1000};

	cr_expect_eq(b->set(b, &target, &conf, &trace), -EOPNOTSUPP);
	cr_expect_str_eq(fake_read(&f, "/a/b", "cpu.weight"), "100");
}

Test(weight_dir, without_a_cpu_controller)
{
	struct trace trace = {.undo = 5};

	id = fake_mkdir(&f, "/a/c");
	target = (struct target){.id = id, .path = "/a/c"};
	cr_expect_eq(set(300, &trace), -ENOENT);
	cr_expect_eq(trace.undo, 5);
}

Test(weight_dir, a_new_controller_has_new_files)
{
	struct trace trace = {};

	cr_assert_eq(set(300, &trace), 0);
	cr_expect_neq(trace.mark, 0);
	cr_expect_not(b->is_lost(b, &target, trace.mark));
	fake_write(&f, "/a/b", "cpu.weight", "77\n");
	cr_expect_not(b->is_lost(b, &target, trace.mark), "another value, the same file");
	/* Made before the old one is gone, so that it cannot get the same inode. */
	fake_write(&f, "/a/b", "new", "100\n");
	cr_assert_eq(renameat(f.fd, "a/b/new", f.fd, "a/b/cpu.weight"), 0);
	cr_expect(b->is_lost(b, &target, trace.mark));
	target.path = "/gone";
	cr_expect_not(b->is_lost(b, &target, trace.mark), "that is another matter");
}
