// SPDX-License-Identifier: GPL-2.0-only
/* report/collect: whose task is it that reads? */
#include <criterion/criterion.h>

#include "cgroup/cgfs.h"
#include "fake-cgroup.h"
#include "report/collect.h"

static struct fake fake;
static struct snapshot *s;

static void add_row(const char *path, uint64_t cgid, uint32_t nr_ready)
{
	struct snapshot_row *row = snapshot_add_row(s);

	row->cgid = cgid;
	row->path = snapshot_add_string(s, path);
	row->nr_ready = nr_ready;
	row->flags = ROW_READY;
}

static void setup(void)
{
	uint64_t root;

	fake_init(&fake);
	s = snapshot_new();
	cr_assert_eq(cgfs_id(fake.fd, "/", &root), 0);
	add_row("/", root, 5);
	add_row("/user.slice", fake_mkdir(&fake, "/user.slice"), 3);
	/* Below it the cpu controller is off: no slots, no rows. */
	fake_mkdir(&fake, "/user.slice/user-0.slice/session-1.scope");
}

static void teardown(void)
{
	snapshot_free(s);
	fake_done(&fake);
}

TestSuite(collect, .init = setup, .fini = teardown);

static void expect_ready(uint32_t root, uint32_t slice)
{
	cr_expect_eq(snapshot_row(s, 0)->nr_ready, root, "%u", snapshot_row(s, 0)->nr_ready);
	cr_expect_eq(snapshot_row(s, 1)->nr_ready, slice, "%u", snapshot_row(s, 1)->nr_ready);
}

Test(collect, reader_in_a_cgroup_with_a_row)
{
	collect_without_task(s, fake.fd, "/user.slice");
	expect_ready(5, 2);
}

Test(collect, reader_counts_as_its_nearest_ancestor_with_a_row)
{
	collect_without_task(s, fake.fd, "/user.slice/user-0.slice/session-1.scope");
	expect_ready(5, 2);
}

/* A row that only a rule has made says nothing about tasks: they count further up. */
Test(collect, rows_without_tasks_are_passed_over)
{
	add_row("/user.slice/user-0.slice", fake_mkdir(&fake, "/user.slice/user-0.slice"), 0);
	snapshot_row(s, 2)->flags = ROW_WANTED;
	collect_without_task(s, fake.fd, "/user.slice/user-0.slice/session-1.scope");
	expect_ready(5, 2);
}

Test(collect, reader_in_the_root)
{
	collect_without_task(s, fake.fd, "/");
	expect_ready(4, 3);
}

/* It slept when the scheduler's table was read. */
Test(collect, never_below_zero)
{
	snapshot_row(s, 1)->nr_ready = 0;
	collect_without_task(s, fake.fd, "/user.slice");
	expect_ready(5, 0);
}

Test(collect, paths_that_make_no_sense)
{
	collect_without_task(s, fake.fd, "user.slice");
	collect_without_task(s, fake.fd, "");
	collect_without_task(s, fake.fd, "/../..");
	expect_ready(5, 3);
}

/* Without the scheduler; one whose cpu.idle is 1 has the weight 0, and a controller all the same.
 */
Test(collect, weights_from_files)
{
	add_row("/idle", fake_mkdir(&fake, "/idle"), 0);
	add_row("/bare", fake_mkdir(&fake, "/bare"), 0);
	fake_write(&fake, "/idle", "cpu.weight", "0\n");
	fake_write(&fake, "/user.slice", "cpu.weight", "300\n");
	for (size_t i = 0; i < 4; i++)
		snapshot_row(s, i)->flags = 0;
	collect_from_files(s, fake.fd);
	cr_expect_eq(snapshot_row(s, 1)->weight, 300);
	cr_expect_eq(snapshot_row(s, 1)->flags, 0);
	cr_expect_eq(snapshot_row(s, 2)->weight, 1);
	cr_expect_eq(snapshot_row(s, 2)->flags, ROW_YIELDS);
	cr_expect_eq(snapshot_row(s, 3)->weight, 0);
}
