/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who got what between two snapshots, and who was entitled to what? Non-logging, no I/O.
 */
#ifndef REPORT_SAMPLE_H
#define REPORT_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "report/snapshot.h"

/* For one row of the later snapshot, with all that is below it; throttled is about its own limit.
 * Fractions of the machine. */
struct sample {
	double got;
	double entitled; /* see policy/share.h */
	bool wants_more; /* it had tasks waiting: got below entitled is an injustice */
	bool is_new;	 /* not in the earlier snapshot */
	bool is_unknown; /* nobody knows what it used of the interval: got is 0 for that */
	uint64_t usage_ns;
	uint32_t nr_ready;
	struct cgfifo_waits waits; /* of the interval */
	double throttled;	   /* part of the interval in which its limit was used up */
};

/*
 * Take note, in "later", of who had no task ready in an earlier reading of the same interval: the
 * more readings, the surer it is that those with a task ready in all of them wanted more.
 */
void sample_note_ready(struct snapshot *later, const struct snapshot *earlier);

/*
 * One sample per row of "after", the caller's. "before" may be any earlier snapshot: cgroups are
 * matched by id, so one that was removed and made again counts as new. Its use then is all that it
 * ever used, unless that is more than there was: then it is older, and unknown. What cgroups used
 * that are gone is in nobody's sample; without the scheduler, what they used of the interval is in
 * their parents'. When the scheduler came or went in between, nobody knows who used what: then all
 * are unknown, and wanted nothing.
 */
struct sample *sample_compute(const struct snapshot *before, const struct snapshot *after);

#endif
