// SPDX-License-Identifier: GPL-2.0-only
/* See read-config.h. What the other process does is in cli/cmd-check.c. */
#include "agent/read-config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "agent/child.h"
#include "agent/long-step.h"
#include "report/collect.h"
#include "util/cleanup.h"
#include "util/deadline.h"
#include "util/log.h"

/* The largest configuration takes less than one, but a slow machine at its boot starts a unit
 * later. */
#define LIMIT_SEC 60

static int start_child(const char *path, pid_t *ret_pid)
{
	char *const argv[] = {"cgfifo", "check", "--records", (char *)path, NULL};
	_cleanup_close_ int mine = -EBADF, theirs = -EBADF;
	int pair[2], r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	mine = pair[0];
	theirs = pair[1];
	r = child_spawn("/proc/self/exe", argv, theirs, STDOUT_FILENO, ret_pid);
	return r < 0 ? r : TAKE_FD(mine);
}

/* *ret_pid is 0 for the unit. */
static int connect_reader(const char *path, pid_t *ret_pid)
{
	int fd = path ? -ENOENT : child_connect_unit(READ_CONFIG_SOCKET, SOCK_STREAM);

	*ret_pid = 0;
	return fd >= 0 ? fd : start_child(path, ret_pid);
}

/* Takes fd. */
static int unpack(int fd, unpack_diag_fn complain, void *userdata, struct config **ret)
{
	FILE *f = deadline_open(fd, collect_now_ns() + LIMIT_SEC * 1000000000ull);
	int r;

	if (!f)
		return -ENOMEM;
	r = config_unpack(f, complain, userdata, ret);
	fclose(f);
	return r;
}

/* It has said all, or it will not. */
static void end_child(pid_t pid)
{
	if (pid <= 0)
		return;
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static const char *explain(int error)
{
	switch (error) {
	case -EBADMSG:
		return "what reads it gave up, or sent what makes no sense";
	case -EPROTO:
		return "the program was replaced; restart the agent";
	case -ETIMEDOUT:
		return "what reads it takes too long";
	default:
		return strerror(-error);
	}
}

int read_config(const char *path, unpack_diag_fn complain, void *userdata, struct config **ret)
{
	char line[256];
	pid_t pid;
	int fd = connect_reader(path, &pid), r;

	log_debug("The configuration is read by %s", pid ? "a child" : "its unit");
	long_step_begin("reading the configuration");
	r = fd < 0 ? fd : unpack(fd, complain, userdata, ret);
	long_step_end();
	end_child(pid);
	if (r < 0 && r != -EINVAL) {
		snprintf(line, sizeof(line), "the configuration cannot be read: %s", explain(r));
		complain(DIAG_ERROR, line, userdata);
	}
	return r;
}
