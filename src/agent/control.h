/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests to the agent: one packet of fixed size in, with an open file where one is needed, some
 * packets of fixed size out, and the connection is closed. Everybody on this host may ask; who may
 * change something is told by the kernel's word on who is at the other end. Logging.
 *
 * Those who ask cannot slow the agent down: it never waits for them, there are at most 16, each
 * has five seconds to ask and five to read, and what they do not read is lost.
 */
#ifndef AGENT_CONTROL_H
#define AGENT_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "../bpf/cgfifo.h"

#define CONTROL_NAME	"control.sock" /* beside the status socket */
#define CONTROL_MAGIC	0x4f464743u    /* "CGFO" */
#define CONTROL_VERSION 3

/* Longer is without end. */
#define CONTROL_FOR_MAX_USEC (366 * 86400 * 1000000ull)

enum control_verb {
	CONTROL_EXPLAIN = 1, /* cgid: why it has what it has, a step a packet */
	CONTROL_SET = 2,     /* cgid, weight, for_usec (0: without end) */
	CONTROL_UNSET = 3,   /* cgid */
	CONTROL_RELOAD = 4,  /* the configuration */
	CONTROL_DIFF = 5,    /* with a file of records (config/pack.h): what would change */
};

struct control_request {
	uint32_t magic;
	uint32_t version;
	uint32_t verb; /* enum control_verb */
	uint32_t weight;
	uint64_t cgid;
	uint64_t for_usec;
};

struct control_reply {
	uint32_t magic;
	uint32_t version;
	int32_t result; /* of the last one: 0 or a negative errno */
	uint32_t more;	/* not the last one */
	char text[1008];
};

/* What the text of an answer to CONTROL_DIFF begins with, many times; the last has cgid 0. */
struct control_change {
	uint64_t cgid;
	struct cgfifo_conf was, is; /* by the rules */
	uint32_t source;	    /* enum verdict_source, of weight */
	uint32_t rule; /* the number of the rule in that configuration, from 1; 0: none */
};

#define CONTROL_CHANGES (1008 / sizeof(struct control_change))

_Static_assert(sizeof(struct control_request) == 32, "request");
_Static_assert(sizeof(struct control_reply) == 1024, "reply");

/* Where the control socket is, when status is served at this path. The caller's. */
char *control_path(const char *status_path);

/* The same for another file of the agent's. */
char *control_path_of(const char *status_path, const char *name);

struct control;
struct control_client;

/*
 * privileged: root asks, or the user as whom the agent runs. fd: the file that came with it, or
 * negative; stays the caller's. Must end with control_end().
 */
typedef void (*control_fn)(const struct control_request *r, int fd, bool privileged,
			   struct control_client *c, void *userdata);

/* The caller has the lock, see serve.h. A socket of an agent that died is replaced. */
int control_new(sd_event *event, const char *path, control_fn handle, void *userdata,
		struct control **ret);

/* Also removes the socket. NULL is fine. */
struct control *control_free(struct control *c);

/* For a handler: bytes instead of text, as many as an answer holds at most. */
void control_send(struct control_client *c, const void *data, size_t size);

/* For a handler: one line of an answer, and the last one. Cut when they are too long. */
void control_say(struct control_client *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void control_end(struct control_client *c, int result, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
