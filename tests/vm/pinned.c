// SPDX-License-Identifier: GPL-2.0-only
/*
 * Busy threads that are pinned, and what each has run.
 *
 *	pinned run FILE N CPU...
 *		N threads, in turn on each CPU, until killed; FILE has what they ran
 *	pinned look SECONDS FILE...
 *		for each FILE and CPU a line: file, CPU, what its threads ran in SECONDS,
 *		the most and the least that one of them did, in microseconds
 */
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "../bench/task.h"

#define MAX_THREADS 4096
#define MAX_FILES   16
#define MAX_CPUS    64
#define STACK_SIZE  (64 << 10)

struct record {
	long long ran_ns; /* of the thread's own clock; 0: it has not begun */
	long long cpu;
};

static struct record *map(const char *path, int flags, int nr, int *ret_nr)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);
	struct record *records;
	struct stat st;

	if (fd < 0 || (nr && ftruncate(fd, (off_t)nr * (off_t)sizeof(*records)) < 0) ||
	    fstat(fd, &st) < 0)
		die(path);
	records = mmap(NULL, (size_t)st.st_size, PROT_READ | (nr ? PROT_WRITE : 0), MAP_SHARED, fd,
		       0);
	if (records == MAP_FAILED)
		die(path);
	close(fd);
	*ret_nr = (int)((size_t)st.st_size / sizeof(*records));
	return records;
}

static void *spin(void *arg)
{
	struct record *record = arg;

	for (;;) {
		for (volatile int i = 0; i < 2000; i++)
			;
		__atomic_store_n(&record->ran_ns, clock_ns(CLOCK_THREAD_CPUTIME_ID),
				 __ATOMIC_RELAXED);
	}
	return NULL;
}

static void start(struct record *record, int cpu)
{
	pthread_attr_t attr;
	pthread_t thread;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	record->cpu = cpu;
	if (pthread_attr_init(&attr) || pthread_attr_setstacksize(&attr, STACK_SIZE) ||
	    pthread_attr_setaffinity_np(&attr, sizeof(set), &set) ||
	    pthread_create(&thread, &attr, spin, record))
		die("a thread");
	pthread_attr_destroy(&attr);
}

__attribute__((noreturn)) static void run(const char *path, int nr, int nr_cpus, char **cpus)
{
	struct record *records = map(path, O_RDWR | O_CREAT | O_TRUNC, nr, &nr);

	for (int i = 0; i < nr; i++)
		start(&records[i], atoi(cpus[i % nr_cpus]));
	for (;;)
		pause();
}

static void copy(long long *into, const struct record *records, int nr)
{
	for (int i = 0; i < nr; i++)
		into[i] = __atomic_load_n(&records[i].ran_ns, __ATOMIC_RELAXED);
}

static void print(const char *path, const struct record *records, const long long *before,
		  const long long *after, int nr)
{
	for (int cpu = 0; cpu < MAX_CPUS; cpu++) {
		long long sum = 0, most = 0, least = -1;

		for (int i = 0; i < nr; i++) {
			long long ran = after[i] - before[i];

			if (records[i].cpu != cpu)
				continue;
			sum += ran;
			if (ran > most)
				most = ran;
			if (least < 0 || ran < least)
				least = ran;
		}
		if (least >= 0)
			printf("%s %d %lld %lld %lld\n", path, cpu, sum / NSEC_PER_USEC,
			       most / NSEC_PER_USEC, least / NSEC_PER_USEC);
	}
}

static int look(int seconds, int nr_files, char **paths)
{
	static long long before[MAX_FILES][MAX_THREADS], after[MAX_FILES][MAX_THREADS];
	struct record *records[MAX_FILES];
	int nr[MAX_FILES];

	for (int k = 0; k < nr_files; k++) {
		records[k] = map(paths[k], O_RDONLY, 0, &nr[k]);
		copy(before[k], records[k], nr[k]);
	}
	sleep_until(now_ns() + seconds * NSEC_PER_SEC);
	for (int k = 0; k < nr_files; k++)
		copy(after[k], records[k], nr[k]);
	for (int k = 0; k < nr_files; k++)
		print(paths[k], records[k], before[k], after[k], nr[k]);
	return 0;
}

int main(int argc, char **argv)
{
	int n = argc > 3 ? atoi(argv[3]) : 0;

	if (argc > 4 && strcmp(argv[1], "run") == 0 && n > 0 && n <= MAX_THREADS)
		run(argv[2], n, argc - 4, argv + 4);
	if (argc > 3 && argc - 3 <= MAX_FILES && strcmp(argv[1], "look") == 0)
		return look(atoi(argv[2]), argc - 3, argv + 3);
	return fprintf(stderr, "usage: pinned run FILE N CPU... | pinned look SECONDS FILE...\n"),
	       2;
}
