// SPDX-License-Identifier: GPL-2.0-only
/* A binary heap of events; see events.h. */
#include "events.h"

#include <stdbool.h>

#include "util/vec.h"

static bool earlier(const struct event *a, const struct event *b)
{
	return a->at != b->at ? a->at < b->at : a->seq < b->seq;
}

void events_add(struct events *e, uint64_t at, enum event_kind kind, uint32_t what, uint32_t stamp)
{
	struct event new = {at, e->seq++, kind, what, stamp};
	size_t i;

	VEC_PUSH(e, SIZE_MAX);
	for (i = e->n - 1; i && earlier(&new, &e->items[(i - 1) / 2]); i = (i - 1) / 2)
		e->items[i] = e->items[(i - 1) / 2];
	e->items[i] = new;
}

struct event events_take(struct events *e)
{
	struct event first = e->items[0], last = e->items[--e->n];
	size_t i = 0, child;

	for (;;) {
		child = 2 * i + 1;
		if (child + 1 < e->n && earlier(&e->items[child + 1], &e->items[child]))
			child++;
		if (child >= e->n || earlier(&last, &e->items[child]))
			break;
		e->items[i] = e->items[child];
		i = child;
	}
	e->items[i] = last;
	return first;
}
