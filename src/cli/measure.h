/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who got what over some time: two snapshots and what lies between them. The agent does nothing
 * while nobody looks, so that time passes here, in the reader. Logging.
 */
#ifndef CLI_MEASURE_H
#define CLI_MEASURE_H

#include "cli/reading.h"
#include "report/sample.h"

/* Readings in one interval: those within tell who was waiting all the time. */
#define MEASURE_READINGS 4

struct measurement {
	struct snapshot *before, *after;
	struct snapshot *latest; /* within an interval */
	uint32_t *ready;	 /* nr_ready of the rows of latest when it was read */
	struct sample *samples;	 /* of the rows of after */
	uint64_t span_ns;
};

/* Waits for usec. On a failure m is empty, and that was said. */
int measure(const struct reading_options *options, uint64_t usec, struct measurement *m);

/* The same from where the last one ended; m has that one. A signal that is caught ends the wait. */
int measure_on(const struct reading_options *options, uint64_t usec, struct measurement *m);

/*
 * The same step by step, for those who have other things to do meanwhile: an interval is
 * MEASURE_READINGS readings and a close. The first reading of all only begins.
 */
int measure_read(const struct reading_options *options, struct measurement *m);
/* What it does with a reading, which is m's then. */
void measure_add(struct measurement *m, struct snapshot *s);
void measure_close(struct measurement *m);

void measurement_done(struct measurement *m);

/* The option, for a verb's table. */
#define INTERVAL_OPTION(struct_, member_)                                                          \
	CLI_OPTION(CLI_TIME, "interval", 'i', "TIME", struct_, member_,                            \
		   "measure over this time: 500ms, 2s, 10 (seconds); default 1s", .min = 200000,   \
		   .max = 3600 * 1000000ull)

#endif
