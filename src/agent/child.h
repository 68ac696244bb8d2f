/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs that the agent starts, and sockets of units that do the same, confined. Non-logging.
 */
#ifndef AGENT_CHILD_H
#define AGENT_CHILD_H

#include <sys/types.h>

/*
 * Runs program with argv and the agent's environment. The child has fd as number as_fd, besides the
 * standard files; all else is closed. *ret_pid is for the caller to wait for.
 */
int child_spawn(const char *program, char *const argv[], int fd, int as_fd, pid_t *ret_pid);

/* A connection of this type to the socket at path, where systemd listens for a unit. */
int child_connect_unit(const char *path, int type);

#endif
