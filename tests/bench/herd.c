// SPDX-License-Identifier: GPL-2.0-only
/*
 * A herd: herd DIRECTORY CHILDREN LOW-US HIGH-US PERIOD-MS SPREAD-MS SEED [FILE].
 * Makes CHILDREN cgroups below DIRECTORY with a task in each. All wake at every multiple of the
 * period, each up to SPREAD-MS later, and use LOW-US to HIGH-US of CPU time; a task that is not
 * done when the next period begins leaves that one out. Ends when all are there; they run on
 * until they are killed.
 */
#include <sys/stat.h>

#include "task.h"

struct herd {
	long long low_ns, high_ns, period_ns, spread_ns;
	long long *longest;
};

__attribute__((noreturn)) static void child(const struct herd *h, unsigned long long seed)
{
	long long phase = draw(&seed, 0, h->spread_ns);

	for (;;) {
		long long next = ((now_ns() - phase) / h->period_ns + 1) * h->period_ns + phase;

		sleep_until(next);
		longest_note(h->longest, now_ns() - next);
		work_ns(draw(&seed, h->low_ns, h->high_ns), h->longest);
	}
}

int main(int argc, char **argv)
{
	struct herd h;
	char dir[256];
	long children;

	if (argc != 8 && argc != 9) {
		fprintf(stderr, "usage: herd DIRECTORY CHILDREN LOW-US HIGH-US PERIOD-MS SPREAD-MS "
				"SEED [FILE]\n");
		return 2;
	}
	children = atol(argv[2]);
	h.low_ns = atoll(argv[3]) * NSEC_PER_USEC;
	h.high_ns = atoll(argv[4]) * NSEC_PER_USEC;
	h.period_ns = atoll(argv[5]) * 1000 * NSEC_PER_USEC;
	h.spread_ns = atoll(argv[6]) * 1000 * NSEC_PER_USEC;
	h.longest = argc == 9 ? longest_map(argv[8]) : NULL;
	for (long i = 0; i < children; i++) {
		pid_t pid;

		snprintf(dir, sizeof(dir), "%s/child-%ld", argv[1], i);
		if (mkdir(dir, 0755) < 0)
			die(dir);
		pid = fork();
		if (pid < 0)
			die("fork");
		if (pid == 0) {
			enter(dir);
			child(&h,
			      (unsigned long long)atoll(argv[7]) * 1000 + (unsigned long long)i);
		}
	}
	return 0;
}
