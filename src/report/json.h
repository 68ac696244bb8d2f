/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shares as JSON for programs: every cgroup, always valid UTF-8. The keys are documented in
 * cgfifo(8), and a version with other meanings has another "version". Non-logging.
 */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <stdio.h>

#include "report/sample.h"
#include "report/snapshot.h"
#include "report/view.h"

/* One object and an end of line. interval_ns is the time between the two snapshots. */
void json_print(FILE *f, const struct snapshot *s, const struct sample *samples,
		uint64_t interval_ns, const struct view_options *view);

/* One cgroup as an object, without an end of line; sample may be NULL: nothing was measured. */
void json_print_row(FILE *f, const struct snapshot *s, size_t i, const struct sample *sample);

#endif
