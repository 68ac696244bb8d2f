// SPDX-License-Identifier: GPL-2.0-only
/*
 * A task that sleeps most of the time: wake DIRECTORY COUNT WORK-US SEED.
 * Moves into the cgroup, wakes COUNT times, 3 to 7 ms apart, and uses WORK-US of CPU time each
 * time. Prints the median, the 99th percentile and the longest of the times from when it was to
 * run to when it ran, in microseconds.
 */
#include "task.h"

static int compare(const void *a, const void *b)
{
	long long x = *(const long long *)a, y = *(const long long *)b;

	return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
	long count = argc == 5 ? atol(argv[2]) : 0;
	unsigned long long seed;
	long long *late, next;

	if (count < 1) {
		fprintf(stderr, "usage: wake DIRECTORY COUNT WORK-US SEED\n");
		return 2;
	}
	seed = (unsigned long long)atoll(argv[4]);
	late = calloc((size_t)count, sizeof(*late));
	if (!late)
		die("memory");
	enter(argv[1]);
	next = now_ns();
	for (long i = 0; i < count; i++) {
		next += draw(&seed, 3000, 7000) * NSEC_PER_USEC;
		if (next < now_ns())
			next = now_ns() + 3000 * NSEC_PER_USEC;
		sleep_until(next);
		late[i] = now_ns() - next;
		work_ns(atoll(argv[3]) * NSEC_PER_USEC, NULL);
	}
	qsort(late, (size_t)count, sizeof(*late), compare);
	printf("%.1f %.1f %.1f\n", (double)late[count / 2] / 1e3,
	       (double)late[count * 99 / 100] / 1e3, (double)late[count - 1] / 1e3);
	return 0;
}
