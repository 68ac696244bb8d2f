// SPDX-License-Identifier: GPL-2.0-only
/* util/file: reading within limits, replacing without a trace. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/cleanup.h"
#include "util/file.h"

static char dir[] = "/tmp/cgfifo-test-XXXXXX";
static int dirfd_ = -EBADF;

static void setup(void)
{
	cr_assert_not_null(mkdtemp(dir));
	dirfd_ = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cr_assert_geq(dirfd_, 0);
}

/* Names in the directory, without the two dots. */
static int count_entries(void)
{
	DIR *d = opendir(dir);
	int n = -2;

	cr_assert_not_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void teardown(void)
{
	unlinkat(dirfd_, "f", 0);
	close(dirfd_);
	cr_expect_eq(rmdir(dir), 0, "something was left behind: %d entries", count_entries());
}

TestSuite(file, .init = setup, .fini = teardown);

Test(file, read_back_what_was_put)
{
	static const char data[] = "a\0b\n";
	_cleanup_free_ char *text = NULL;
	size_t size = 0;
	struct stat st;

	cr_assert_eq(file_replace(dirfd_, "f", data, sizeof(data) - 1, 0640), 0);
	cr_assert_eq(file_read(dirfd_, "f", 100, &text, &size), 0);
	cr_expect_eq(size, sizeof(data) - 1);
	cr_expect_eq(memcmp(text, data, sizeof(data)), 0, "ends with a NUL of its own");
	cr_expect_eq(fstatat(dirfd_, "f", &st, 0), 0);
	cr_expect_eq(st.st_mode & 07777, 0640);
}

Test(file, limit_is_exact)
{
	_cleanup_free_ char *text = NULL;
	char *untouched = text;

	cr_assert_eq(file_replace(dirfd_, "f", "12345", 5, 0600), 0);
	cr_expect_eq(file_read(dirfd_, "f", 4, &text, NULL), -EFBIG);
	cr_expect_eq(text, untouched);
	cr_expect_eq(file_read(dirfd_, "f", 5, &text, NULL), 0);
	cr_expect_str_eq(text, "12345");
}

Test(file, replace_replaces)
{
	_cleanup_free_ char *text = NULL;

	cr_assert_eq(file_replace(dirfd_, "f", "a long old text", 15, 0600), 0);
	cr_assert_eq(file_replace(dirfd_, "f", "new", 3, 0600), 0);
	cr_assert_eq(file_read(dirfd_, "f", 100, &text, NULL), 0);
	cr_expect_str_eq(text, "new");
	cr_expect_eq(count_entries(), 1);
}

/* A directory stands in the way, so the rename fails after the new file was written. */
Test(file, failed_replace_leaves_nothing)
{
	cr_assert_eq(mkdirat(dirfd_, "d", 0700), 0);
	cr_expect_eq(file_replace(dirfd_, "d", "x", 1, 0600), -EISDIR);
	cr_expect_eq(count_entries(), 1);
	cr_assert_eq(unlinkat(dirfd_, "d", AT_REMOVEDIR), 0);
}

Test(file, missing)
{
	char *text = NULL;

	cr_expect_eq(file_read(dirfd_, "f", 100, &text, NULL), -ENOENT);
	cr_expect_eq(file_read_line(dirfd_, "f", &text), -ENOENT);
	cr_expect_eq(file_write(dirfd_, "f", "x"), -ENOENT, "write does not create");
	cr_expect_null(text);
	cr_expect_eq(file_replace(dirfd_, "no/such/f", "x", 1, 0600), -ENOENT);
}

Test(file, directory_is_no_file)
{
	char *text = NULL;

	cr_expect_eq(file_read(AT_FDCWD, dir, 100, &text, NULL), -EISDIR);
	cr_expect_null(text);
}

/* Nobody writes to it: an open that waits for one would hang here. */
Test(file, fifo_does_not_block, .timeout = 10)
{
	_cleanup_free_ char *text = NULL;

	cr_assert_eq(mkfifoat(dirfd_, "f", 0600), 0);
	cr_expect_eq(file_read(dirfd_, "f", 100, &text, NULL), 0);
	cr_expect_str_eq(text, "");
}

Test(file, first_line)
{
	_cleanup_free_ char *one = NULL, *empty = NULL, *bare = NULL;

	cr_assert_eq(file_replace(dirfd_, "f", "one\ntwo\n", 8, 0600), 0);
	cr_expect_eq(file_read_line(dirfd_, "f", &one), 0);
	cr_expect_str_eq(one, "one");
	cr_assert_eq(file_replace(dirfd_, "f", "", 0, 0600), 0);
	cr_expect_eq(file_read_line(dirfd_, "f", &empty), 0);
	cr_expect_str_eq(empty, "");
	cr_assert_eq(file_replace(dirfd_, "f", "bare", 4, 0600), 0);
	cr_expect_eq(file_read_line(dirfd_, "f", &bare), 0);
	cr_expect_str_eq(bare, "bare");
}

/* stat() says 0 bytes for these. */
Test(file, proc)
{
	_cleanup_free_ char *text = NULL;
	size_t size = 0;

	cr_expect_eq(file_read(AT_FDCWD, "/proc/self/stat", 4096, &text, &size), 0);
	cr_expect_gt(size, 0);
}

Test(file, write_overwrites_in_place)
{
	_cleanup_free_ char *text = NULL;

	cr_assert_eq(file_replace(dirfd_, "f", "100", 3, 0600), 0);
	cr_assert_eq(file_write(dirfd_, "f", "20"), 0);
	cr_assert_eq(file_read(dirfd_, "f", 100, &text, NULL), 0);
	cr_expect_str_eq(text, "200", "not truncated, as files in /sys are not");
}

Test(file, full_device)
{
	cr_expect_eq(file_write(AT_FDCWD, "/dev/full", "x"), -ENOSPC);
}
