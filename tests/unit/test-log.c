// SPDX-License-Identifier: GPL-2.0-only
/* util/log: what reaches stderr, on a terminal and under systemd. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/cleanup.h"
#include "util/log.h"

static int capture = -EBADF;

/* Each test runs in a process of its own, so its stderr can be taken away. */
static void setup(void)
{
	unsetenv("JOURNAL_STREAM");
	unsetenv("CGFIFO_DEBUG");
	capture = memfd_create("stderr", MFD_CLOEXEC);
	cr_assert_geq(capture, 0);
	cr_assert_eq(dup2(capture, STDERR_FILENO), STDERR_FILENO);
	log_init();
}

TestSuite(log, .init = setup);

static const char *captured(void)
{
	static char buf[8192];
	ssize_t n = pread(capture, buf, sizeof(buf) - 1, 0);

	cr_assert_geq(n, 0);
	buf[n] = '\0';
	return buf;
}

Test(log, plain)
{
	log_info("weight %d", 300);
	log_warning("careful");
	cr_expect_str_eq(captured(), "weight 300\ncareful\n");
}

Test(log, returns_the_error_and_says_it)
{
	errno = EPERM;
	cr_expect_eq(log_error_errno(-ENOENT, "Cannot open %s: %m", "f"), -ENOENT);
	cr_expect_eq(log_error_errno(EACCES, "Cannot open %s: %m", "f"), -EACCES);
	cr_expect_eq(errno, EPERM, "errno is the caller's");
	cr_expect_str_eq(captured(), "Cannot open f: No such file or directory\n"
				     "Cannot open f: Permission denied\n");
}

Test(log, debug_is_silent_until_asked_for)
{
	cr_expect_eq(log_debug_errno(-EIO, "hidden"), -EIO);
	cr_expect_str_eq(captured(), "");
	log_set_debug(true);
	log_debug("shown");
	cr_expect_str_eq(captured(), "shown\n");
}

Test(log, debug_by_environment)
{
	setenv("CGFIFO_DEBUG", "0", 1);
	log_init();
	cr_expect_not(log_is_debug());
	setenv("CGFIFO_DEBUG", "1", 1);
	log_init();
	cr_expect(log_is_debug());
}

/* A container may be called anything. */
Test(log, nobody_forges_a_line)
{
	log_notice("container %s started", "x\n<0>kernel panic\x1b[2J");
	cr_expect_str_eq(captured(), "container x\\n<0>kernel panic\\x1b[2J started\n");
}

Test(log, long_message_is_cut)
{
	char text[5000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_info("%s", text);
	cr_expect_eq(strlen(captured()), 2048);
}

static void set_journal_stream(long long ino_offset)
{
	char buf[64];
	struct stat st;

	cr_assert_eq(fstat(STDERR_FILENO, &st), 0);
	snprintf(buf, sizeof(buf), "%llu:%llu", (unsigned long long)st.st_dev,
		 (unsigned long long)st.st_ino + (unsigned long long)ino_offset);
	setenv("JOURNAL_STREAM", buf, 1);
	log_init();
}

Test(log, level_prefix_for_the_journal)
{
	set_journal_stream(0);
	log_error("bad");
	log_info("good");
	cr_expect_str_eq(captured(), "<3>bad\n<6>good\n");
}

/* JOURNAL_STREAM is inherited, but our stderr is another file. */
Test(log, no_prefix_when_stderr_is_not_the_journal)
{
	set_journal_stream(1);
	log_error("bad");
	cr_expect_str_eq(captured(), "bad\n");
}

Test(log, event_without_a_journal_is_a_message)
{
	int r;

	r = log_event(LOG_NOTICE, -EBUSY, "00000000000000000000000000000000",
		      LOG_FIELDS({"CGROUP", "/a"}, {"WEIGHT", "300"}), "%s: %m", "/a");
	cr_expect_eq(r, -EBUSY);
	cr_expect_str_eq(captured(), "/a: Device or resource busy\n");
}

Test(log, event_without_fields)
{
	cr_expect_eq(log_event(LOG_INFO, 0, "00000000000000000000000000000000", NULL, "up"), 0);
	cr_expect_str_eq(captured(), "up\n");
}
