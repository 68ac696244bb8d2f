/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What names.c and names-start.c share.
 */
#ifndef AGENT_NAMES_INTERNAL_H
#define AGENT_NAMES_INTERNAL_H

#include <stdbool.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include "agent/backoff.h"
#include "identity/wire.h"

struct agent;

struct asker {
	int fd; /* negative: no connection */
	sd_event_source *io;
	sd_event_source *child; /* the one that we started ourselves */
	sd_event_source *retry;
	bool full; /* more questions than the socket takes now */
	struct backoff backoff;
	struct names_config config;		   /* what it was told */
	char bad[NAMES_N_SOURCES][NAMES_TEXT_MAX]; /* what does not work, and why */
};

/* names.c: something comes, or there is room again. */
int names_on_socket(sd_event_source *s, int fd, uint32_t revents, void *userdata);

/* names-start.c: the connection broke. */
void names_lost(struct agent *a);

#endif
