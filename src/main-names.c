// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgfifo-names: finds out what containers and pods are called, for the agent, which asks over a
 * socket. It reads what others wrote (JSON, YAML, answers of sockets and of the kubelet), so that
 * the agent, which may load programs into the kernel, need not; it gives up all capabilities
 * before it reads anything. See identity/wire.h for what is said, identity/sources/ for how.
 *
 * The agent starts it with the socket as file descriptor 3; so does systemd, whose socket unit
 * hands over one that waits for the agent.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "identity/sources/worker.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/privilege.h"

#define SOCKET_FD 3

/* More than the largest list of pods takes. */
#define MEMORY_MAX (512ul << 20)

/* A connection, also where the socket is one that waits for connections. */
static int connection(int fd)
{
	socklen_t size = sizeof(int);
	int listens = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) < 0)
		return -errno;
	if (!listens)
		return fd;
	fd = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int main(int argc, char **argv)
{
	const char *root = argc == 3 && strcmp(argv[1], "--root") == 0 ? argv[2] : "";
	int fd, r;

	log_init();
	if (argc != 1 && !root[0]) {
		fprintf(stderr, "cgfifo-names is started by cgfifo run, and takes no arguments.\n");
		return 2;
	}
	fd = connection(SOCKET_FD);
	if (fd < 0) {
		log_error_errno(fd, "There is no socket at file descriptor %d: %m", SOCKET_FD);
		return 2;
	}
	r = privilege_give_up();
	if (r < 0) {
		log_error_errno(r, "Cannot give up capabilities: %m");
		return 1;
	}
	privilege_limit(MEMORY_MAX);
	r = worker_run(fd, root);
	if (r < 0)
		log_error_errno(r, "The agent cannot be understood: %m");
	return r < 0 ? 1 : 0;
}
