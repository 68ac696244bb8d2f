// SPDX-License-Identifier: GPL-2.0-only
/*
 * A task that gives way: yield MICROSECONDS computes for so long, calls sched_yield(), and begins
 * again, until killed. Prints nothing.
 */
#include <sched.h>
#include <stdlib.h>
#include <time.h>

/* What this task has run so far, in microseconds. */
static long ran_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int main(int argc, char **argv)
{
	long us = argc > 1 ? strtol(argv[1], NULL, 10) : 0;

	for (;;) {
		long end = ran_us() + us;

		while (ran_us() < end)
			;
		sched_yield();
	}
}
