// SPDX-License-Identifier: GPL-2.0-only
/* cgfifo report as people run it, and where it and cgfifo metrics write. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/file.h"

#include "fake-agent.h"

static struct fake_agent a;

static void setup(void)
{
	fake_agent_init(&a);
	fake_agent_configure(&a, "version: 1\n"
				 "rules: [{match: {cgroup: /top/gold}, weight: 300}]\n");
	fake_agent_start(&a);
	fake_agent_expect(&a, "/top/gold", "300");
}

static void teardown(void)
{
	fake_agent_done(&a);
}

TestSuite(report, .init = setup, .fini = teardown, .timeout = 600);

Test(report, report)
{
	_cleanup_free_ char *words = xasprintf("report --for 1s --output %s/r.html", a.run.dir);
	_cleanup_free_ char *text = NULL;

	fake_agent_expect_run(&a, words, 0, "r.html: 1 measurements, ");
	cr_assert_eq(file_read(a.run.fd, "r.html", 1 << 20, &text, NULL), 0);
	cr_expect_not_null(strstr(text, "gold"));
	cr_expect_not_null(strstr(text, "</html>"));
	fake_agent_expect_run(&a, "report --for 1s --output -", 0, "</html>");
	fake_agent_expect_run(&a, "report --for 1s --output /nonexistent/x", 1,
			      "Cannot write /nonexistent/x");
}

/* A pipe stays one, and gets what would have been in the file. */
static void expect_into_pipe(const char *words, const char *part)
{
	_cleanup_free_ char *path = xasprintf("%s/pipe", a.run.dir);
	_cleanup_free_ char *all = xasprintf("%s %s", words, path);
	_cleanup_free_ char *text = xcalloc(1, 1 << 16);
	_cleanup_close_ int fd = -EBADF;
	struct stat st;

	cr_assert_eq(mkfifo(path, 0600), 0);
	fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	cr_assert_geq(fd, 0);
	cr_expect_eq(fake_agent_run(&a, all, NULL), 0);
	cr_assert(lstat(path, &st) == 0 && S_ISFIFO(st.st_mode), "%s: it was replaced", words);
	cr_assert_gt(read(fd, text, (1 << 16) - 1), 0);
	cr_expect_not_null(strstr(text, part), "%s: %s", words, text);
	cr_assert_eq(unlink(path), 0);
}

Test(report, into_a_pipe)
{
	expect_into_pipe("report --for 1s --output", "</html>");
	expect_into_pipe("metrics --interval 200ms --textfile", "\ncgfifo_agent_up 1\n");
}

/* As a shell calls the pipe of >(COMMAND); the link that names it stays. */
Test(report, into_what_is_open)
{
	_cleanup_close_ int out = memfd_create("report", 0);
	_cleanup_free_ char *link = xasprintf("%s/link", a.run.dir);
	_cleanup_free_ char *to = xasprintf("/proc/self/fd/%d", out);
	_cleanup_free_ char *words = xasprintf("report --for 1s --output %s", link);
	_cleanup_free_ char *metrics = xasprintf("metrics --interval 200ms --textfile %s", to);
	_cleanup_free_ char *text = xcalloc(1, 1 << 17);
	struct stat st;

	cr_assert_geq(out, 0);
	cr_assert_eq(symlink(to, link), 0);
	cr_expect_eq(fake_agent_run(&a, words, NULL), 0);
	cr_expect(lstat(link, &st) == 0 && S_ISLNK(st.st_mode), "it was replaced");
	cr_expect_eq(fake_agent_run(&a, metrics, NULL), 0);
	cr_assert_gt(pread(out, text, (1 << 17) - 1, 0), 0);
	cr_expect_not_null(strstr(text, "</html>"), "%s", text);
	cr_expect_not_null(strstr(text, "\ncgfifo_agent_up 1\n"), "%s", text);
}

/* A link to what nobody has open is replaced, wherever it leads: others may have made it. */
Test(report, not_through_other_links)
{
	_cleanup_free_ char *link = xasprintf("%s/link", a.run.dir);
	_cleanup_free_ char *words = xasprintf("report --for 1s --output %s", link);
	struct stat st;

	cr_assert_eq(symlink("/dev/full", link), 0);
	cr_expect_eq(fake_agent_run(&a, words, NULL), 0);
	cr_expect(lstat(link, &st) == 0 && S_ISREG(st.st_mode));
}

/* Ends at once, and writes what it has. */
Test(report, a_report_that_is_interrupted)
{
	/* A measurement of a quarter of an hour, which this test has not. */
	_cleanup_free_ char *words = xasprintf("report --for 7d --output %s/r.html", a.run.dir);
	pid_t pid = fake_agent_spawn(&a, words);

	sleep(2);
	cr_assert_eq(kill(pid, SIGINT), 0);
	cr_expect_eq(fake_agent_wait(pid), 0);
	cr_expect_eq(faccessat(a.run.fd, "r.html", F_OK, 0), 0);
}

/* Before there is anything. */
Test(report, a_report_that_is_interrupted_at_once)
{
	_cleanup_free_ char *words = xasprintf("report --for 60s --output %s/r.html", a.run.dir);
	pid_t pid;

	cr_assert_eq(kill(a.pid, SIGSTOP), 0);
	pid = fake_agent_spawn(&a, words);
	sleep(1);
	cr_assert_eq(kill(pid, SIGINT), 0);
	cr_assert_eq(kill(a.pid, SIGCONT), 0);
	cr_expect_eq(fake_agent_wait(pid), 0);
	cr_expect_eq(faccessat(a.run.fd, "r.html", F_OK, 0), 0);
}

/* The agent does not answer any more: what was recorded until then is not lost. */
Test(report, a_report_that_loses_the_agent)
{
	_cleanup_free_ char *words = xasprintf("report --for 60s --output %s/r.html", a.run.dir);
	_cleanup_close_ int out = memfd_create("output", MFD_CLOEXEC);
	pid_t pid = fake_agent_spawn_into(&a, words, out);
	char text[4096] = "";

	sleep(3);
	cr_assert_eq(kill(a.pid, SIGSTOP), 0);
	cr_expect_eq(fake_agent_wait(pid), 0);
	cr_assert_eq(kill(a.pid, SIGCONT), 0);
	cr_assert_gt(pread(out, text, sizeof(text) - 1, 0), 0);
	cr_expect_not_null(strstr(text, "does not answer"), "%s", text);
	cr_expect_not_null(strstr(text, "The recording ends here, after "), "%s", text);
	cr_expect_not_null(strstr(text, "r.html: "), "%s", text);
	cr_expect_eq(faccessat(a.run.fd, "r.html", F_OK, 0), 0);
}
