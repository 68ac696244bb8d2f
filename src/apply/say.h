/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the applier says: one line per change, with fields for the journal. Logging.
 *
 * A first start on a big host makes thousands of changes, which nobody reads one by one: after
 * SAY_MAX lines of one run the rest is counted, and debug messages have all.
 */
#ifndef APPLY_SAY_H
#define APPLY_SAY_H

#include <stdbool.h>

#include "apply/plan.h"

#define SAY_MAX 100

/* One run of a plan. Begins as {}. */
struct say {
	unsigned int n;
};

/* before: what we had in force, NULL: nothing. */
void say_set(struct say *say, const struct applied *e, const struct verdict *v,
	     const struct cgfifo_conf *before);
/* with_sched: was it the scheduler that refused? */
void say_not_set(struct say *say, const struct applied *e, const struct verdict *v, int err,
		 bool with_sched);
/* result: as of backend.unset(). */
void say_unset(struct say *say, const struct applied *e, int result);
/* How many lines were left out. */
void say_rest(const struct say *say);

#endif
