// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tasks that note how long they wait for a CPU: waits FILE BUSY SLEEPY SEED.
 * BUSY tasks are always busy, SLEEPY ones sleep 1 to 20 ms and then use 0.2 to 2 ms. In FILE (8
 * bytes, a number of the machine's order, in ns) all note the longest wait of any. Until killed.
 */
#include "task.h"

__attribute__((noreturn)) static void sleepy(long long *longest, unsigned long long seed)
{
	for (;;) {
		long long next = now_ns() + draw(&seed, 1000, 20000) * NSEC_PER_USEC;

		sleep_until(next);
		longest_note(longest, now_ns() - next);
		work_ns(draw(&seed, 200, 2000) * NSEC_PER_USEC, longest);
	}
}

int main(int argc, char **argv)
{
	long busy = argc == 5 ? atol(argv[2]) : 0, all = argc == 5 ? busy + atol(argv[3]) : 0;
	long long *longest;

	if (all < 1) {
		fprintf(stderr, "usage: waits FILE BUSY SLEEPY SEED\n");
		return 2;
	}
	longest = longest_map(argv[1]);
	for (long i = 0; i < all; i++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork");
		if (pid)
			continue;
		if (i >= busy)
			sleepy(longest, (unsigned long long)(atol(argv[4]) * 1000 + i));
		for (;;)
			work_ns(NSEC_PER_SEC, longest);
	}
	return 0;
}
