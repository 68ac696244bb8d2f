// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes and removes cgroups while tasks move through them: churn DIR ROUNDS WIDTH [HOME]. In each
 * round WIDTH cgroups are made below DIR; a child is forked into every tenth of them and exits
 * there, and a task that lives on moves through all, and then to the cgroup HOME, or the root; then
 * they are removed. Ends with 1 when anything fails that should not.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int enter(const char *dir, pid_t pid)
{
	char path[512], text[32];
	int fd, n;

	snprintf(path, sizeof(path), "%s/cgroup.procs", dir);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	snprintf(text, sizeof(text), "%d", pid);
	n = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return n;
}

static void die(const char *what, const char *name)
{
	fprintf(stderr, "%s %s: %s\n", what, name, strerror(errno));
	exit(1);
}

/* A task that is born in one cgroup and ends in it. */
static pid_t visitor(const char *dir)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (enter(dir, getpid()) < 0)
			_exit(1);
		for (volatile int i = 0; i < 20000; i++)
			;
		_exit(0);
	}
	return pid;
}

static void one_round(const char *base, int width, const char *home)
{
	char dir[256];
	int status;

	for (int i = 0; i < width; i++) {
		snprintf(dir, sizeof(dir), "%s/churn-%d", base, i);
		if (mkdir(dir, 0755) < 0)
			die("mkdir", dir);
		if (i % 10 == 0 && visitor(dir) < 0)
			die("fork into", dir);
		if (enter(dir, getpid()) < 0)
			die("move into", dir);
	}
	if (enter(home, getpid()) < 0)
		die("move to", home);
	while (wait(&status) > 0)
		if (!WIFEXITED(status) || WEXITSTATUS(status))
			die("child in", base);
	for (int i = 0; i < width; i++) {
		snprintf(dir, sizeof(dir), "%s/churn-%d", base, i);
		/* A task that has exited may still be on its way out. */
		for (int tries = 0; rmdir(dir) < 0; tries++) {
			if (errno != EBUSY || tries > 1000)
				die("rmdir", dir);
			usleep(1000);
		}
	}
}

int main(int argc, char **argv)
{
	int rounds, width;

	if (argc != 4 && argc != 5) {
		fprintf(stderr, "usage: churn DIR ROUNDS WIDTH [HOME]\n");
		return 2;
	}
	rounds = atoi(argv[2]);
	width = atoi(argv[3]);
	for (int i = 0; i < rounds; i++)
		one_round(argv[1], width, argc == 5 ? argv[4] : "/sys/fs/cgroup");
	return 0;
}
