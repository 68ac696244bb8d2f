// SPDX-License-Identifier: GPL-2.0-only
/* agent/long-step: what systemd hears, on a socket as systemd makes it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/long-step.h"

#include "notify.h"

static int fd;

static void setup(void)
{
	char pid[16];

	fd = notify_listen();
	snprintf(pid, sizeof(pid), "%d", getpid());
	setenv("WATCHDOG_PID", pid, 1);
	setenv("WATCHDOG_USEC", "30000000", 1);
}

static void teardown(void)
{
	notify_done(fd);
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
