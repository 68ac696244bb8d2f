// SPDX-License-Identifier: GPL-2.0-only
/* The ring buffer in which the scheduler tells of cgroups that come and go. */
#include <bpf/libbpf.h>
#include <errno.h>

#include "sched/internal.h"

static int on_sample(void *ctx, void *data, size_t size)
{
	struct sched *s = ctx;

	if (size < sizeof(struct cgfifo_event) || !s->event_fn)
		return 0;
	return s->event_fn(data, s->event_userdata);
}

int sched_events_open(struct sched *s)
{
	s->events = ring_buffer__new(s->fd[PIN_EVENTS], on_sample, s, NULL);
	return s->events ? 0 : -errno;
}

void sched_events_close(struct sched *s)
{
	ring_buffer__free(s->events);
	s->events = NULL;
}

int sched_events_fd(const struct sched *s)
{
	return s->events ? ring_buffer__epoll_fd(s->events) : -EBADF;
}

int sched_events_dispatch(struct sched *s, int (*fn)(const struct cgfifo_event *e, void *userdata),
			  void *userdata)
{
	int r;

	s->event_fn = fn;
	s->event_userdata = userdata;
	r = ring_buffer__consume(s->events);
	s->event_fn = NULL;
	return r < 0 ? r : 0;
}
