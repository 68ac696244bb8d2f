// SPDX-License-Identifier: GPL-2.0-only
/* agent/load: what is said by who loads the scheduler, and what is no answer. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/load.h"

static int here, there;
static char why[SCHED_MSG_LEN];

static void setup(void)
{
	int pair[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	here = pair[0];
	there = pair[1];
	memset(why, 'x', sizeof(why));
}

static void teardown(void)
{
	close(here);
	close(there);
}

TestSuite(load, .init = setup, .fini = teardown);

Test(load, loaded)
{
	cr_assert_eq(load_answer(there, 0, ""), 0);
	cr_expect_eq(load_receive(here, why), 0);
	cr_expect_str_eq(why, "");
}

Test(load, not_loaded_and_why)
{
	cr_assert_eq(load_answer(there, -EBUSY, "another one runs"), 0);
	cr_expect_eq(load_receive(here, why), -EBUSY);
	cr_expect_str_eq(why, "another one runs");
}

/* The kernel's words, which may have others' words in them. */
Test(load, long_and_strange_reasons)
{
	char reason[2 * SCHED_MSG_LEN];

	memset(reason, 'y', sizeof(reason));
	reason[0] = '\033';
	reason[sizeof(reason) - 1] = '\0';
	cr_assert_eq(load_answer(there, -EINVAL, reason), 0);
	cr_expect_eq(load_receive(here, why), -EINVAL);
	cr_expect_eq(strncmp(why, "\\x1byyy", 7), 0, "%.20s", why);
	cr_expect_lt(strlen(why), sizeof(why));
}

static void expect_no_answer(const void *data, size_t size)
{
	teardown();
	setup();
	cr_assert_eq(write(there, data, size), (ssize_t)size);
	shutdown(there, SHUT_WR);
	cr_expect_eq(load_receive(here, why), -EBADMSG);
	cr_expect_not_null(strstr(why, "cgfifo-load@.service gave no answer: see its log"), "%s",
			   why);
}

Test(load, no_answer)
{
	struct {
		uint32_t magic;
		int32_t result;
		char why[SCHED_MSG_LEN];
	} a = {.magic = 0x4c464743u};

	expect_no_answer("", 0);
	expect_no_answer(&a, sizeof(a) - 1);
	a.result = 1;
	expect_no_answer(&a, sizeof(a));
	a.result = -5000;
	expect_no_answer(&a, sizeof(a));
	a.result = 0;
	a.magic++;
	expect_no_answer(&a, sizeof(a));
}

Test(load, nobody_to_tell)
{
	close(here);
	cr_expect_eq(load_answer(there, 0, ""), -EIO);
	here = dup(there);
}
