// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tasks that sleep and wake: nap THREADS BUSY_US SLEEP_US. Each of THREADS threads computes for
 * BUSY_US microseconds of its own time and sleeps for SLEEP_US, until killed. Prints nothing.
 */
#include <pthread.h>

#include "../bench/task.h"

static long busy_us, sleep_us;

static void *nap(void *arg)
{
	const struct timespec pause = {sleep_us / 1000000, sleep_us % 1000000 * 1000};

	(void)arg;
	for (;;) {
		long long end = clock_ns(CLOCK_THREAD_CPUTIME_ID) + busy_us * NSEC_PER_USEC;

		while (clock_ns(CLOCK_THREAD_CPUTIME_ID) < end)
			;
		nanosleep(&pause, NULL);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	long threads = argc == 4 ? strtol(argv[1], NULL, 10) : 0;
	pthread_t thread;

	if (threads < 1 || threads > 4096)
		return 2;
	busy_us = strtol(argv[2], NULL, 10);
	sleep_us = strtol(argv[3], NULL, 10);
	for (long i = 1; i < threads; i++) {
		if (pthread_create(&thread, NULL, nap, NULL))
			return 1;
	}
	nap(NULL);
	return 0;
}
