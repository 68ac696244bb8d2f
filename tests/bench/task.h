/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the loads of the benchmarks have in common: clocks, work, and moving into a cgroup. They
 * are programs of one file each, so this is a header with the code in it.
 */
#ifndef BENCH_TASK_H
#define BENCH_TASK_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define NSEC_PER_SEC  1000000000LL
#define NSEC_PER_USEC 1000LL

__attribute__((noreturn)) static inline void die(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, strerror(errno));
	_exit(1);
}

static inline long long clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * NSEC_PER_SEC + t.tv_nsec;
}

static inline long long now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

static inline void sleep_until(long long ns)
{
	struct timespec t = {.tv_sec = ns / NSEC_PER_SEC, .tv_nsec = ns % NSEC_PER_SEC};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}

/* A number in a file that all tasks of a load share: the longest wait, in ns. */
static inline long long *longest_map(const char *path)
{
	long long *longest;
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die(path);
	longest = mmap(NULL, sizeof(*longest), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (longest == MAP_FAILED)
		die(path);
	close(fd);
	return longest;
}

/* longest may be NULL: nobody wants to know. */
static inline void longest_note(long long *longest, long long ns)
{
	long long old;

	if (!longest)
		return;
	old = __atomic_load_n(longest, __ATOMIC_RELAXED);
	while (ns > old && !__atomic_compare_exchange_n(longest, &old, ns, 0, __ATOMIC_RELAXED,
							__ATOMIC_RELAXED))
		;
}

/* Uses ns of CPU time, however long that takes; notes the longest time without the CPU. */
static inline void work_ns(long long ns, long long *longest)
{
	long long used = clock_ns(CLOCK_THREAD_CPUTIME_ID), end = used + ns;
	long long before = longest ? now_ns() : 0;

	while (used < end) {
		long long start = used, now;

		for (volatile int i = 0; i < 500; i++)
			;
		used = clock_ns(CLOCK_THREAD_CPUTIME_ID);
		if (!longest)
			continue;
		now = now_ns();
		longest_note(longest, now - before - (used - start));
		before = now;
	}
}

/* The next number of a sequence that is the same in every run, from low to high. */
static inline long long draw(unsigned long long *seed, long long low, long long high)
{
	*seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return low + (long long)((*seed >> 33) % (unsigned long long)(high - low + 1));
}

/* Moves the calling task into the cgroup with the directory dir. */
static inline void enter(const char *dir)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/cgroup.procs", dir);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) != 1)
		die(path);
	close(fd);
}

#endif
