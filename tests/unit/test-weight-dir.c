// SPDX-License-Identifier: GPL-2.0-only
/* apply/weight-dir: cpu.weight is written where it belongs, and restored if it is still ours. */
#include <criterion/criterion.h>
#include <errno.h>

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

static int set(uint32_t weight, uint64_t *ret_undo)
{
	struct cgfifo_conf conf = {.weight = weight};

	return b->set(b, &target, &conf, ret_undo);
}

Test(weight_dir, set_and_restore)
{
	uint64_t undo = 0;

	cr_expect_eq(set(300, &undo), 0);
	cr_expect_eq(undo, 100);
	cr_expect_str_eq(fake_read(&f, "/a/b", "cpu.weight"), "300");
	cr_expect_eq(b->unset(b, &target, 300, undo), 1);
	cr_expect_str_eq(fake_read(&f, "/a/b", "cpu.weight"), "100");
}

Test(weight_dir, the_administrator_wins)
{
	uint64_t undo = 0;

	cr_expect_eq(set(300, &undo), 0);
	fake_write(&f, "/a/b", "cpu.weight", "77\n");
	cr_expect_eq(b->unset(b, &target, 300, undo), 0);
	cr_expect_str_eq(fake_read(&f, "/a/b", "cpu.weight"), "77");
}

Test(weight_dir, another_cgroup_of_that_name_is_left_alone)
{
	uint64_t undo = 5;

	target.id = id + 1;
	cr_expect_eq(set(300, &undo), -ENOENT);
	cr_expect_eq(b->unset(b, &target, 100, 5), -ENOENT);
	target.id = id;
	target.path = "/a/c";
	cr_expect_eq(set(300, &undo), -ENOENT);
	cr_expect_eq(undo, 5);
	cr_expect_str_eq(fake_read(&f, "/a/b", "cpu.weight"), "100");
}

Test(weight_dir, a_slice_alone_is_not_for_cpu_weight)
{
	uint64_t undo = 5;
	struct cgfifo_conf conf = {.slice_us = 1000};

	cr_expect_eq(b->set(b, &target, &conf, &undo), -EOPNOTSUPP);
	cr_expect_str_eq(fake_read(&f, "/a/b", "cpu.weight"), "100");
}

Test(weight_dir, without_a_cpu_controller)
{
	uint64_t undo = 5;

	id = fake_mkdir(&f, "/a/c");
	target = (struct target){.id = id, .path = "/a/c"};
	cr_expect_eq(set(300, &undo), -ENOENT);
	cr_expect_eq(undo, 5);
}
