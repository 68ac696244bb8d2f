// SPDX-License-Identifier: GPL-2.0-only
/* Readings at both ends of an interval, and some within; see measure.h. */
#include "cli/measure.h"

#include <errno.h>
#include <stdbool.h>
#include <time.h>

#include "util/alloc.h"

/* -EINTR: a signal ended it. */
static int pause_for(uint64_t usec)
{
	struct timespec t = {
		.tv_sec = (time_t)(usec / 1000000),
		.tv_nsec = (long)(usec % 1000000) * 1000,
	};

	return -clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
}

void measure_add(struct measurement *m, struct snapshot *s)
{
	size_t n = snapshot_n_rows(s);

	if (!m->before) {
		m->before = s;
		return;
	}
	free(m->ready);
	m->ready = xcalloc(n + 1, sizeof(*m->ready));
	for (size_t i = 0; i < n; i++)
		m->ready[i] = snapshot_row(s, i)->nr_ready;
	if (m->latest)
		sample_note_ready(s, m->latest);
	snapshot_free(m->latest);
	m->latest = s;
}

int measure_read(const struct reading_options *options, struct measurement *m)
{
	struct snapshot *s = NULL;
	int r;

	r = reading_take(options, &s);
	if (r == 0)
		measure_add(m, s);
	return r;
}

void measure_close(struct measurement *m)
{
	if (m->after) {
		snapshot_free(m->before);
		m->before = m->after;
	}
	free(m->samples);
	m->after = TAKE_PTR(m->latest);
	m->samples = sample_compute(m->before, m->after);
	m->span_ns = snapshot_header(m->after)->time_ns - snapshot_header(m->before)->time_ns;
	/* The next interval begins with what was so at its beginning, and not in all of this one.
	 */
	for (size_t i = 0; i < snapshot_n_rows(m->after); i++)
		snapshot_row(m->after, i)->nr_ready = m->ready[i];
}

int measure_on(const struct reading_options *options, uint64_t usec, struct measurement *m)
{
	bool hurry = false;

	for (int i = 0; i < MEASURE_READINGS; i++) {
		int r;

		hurry = hurry || pause_for(usec / MEASURE_READINGS) == -EINTR;
		r = measure_read(options, m);
		if (r < 0)
			return r;
	}
	measure_close(m);
	return 0;
}

int measure(const struct reading_options *options, uint64_t usec, struct measurement *m)
{
	int r;

	*m = (struct measurement){};
	r = measure_read(options, m);
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
	snapshot_free(m->latest);
	free(m->samples);
	free(m->ready);
	*m = (struct measurement){};
}
