/* SPDX-License-Identifier: GPL-2.0-only */
/* What happens when: a heap by time. What happens at the same time comes out in the order in which
 * it was put in, so that a run is the same every time. */
#ifndef MODEL_EVENTS_H
#define MODEL_EVENTS_H

#include <stddef.h>
#include <stdint.h>

enum event_kind {
	EVENT_SLICE,  /* what: CPU; stamp: which of its slices ends */
	EVENT_WAKE,   /* what: task */
	EVENT_WEIGHT, /* what: number of the change */
	EVENT_MAKE,   /* what: cgroup */
	EVENT_REMOVE, /* what: cgroup */
	EVENT_WINDOW,
	EVENT_FINE, /* a short window, of the cgroup that is watched */
};

struct event {
	uint64_t at, seq;
	enum event_kind kind;
	uint32_t what, stamp;
};

struct events {
	struct event *items;
	size_t n, allocated;
	uint64_t seq;
};

void events_add(struct events *e, uint64_t at, enum event_kind kind, uint32_t what, uint32_t stamp);
/* The next one, which there must be. */
struct event events_take(struct events *e);

#endif
