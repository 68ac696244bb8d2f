// SPDX-License-Identifier: GPL-2.0-only
/* cgroup/cgfs: nothing outside of the root is ever reached. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cgroup/cgfs.h"
#include "fake-cgroup.h"
#include "util/cleanup.h"

static struct fake f;

static void setup(void)
{
	fake_init(&f);
}

static void teardown(void)
{
	fake_done(&f);
}

TestSuite(cgfs, .init = setup, .fini = teardown);

static int open_path(const char *path)
{
	int fd = cgfs_open_dir(f.fd, path);

	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}

Test(cgfs, open_stays_inside)
{
	char long_path[CGROUP_PATH_MAX + 2];

	fake_mkdir(&f, "/a/b");
	cr_assert_eq(symlinkat("/etc", f.fd, "out"), 0);
	cr_assert_eq(symlinkat("a", f.fd, "in"), 0);
	memset(long_path, 'x', sizeof(long_path));
	long_path[0] = '/';
	long_path[sizeof(long_path) - 1] = '\0';

	cr_expect_eq(open_path("/"), 0);
	cr_expect_eq(open_path("/a/b"), 0);
	cr_expect_eq(open_path("//a//b"), 0);
	cr_expect_eq(open_path("/a/b/"), 0);
	cr_expect_eq(open_path("/a/c"), -ENOENT);
	cr_expect_eq(open_path("/a/c/d"), -ENOENT);
	cr_expect_eq(open_path("a/b"), -EINVAL, "not the form of a cgroup path");
	cr_expect_eq(open_path(""), -EINVAL);
	cr_expect_eq(open_path("/.."), -EXDEV);
	cr_expect_eq(open_path("/a/../../etc"), -EXDEV);
	cr_expect_eq(open_path("/out"), -ENOTDIR);
	cr_expect_eq(open_path("/out/passwd"), -ENOTDIR);
	cr_expect_eq(open_path("/in/b"), -ENOTDIR, "not even to the inside");
	cr_expect_eq(open_path(long_path), -ENAMETOOLONG);
}

Test(cgfs, id_is_the_inode)
{
	uint64_t a = fake_mkdir(&f, "/a"), b = fake_mkdir(&f, "/b"), id = 0;
	int fd;

	cr_expect_eq(cgfs_id(f.fd, "/a", &id), 0);
	cr_expect_eq(id, a);
	cr_expect_eq(cgfs_id(f.fd, "/c", &id), -ENOENT);
	cr_expect_eq(id, a, "untouched on failure");

	fd = cgfs_open_id(f.fd, "/b", b);
	cr_expect_geq(fd, 0);
	close(fd);
	cr_expect_eq(cgfs_open_id(f.fd, "/b", a), -ESTALE);
	cr_expect_eq(cgfs_open_id(f.fd, "/c", a), -ENOENT);
}

Test(cgfs, numbers)
{
	static const struct {
		const char *text;
		int r;
		uint64_t value;
	} cases[] = {
		{"100\n", 0, 100},
		{"0", 0, 0},
		{"18446744073709551615\n", 0, UINT64_MAX},
		{"18446744073709551616\n", -ERANGE, 7},
		{"max\n", -EINVAL, 7},
		{"", -EINVAL, 7},
		{"-1\n", -EINVAL, 7},
		{"100 200\n", -EINVAL, 7},
	};
	_cleanup_close_ int fd = -EBADF;

	fake_mkdir(&f, "/a");
	fd = cgfs_open_dir(f.fd, "/a");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t value = 7;

		fake_write(&f, "/a", "x", cases[i].text);
		cr_expect_eq(cgfs_read_number(fd, "x", &value), cases[i].r, "%s", cases[i].text);
		cr_expect_eq(value, cases[i].value, "%s", cases[i].text);
	}
	cr_expect_eq(cgfs_write_number(fd, "x", 300), 0);
	cr_expect_str_eq(fake_read(&f, "/a", "x"), "300");
	cr_expect_eq(cgfs_write_number(fd, "y", 300), -ENOENT, "files are the kernel's to make");
}

Test(cgfs, controllers_below)
{
	fake_mkdir(&f, "/a");
	cr_expect_not(cgfs_has_controller_below(f.fd, "/a", "cpu"));
	fake_write(&f, "/a", "cgroup.subtree_control", "cpuset cpu memory\n");
	cr_expect(cgfs_has_controller_below(f.fd, "/a", "cpu"));
	cr_expect(cgfs_has_controller_below(f.fd, "/a", "memory"));
	fake_write(&f, "/a", "cgroup.subtree_control", "cpuset memory\n");
	cr_expect_not(cgfs_has_controller_below(f.fd, "/a", "cpu"));
	cr_expect_not(cgfs_has_controller_below(f.fd, "/b", "cpu"));
}

Test(cgfs, what_its_parent_gives_out)
{
	uint64_t id = fake_mkdir(&f, "/a/b");

	fake_write(&f, "/", "cgroup.subtree_control", "cpu\n");
	cr_expect(cgfs_has_controller(f.fd, "/a", "cpu"));
	cr_expect_not(cgfs_has_controller(f.fd, "/a/b", "cpu"));
	cr_expect(cgfs_is(f.fd, "/a/b", id));
	cr_expect_not(cgfs_is(f.fd, "/a/b", id + 1));
	cr_expect_not(cgfs_is(f.fd, "/a/c", id));
}

Test(cgfs, other_file_systems_are_refused_with_a_reason)
{
	char why[CGFS_MSG_LEN] = "";
	int fd = -EBADF;

	cr_expect_eq(cgfs_open_root(f.dir, &fd, why), -EOPNOTSUPP);
	cr_expect(strstr(why, "not a cgroup v2"), "%s", why);
	fake_mkdir(&f, "/unified");
	fake_write(&f, "/unified", "cgroup.controllers", "");
	cr_expect_eq(cgfs_open_root(f.dir, &fd, why), -EOPNOTSUPP);
	cr_expect(strstr(why, "hybrid"), "%s", why);
	cr_expect(strstr(why, "systemd.unified_cgroup_hierarchy=1"), "%s", why);
	cr_expect_eq(cgfs_open_root("/does/not/exist", &fd, why), -ENOENT);
	cr_expect(strstr(why, "/does/not/exist"), "%s", why);
	cr_expect_eq(fd, -EBADF);
}
