// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many pairs of tasks that wake each other: pairs bound|free COUNT MS DIRECTORY.
 * Pair number i has the cgroups DIRECTORY/pair-i-a and -b, one for each task, and with "bound" the
 * CPU number i, modulo all; with "free" all of them. All start together, warm up for a fifth of MS
 * and are measured for MS. What a pair does once, there and back, is a round: two switches.
 *
 * Prints four numbers:
 *	ns per switch by a pair's own clock: half of the median of all rounds
 *	ns per switch by what the machine did: MS divided by the switches of all pairs, whose CPUs
 *	take turns under -icount
 *	per 100 switches, how often a task went to another CPU
 *	per 100 switches, how often a task was interrupted
 */
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "task.h"

/* Rounds of a pair whose time is kept, at most; and pairs. */
#define ROUNDS_MAX 50000
#define PAIRS_MAX  256

/* What a pair has done; in memory that all share. */
struct pair {
	pid_t pid[2];
	long rounds;   /* since the start */
	long measured; /* of them, how many began and ended in the time that is measured */
	uint32_t ns[ROUNDS_MAX];
};

struct plan {
	bool bound;
	long nr_pairs;
	long long start, from, until; /* by now_ns() */
	const char *dir;
	int hold[2]; /* closed when all is measured: until then nobody leaves */
};

static void *shared_map(size_t size)
{
	void *map = mmap(NULL, size, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (map == MAP_FAILED)
		die("mmap");
	return map;
}

/* The calling task becomes side 'a' or 'b' of a pair. */
static void join_pair(const struct plan *p, long number, char side)
{
	char path[300];
	cpu_set_t cpus;

	snprintf(path, sizeof(path), "%s/pair-%ld-%c", p->dir, number, side);
	if (mkdir(path, 0755) < 0)
		die(path);
	enter(path);
	if (!p->bound)
		return;
	CPU_ZERO(&cpus);
	CPU_SET((size_t)(number % sysconf(_SC_NPROCESSORS_ONLN)), &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus) < 0)
		die("sched_setaffinity");
}

/* Answers each byte until the other side closes. */
__attribute__((noreturn)) static void echo(int in, int out)
{
	char byte;

	while (read(in, &byte, 1) == 1)
		if (write(out, &byte, 1) != 1)
			break;
	_exit(0);
}

__attribute__((noreturn)) static void lead(const struct plan *p, struct pair *pair, int in, int out)
{
	long long began, ended = 0, clock;
	char byte = 'x';

	sleep_until(p->start);
	while (ended < p->until) {
		clock = now_ns();
		began = now_ns();
		if (write(out, &byte, 1) != 1 || read(in, &byte, 1) != 1)
			die("the other task is gone");
		ended = now_ns();
		pair->rounds++;
		if (began < p->from || ended >= p->until || pair->measured == ROUNDS_MAX)
			continue;
		/* Less what it takes to read the clock. */
		pair->ns[pair->measured++] = (uint32_t)(ended - began - (began - clock));
	}
	if (read(p->hold[0], &byte, 1) != 0)
		die("hold");
	_exit(0);
}

static void pair_start(const struct plan *p, struct pair *pair, long number)
{
	int there[2], back[2];

	if (pipe2(there, O_CLOEXEC) < 0 || pipe2(back, O_CLOEXEC) < 0)
		die("pipe");
	for (int side = 0; side < 2; side++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork");
		if (pid > 0) {
			pair->pid[side] = pid;
			continue;
		}
		close(p->hold[1]);
		close(there[side]);
		close(back[!side]);
		join_pair(p, number, side ? 'b' : 'a');
		if (side)
			echo(there[0], back[1]);
		lead(p, pair, back[0], there[1]);
	}
	close(there[0]);
	close(there[1]);
	close(back[0]);
	close(back[1]);
}

/* A number from /proc/PID/sched. */
static long sched_number(pid_t pid, const char *name)
{
	char path[64], line[256];
	long value = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/sched", (int)pid);
	f = fopen(path, "re");
	if (!f)
		die(path);
	while (value < 0 && fgets(line, sizeof(line), f))
		if (!strncmp(line, name, strlen(name)))
			sscanf(line, "%*s : %ld", &value);
	fclose(f);
	if (value < 0)
		die(name);
	return value;
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static double median_ns(const struct plan *p, const struct pair *pairs, long measured)
{
	uint32_t *all = calloc((size_t)measured, sizeof(*all));
	long n = 0;

	if (!all)
		die("calloc");
	for (long i = 0; i < p->nr_pairs; i++) {
		memcpy(all + n, pairs[i].ns, (size_t)pairs[i].measured * sizeof(*all));
		n += pairs[i].measured;
	}
	qsort(all, (size_t)n, sizeof(*all), compare);
	return all[n / 2];
}

static void answer(const struct plan *p, const struct pair *pairs)
{
	long rounds = 0, measured = 0, moved = 0, stopped = 0;

	for (long i = 0; i < p->nr_pairs; i++) {
		rounds += pairs[i].rounds;
		measured += pairs[i].measured;
		for (int side = 0; side < 2; side++) {
			moved += sched_number(pairs[i].pid[side], "se.nr_migrations");
			stopped += sched_number(pairs[i].pid[side], "nr_involuntary_switches");
		}
	}
	if (!measured)
		die("no round was measured");
	printf("%.2f %.2f %.2f %.2f\n", median_ns(p, pairs, measured) / 2,
	       (double)(p->until - p->from) / (2.0 * (double)measured),
	       100.0 * (double)moved / (2.0 * (double)rounds),
	       100.0 * (double)stopped / (2.0 * (double)rounds));
}

int main(int argc, char **argv)
{
	struct plan p = {};
	struct pair *pairs;
	long long ms;

	if (argc == 5) {
		p.bound = !strcmp(argv[1], "bound");
		p.nr_pairs = atol(argv[2]);
		p.dir = argv[4];
	}
	ms = argc == 5 ? atoll(argv[3]) : 0;
	if (p.nr_pairs < 1 || p.nr_pairs > PAIRS_MAX || ms < 1) {
		fprintf(stderr, "usage: pairs bound|free COUNT MS DIRECTORY\n");
		return 2;
	}
	pairs = shared_map((size_t)p.nr_pairs * sizeof(*pairs));
	if (pipe2(p.hold, O_CLOEXEC) < 0)
		die("pipe");
	p.start = now_ns() + p.nr_pairs * 4000 * NSEC_PER_USEC;
	p.from = p.start + ms * 200 * NSEC_PER_USEC;
	p.until = p.from + ms * 1000 * NSEC_PER_USEC;
	for (long i = 0; i < p.nr_pairs; i++)
		pair_start(&p, &pairs[i], i);
	sleep_until(p.until + 50 * 1000 * NSEC_PER_USEC);
	answer(&p, pairs);
	close(p.hold[1]);
	while (wait(NULL) > 0)
		;
	return 0;
}
