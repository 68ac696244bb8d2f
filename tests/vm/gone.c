// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long they take to end: gone DIRECTORY SIGNAL PID sends a signal to a process in a cgroup,
 * gone DIRECTORY kills all in it. Prints the time until nothing runs in the cgroup any more, in
 * milliseconds, or ends with 1 after 10 s. One process that sleeps meanwhile, so that what it
 * measures is not its own way to the CPU.
 */
#include <poll.h>
#include <signal.h>
#include <stdbool.h>

#include "../bench/task.h"

#define LONGEST_MS 10000

static int open_in(const char *directory, const char *name, int flags)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	fd = open(path, flags | O_CLOEXEC);
	if (fd < 0) {
		perror(path);
		exit(2);
	}
	return fd;
}

static bool is_populated(int events)
{
	char text[128] = "";

	if (pread(events, text, sizeof(text) - 1, 0) < 0) {
		perror("cgroup.events");
		exit(2);
	}
	return strstr(text, "populated 1");
}

int main(int argc, char **argv)
{
	struct pollfd event = {.events = POLLPRI};
	long long began, ms = 0;
	int file;

	if (argc != 2 && argc != 4) {
		fprintf(stderr, "usage: gone DIRECTORY [SIGNAL PID]\n");
		return 2;
	}
	event.fd = open_in(argv[1], "cgroup.events", O_RDONLY);
	file = open_in(argv[1], "cgroup.kill", O_WRONLY);
	if (!is_populated(event.fd)) {
		fprintf(stderr, "%s: nothing runs there\n", argv[1]);
		return 2;
	}
	began = now_ns();
	if (argc == 4 ? kill(atoi(argv[3]), atoi(argv[2])) < 0 : write(file, "1", 1) < 0) {
		perror("kill");
		return 2;
	}
	while (is_populated(event.fd) && ms < LONGEST_MS) {
		poll(&event, 1, LONGEST_MS - (int)ms);
		ms = (now_ns() - began) / 1000000;
	}
	printf("%lld\n", (now_ns() - began) / 1000000);
	return is_populated(event.fd);
}
