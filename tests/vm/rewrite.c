// SPDX-License-Identifier: GPL-2.0-only
/*
 * Weights and limits that are written all the time: rewrite LOW HIGH RATE SECONDS FILE... Writes a
 * number from LOW to HIGH into each file in turn, RATE times a second in all, for so many SECONDS.
 * When a write has to wait, as for a CPU that goes or comes, it catches up as far as it can until
 * then. Prints how many there were, and ends with 1 when one fails.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MAX_FILES 64

static void die(const char *what, const char *name)
{
	fprintf(stderr, "%s %s: %s\n", what, name, strerror(errno));
	exit(1);
}

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ll + t.tv_nsec / 1000000;
}

static void put(int fd, const char *name, int value)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%d", value);

	if (pwrite(fd, text, (size_t)len, 0) < 0)
		die("write", name);
}

int main(int argc, char **argv)
{
	long long began = now_ms(), n = 0, rate, until;
	int fd[MAX_FILES], nr_files = argc - 5, low, span;

	if (nr_files < 1 || nr_files > MAX_FILES) {
		fprintf(stderr, "usage: rewrite LOW HIGH RATE SECONDS FILE..., up to %d files\n",
			MAX_FILES);
		return 2;
	}
	low = atoi(argv[1]);
	span = atoi(argv[2]) - low + 1;
	rate = atoll(argv[3]);
	until = began + 1000 * atoll(argv[4]);
	for (int i = 0; i < nr_files; i++) {
		fd[i] = open(argv[5 + i], O_WRONLY | O_CLOEXEC);
		if (fd[i] < 0)
			die("open", argv[5 + i]);
	}
	for (long long now = began; now < until; now = now_ms()) {
		if (n < (now - began) * rate / 1000) {
			put(fd[n % nr_files], argv[5 + n % nr_files], low + rand() % span);
			n++;
		} else {
			usleep(1000);
		}
	}
	printf("%lld\n", n);
	return 0;
}
