/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Status for everybody on this host, read only: who connects gets one snapshot, and the connection
 * is closed. Nothing is ever read from it. Logging.
 *
 * Readers cannot slow the agent down: writes never wait, a reader has five seconds for the next
 * bytes and thirty for all, there are at most 16, and those that come within SERVE_FRESH_NS get the
 * same snapshot.
 */
#ifndef AGENT_SERVE_H
#define AGENT_SERVE_H

#include <systemd/sd-event.h>

#include "report/snapshot.h"

/* In a folder that may belong to the agent's user, as /run/cgfifo may not: systemd gives sockets in
 * there to users by their names. */
#define SERVE_SOCKET "/run/cgfifo/agent/status.sock"
/* For so long a snapshot is good enough for the next reader, in ns. */
#define SERVE_FRESH_NS (50 * 1000 * 1000ull)

struct server;

/*
 * Be the only agent that serves at path, as long as *ret_fd is open; makes its directory and
 * the one above where they are missing. -EALREADY: another one does, and did so for a second.
 */
int serve_lock(const char *path, int *ret_fd);

/* The same of a directory that is open. The lock ends with fd, which stays the caller's. */
int serve_lock_dir(int fd);

/*
 * The caller has the lock. make answers the present snapshot, which the server frees. A socket of
 * an agent that died is replaced.
 */
int server_new(sd_event *event, const char *path, struct snapshot *(*make)(void *userdata),
	       void *userdata, struct server **ret);

/* What was just asked for is in what the next reader gets, who may be the one that asked. NULL is
 * fine. */
void server_refresh(struct server *s);

/* Also removes the socket. NULL is fine. */
struct server *server_free(struct server *s);

#endif
