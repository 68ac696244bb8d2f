// SPDX-License-Identifier: GPL-2.0-only
/* Readings at both ends of an interval, and some within; see measure.h. */
#include "cli/measure.h"

#include <time.h>

/* Readings in one interval: those within tell who was waiting all the time. */
#define READINGS 4

static void pause_for(uint64_t usec)
{
	struct timespec t = {
		.tv_sec = (time_t)(usec / 1000000),
		.tv_nsec = (long)(usec % 1000000) * 1000,
	};

	clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
}

static int read_interval(const struct reading_options *options, uint64_t usec,
			 struct snapshot **ret)
{
	_cleanup_(snapshot_freep) struct snapshot *latest = NULL;

	for (int i = 0; i < READINGS; i++) {
		struct snapshot *s = NULL;
		int r;

		pause_for(usec / READINGS);
		r = reading_take(options, &s);
		if (r < 0)
			return r;
		if (latest)
			sample_note_ready(s, latest);
		snapshot_free(latest);
		latest = s;
	}
	*ret = TAKE_PTR(latest);
	return 0;
}

int measure_on(const struct reading_options *options, uint64_t usec, struct measurement *m)
{
	struct snapshot *after = NULL;
	int r;

	r = read_interval(options, usec, &after);
	if (r < 0)
		return r;
	if (m->after) {
		snapshot_free(m->before);
		m->before = m->after;
	}
	free(m->samples);
	m->after = after;
	m->samples = sample_compute(m->before, after);
	m->span_ns = snapshot_header(after)->time_ns - snapshot_header(m->before)->time_ns;
	return 0;
}

int measure(const struct reading_options *options, uint64_t usec, struct measurement *m)
{
	int r;

	*m = (struct measurement){};
	r = reading_take(options, &m->before);
	if (r == 0)
		r = measure_on(options, usec, m);
	if (r < 0)
		measurement_done(m);
	return r;
}

void measurement_done(struct measurement *m)
{
	snapshot_free(m->before);
	snapshot_free(m->after);
	free(m->samples);
	*m = (struct measurement){};
}
