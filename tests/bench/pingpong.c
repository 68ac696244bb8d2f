// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two tasks that wake each other: pingpong ROUNDS CGROUP-DIRECTORY CGROUP-DIRECTORY.
 * Each moves into its cgroup; one byte goes back and forth over two pipes, ROUNDS times after a
 * tenth as many to warm up. Prints the nanoseconds per context switch, of which a round has two:
 * the median of short batches, most of which no timer interrupts, and the mean of all. Under
 * -icount shift=0 a nanosecond is an instruction.
 */
#include <sys/wait.h>

#include "task.h"

/* Rounds, short against the 4 ms from one timer interrupt to the next. */
#define BATCH 25

/* Answers each byte until the other side closes. */
static void echo(int in, int out)
{
	char byte;

	while (read(in, &byte, 1) == 1)
		if (write(out, &byte, 1) != 1)
			break;
	_exit(0);
}

static void rounds(int in, int out, long count)
{
	char byte = 'x';

	while (count-- > 0)
		if (write(out, &byte, 1) != 1 || read(in, &byte, 1) != 1)
			die("the other task is gone");
}

static int compare(const void *a, const void *b)
{
	long long x = *(const long long *)a, y = *(const long long *)b;

	return x < y ? -1 : x > y;
}

/* Batches of rounds, each with its time in ns less what it takes to read the clock. */
static void measure(int in, int out, long batches, long long *ret_ns)
{
	for (long i = 0; i < batches; i++) {
		long long before = now_ns(), start = now_ns();

		rounds(in, out, BATCH);
		ret_ns[i] = now_ns() - start - (start - before);
	}
}

static void answer(long batches, long long *ns)
{
	double sum = 0, switches = 2.0 * BATCH;

	for (long i = 0; i < batches; i++)
		sum += (double)ns[i];
	qsort(ns, (size_t)batches, sizeof(*ns), compare);
	printf("%.2f %.2f\n", (double)ns[batches / 2] / switches,
	       sum / ((double)batches * switches));
}

int main(int argc, char **argv)
{
	long count = argc == 4 ? atol(argv[1]) : 0;
	int there[2], back[2];
	long long *ns;
	pid_t child;

	if (count < BATCH) {
		fprintf(stderr, "usage: pingpong ROUNDS CGROUP-DIRECTORY CGROUP-DIRECTORY\n");
		return 2;
	}
	ns = calloc((size_t)(count / BATCH), sizeof(*ns));
	if (!ns || pipe2(there, O_CLOEXEC) < 0 || pipe2(back, O_CLOEXEC) < 0)
		die("pipe");
	child = fork();
	if (child < 0)
		die("fork");
	if (child == 0) {
		close(there[1]);
		close(back[0]);
		enter(argv[3]);
		echo(there[0], back[1]);
	}
	close(there[0]);
	close(back[1]);
	enter(argv[2]);
	rounds(back[0], there[1], count / 10);
	measure(back[0], there[1], count / BATCH, ns);
	answer(count / BATCH, ns);
	close(there[1]);
	waitpid(child, NULL, 0);
	return 0;
}
