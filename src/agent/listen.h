/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A socket in the file system that everybody may connect to, as far as there is room; what they may
 * ask is looked at later. Non-logging.
 */
#ifndef AGENT_LISTEN_H
#define AGENT_LISTEN_H

#include <stdbool.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

/* How long nobody is let in after there was no descriptor or memory for somebody. */
#define LISTEN_PAUSE_USEC (500 * 1000)

/* Clients of a socket at a time: in all; those of users who may ask little; of one such user. So
 * none of them, nor all together, keep out who may do more. */
#define LISTEN_CLIENTS	      16
#define LISTEN_CLIENTS_OTHERS 12
#define LISTEN_CLIENTS_USER   4

struct listener;

/* Somebody has connected: fd, which does not block, is the function's, until listener_let_go(). uid
 * is (uid_t)-1 where the kernel does not say. */
typedef void (*listen_fn)(int fd, uid_t uid, void *userdata);

/*
 * Listen at path, in place of what may be there, with a socket of this type (SOCK_STREAM or
 * SOCK_SEQPACKET). For whom there is no room the connection is closed: they read nothing, and can
 * come back. -ENAMETOOLONG: path does not fit into an address.
 */
int listener_new(sd_event *event, const char *path, int type, listen_fn fn, void *userdata,
		 struct listener **ret);

/* One client less, of this user. */
void listener_let_go(struct listener *l, uid_t uid);

/* Also removes the socket. NULL is fine. */
struct listener *listener_free(struct listener *l);

/* root, or whose agent it is. */
bool listen_is_privileged(uid_t uid);

#endif
