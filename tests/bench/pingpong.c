// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two tasks that wake each other: pingpong ROUNDS CGROUP-DIRECTORY CGROUP-DIRECTORY.
 * Each moves into its cgroup; one byte goes back and forth over two pipes, ROUNDS times after a
 * tenth as many to warm up. Prints the nanoseconds per context switch, of which a round has two.
 * Under -icount shift=0 a nanosecond is an instruction.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what)
{
	fprintf(stderr, "pingpong: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void enter(const char *dir)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/cgroup.procs", dir);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) != 1)
		die(path);
	close(fd);
}

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

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

int main(int argc, char **argv)
{
	long count = argc == 4 ? strtol(argv[1], NULL, 10) : 0;
	long long start, end;
	int there[2], back[2];
	pid_t child;

	if (count < 1) {
		fprintf(stderr, "usage: pingpong ROUNDS CGROUP-DIRECTORY CGROUP-DIRECTORY\n");
		return 2;
	}
	if (pipe2(there, O_CLOEXEC) < 0 || pipe2(back, O_CLOEXEC) < 0)
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
	start = now_ns();
	rounds(back[0], there[1], count);
	end = now_ns();
	printf("%.1f\n", (double)(end - start) / (double)(2 * count));
	close(there[1]);
	waitpid(child, NULL, 0);
	return 0;
}
