// SPDX-License-Identifier: GPL-2.0-only
/* sched/hog: who had a CPU for itself, in words. */
#include <criterion/criterion.h>
#include <sched.h>
#include <string.h>

#include "sched/sched.h"

static const char *describe(const char *comm, uint32_t policy)
{
	static char buf[SCHED_HOG_LEN];
	struct cgfifo_hog hog = {.cpu = 3, .pid = 1234, .policy = policy, .took_ns = 26040000000};

	memcpy(hog.comm, comm, strnlen(comm, sizeof(hog.comm)));
	return sched_describe_hog(&hog, buf);
}

Test(hog, each_class)
{
	cr_expect_str_eq(describe("audio", SCHED_FIFO),
			 "audio (PID 1234, SCHED_FIFO) had CPU 3 for itself for 26.0 s");
	cr_expect_not_null(strstr(describe("audio", SCHED_RR), "SCHED_RR"));
	cr_expect_not_null(strstr(describe("audio", SCHED_DEADLINE), "SCHED_DEADLINE"));
}

/* A name that fills its place has no end, and says what its program wants. */
Test(hog, names)
{
	cr_expect_not_null(strstr(describe("a\nb", SCHED_FIFO), "a\\nb ("));
	cr_expect_not_null(strstr(describe("0123456789abcdef", SCHED_FIFO), "0123456789abcdef ("));
}
