// SPDX-License-Identifier: GPL-2.0-only
/* agent/long-step: what systemd hears, on a socket as systemd makes it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/long-step.h"

static char path[] = "/tmp/cgfifo-notify-XXXXXX";
static int fd;

static void setup(void)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	char pid[16];

	cr_assert_not_null(mkdtemp(path));
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/s", path);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	cr_assert_eq(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	snprintf(pid, sizeof(pid), "%d", getpid());
	setenv("NOTIFY_SOCKET", addr.sun_path, 1);
	setenv("WATCHDOG_PID", pid, 1);
	setenv("WATCHDOG_USEC", "30000000", 1);
}

static void teardown(void)
{
	close(fd);
	unlink(getenv("NOTIFY_SOCKET"));
	rmdir(path);
}

TestSuite(long_step, .init = setup, .fini = teardown);

static void expect(const char *text)
{
	char buf[256] = "";

	recv(fd, buf, sizeof(buf) - 1, MSG_DONTWAIT);
	cr_expect_str_eq(buf, text, "got '%s'", buf);
}

Test(long_step, start_and_watchdog_wait)
{
	long_step_begin("loading the scheduler");
	expect("STATUS=loading the scheduler\nEXTEND_TIMEOUT_USEC=120000000");
	expect("WATCHDOG_USEC=120000000");
	expect("");
	long_step_end();
	expect("WATCHDOG_USEC=30000000\nWATCHDOG=1");
	expect("");
}

Test(long_step, a_patient_watchdog_stays)
{
	setenv("WATCHDOG_USEC", "300000000", 1);
	long_step_begin("loading");
	expect("STATUS=loading\nEXTEND_TIMEOUT_USEC=120000000");
	expect("");
}

Test(long_step, no_watchdog)
{
	unsetenv("WATCHDOG_USEC");
	long_step_begin("loading");
	expect("STATUS=loading\nEXTEND_TIMEOUT_USEC=120000000");
	expect("");
	long_step_end();
	expect("");
}
