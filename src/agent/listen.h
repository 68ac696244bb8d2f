/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A socket in the file system that everybody may connect to; who is asking is looked at later.
 * Non-logging.
 */
#ifndef AGENT_LISTEN_H
#define AGENT_LISTEN_H

#include <systemd/sd-event.h>

/* How long nobody is let in after there was no descriptor or memory for somebody. */
#define LISTEN_PAUSE_USEC (500 * 1000)

struct listener;

/* Somebody has connected: fd, which does not block, is the function's. */
typedef void (*listen_fn)(int fd, void *userdata);

/*
 * Listen at path, in place of what may be there, with a socket of this type (SOCK_STREAM or
 * SOCK_SEQPACKET). -ENAMETOOLONG: path does not fit into an address.
 */
int listener_new(sd_event *event, const char *path, int type, int backlog, listen_fn fn,
		 void *userdata, struct listener **ret);

/* Also removes the socket. NULL is fine. */
struct listener *listener_free(struct listener *l);

#endif
