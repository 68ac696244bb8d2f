// SPDX-License-Identifier: GPL-2.0-only
/*
 * agent/hand-over: what an agent of another user, or of an earlier version, left is the new one's;
 * and nothing else is, whatever that one has put there. Takes root, as which the tests run.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/hand-over.h"
#include "apply/leftover.h"
#include "sched/sched.h"
#include "util/cleanup.h"
#include "util/file.h"

#define UID 4711
#define GID 4712

static char top[] = "/tmp/cgfifo-hand-over-XXXXXX";
static char socket_path[128], pin_dir[128];

static const char *in_top(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", top, name);
	return path;
}

static void put(const char *name, const char *text)
{
	int fd = open(in_top(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

/* UID of its owner; -1: it is not there. */
static long owner(const char *name)
{
	struct stat st;

	return lstat(in_top(name), &st) < 0 ? -1 : (long)st.st_uid;
}

static const char *text_of(const char *name)
{
	static char text[64];
	_cleanup_free_ char *line = NULL;

	snprintf(text, sizeof(text), "%s",
		 file_read_line(AT_FDCWD, in_top(name), &line) < 0 ? "" : line);
	return text;
}

static void setup(void)
{
	cr_assert_eq(geteuid(), 0, "not root");
	cr_assert_not_null(mkdtemp(top));
	snprintf(socket_path, sizeof(socket_path), "%s/agent/status.sock", top);
	snprintf(pin_dir, sizeof(pin_dir), "%s/pins", top);
	cr_assert_eq(mkdir(in_top("agent"), 0755), 0);
	cr_assert_eq(chown(in_top("agent"), UID, GID), 0);
}

static void teardown(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", top);
	cr_assert_eq(system(command), 0);
}

TestSuite(hand_over, .init = setup, .fini = teardown);

Test(hand_over, nothing_was_left)
{
	cr_expect_eq(hand_over(socket_path, pin_dir), 0);
	cr_expect_eq(owner("agent"), UID);
	if (sched_is_built())
		cr_expect_eq(owner("pins"), UID, "it can be pinned there");
}

Test(hand_over, of_an_earlier_version)
{
	put("set", "old set\n");
	put("undo", "old undo\n");
	cr_expect_eq(hand_over(socket_path, pin_dir), 0);
	cr_expect_eq(owner("set"), -1);
	cr_expect_eq(owner("agent/set"), UID);
	cr_expect_str_eq(text_of("agent/set"), "old set");
	cr_expect_eq(owner("agent/undo"), UID);
	cr_expect_str_eq(text_of("agent/undo"), "old undo");
}

/* What is to be undone of many cgroups, as many as the agent reads. */
Test(hand_over, of_an_earlier_version_with_much_to_undo)
{
	struct stat st = {};

	put("undo", "");
	cr_assert_eq(truncate(in_top("undo"), LEFTOVER_MAX), 0);
	cr_expect_eq(hand_over(socket_path, pin_dir), 0);
	cr_expect_eq(stat(in_top("agent/undo"), &st), 0);
	cr_expect_eq(st.st_size, LEFTOVER_MAX);
}

/* A file that cannot be read here, or written there as the disk is full, is not the scheduler. */
Test(hand_over, what_cannot_be_keeps_nothing_else_from_it)
{
	put("undo", "");
	cr_assert_eq(truncate(in_top("undo"), LEFTOVER_MAX + 1), 0);
	put("set", "old set\n");
	if (sched_is_built()) {
		cr_assert_eq(mkdir(pin_dir, 0700), 0);
		put("pins/link", "");
	}
	cr_expect_eq(hand_over(socket_path, pin_dir), -EFBIG);
	cr_expect_eq(owner("agent"), UID);
	cr_expect_eq(owner("agent/set"), UID);
	if (sched_is_built())
		cr_expect_eq(owner("pins/link"), UID);
}

Test(hand_over, of_roots_agent)
{
	put("agent/set", "root's\n");
	put("set", "older\n");
	if (sched_is_built()) {
		cr_assert_eq(mkdir(pin_dir, 0700), 0);
		put("pins/link", "");
		put("pins/other", "");
	}
	cr_expect_eq(hand_over(socket_path, pin_dir), 0);
	cr_expect_eq(owner("agent/set"), UID);
	cr_expect_str_eq(text_of("agent/set"), "root's");
	cr_expect_eq(owner("set"), -1, "of no use any more");
	if (sched_is_built()) {
		cr_expect_eq(owner("pins"), UID);
		cr_expect_eq(owner("pins/link"), UID);
		cr_expect_eq(owner("pins/other"), 0, "nothing that is pinned");
	}
}

Test(hand_over, back_to_root)
{
	cr_assert_eq(hand_over(socket_path, pin_dir), 0);
	put("agent/set", "x\n");
	cr_assert_eq(chown(in_top("agent/set"), UID, GID), 0);
	cr_assert_eq(chown(in_top("agent"), 0, 0), 0);
	cr_expect_eq(hand_over(socket_path, pin_dir), 0);
	cr_expect_eq(owner("agent"), 0);
	cr_expect_eq(owner("agent/set"), 0);
	if (sched_is_built())
		cr_expect_eq(owner("pins"), 0);
}

Test(hand_over, what_the_user_put_there)
{
	char outside[128], inside[128];

	put("outside", "root's\n");
	snprintf(outside, sizeof(outside), "%s", in_top("outside"));
	snprintf(inside, sizeof(inside), "%s", in_top("agent/set"));
	cr_assert_eq(symlink(outside, inside), 0);
	snprintf(inside, sizeof(inside), "%s", in_top("agent/undo"));
	cr_assert_eq(link(outside, inside), 0);
	cr_expect_eq(hand_over(socket_path, pin_dir), 0);
	cr_expect_eq(owner("outside"), 0);
	cr_expect_eq(owner("agent/set"), 0, "the link itself");
	cr_expect_str_eq(text_of("outside"), "root's");
}

Test(hand_over, without_the_directory)
{
	cr_assert_eq(rmdir(in_top("agent")), 0);
	cr_expect_eq(hand_over(socket_path, pin_dir), -ENOENT);
	cr_assert_eq(symlink("/tmp", in_top("agent")), 0);
	cr_expect_eq(hand_over(socket_path, pin_dir), -ENOTDIR);
	cr_expect_eq(owner("pins"), -1);
}

Test(hand_over, a_folder_that_was_removed)
{
	_cleanup_close_ int fd = -EBADF;
	char through[64];

	if (!sched_is_built())
		return;
	cr_expect_not(sched_dir_is_dead(pin_dir), "that is not there at all");
	cr_assert_eq(mkdir(pin_dir, 0700), 0);
	fd = open(pin_dir, O_PATH | O_CLOEXEC);
	snprintf(through, sizeof(through), "/proc/self/fd/%d", fd);
	cr_expect_not(sched_dir_is_dead(through));
	cr_assert_eq(rmdir(pin_dir), 0);
	cr_expect(sched_dir_is_dead(through));
}
