/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A measurement as metrics for Prometheus and its relatives. Non-logging.
 *
 * Slices, units, pods and containers have metrics; what is inside of them does not, and has its
 * part in theirs. The names are documented in cgfifo(8), and a change of meaning is a new name.
 */
#ifndef REPORT_METRICS_H
#define REPORT_METRICS_H

#include <stdbool.h>
#include <stdio.h>

#include "report/sample.h"
#include "report/snapshot.h"

struct metrics_options {
	bool openmetrics;    /* else the older text format, which node_exporter's textfiles have */
	size_t max_cgroups;  /* the others are counted, and have no metrics of their own */
	const char *version; /* of the program */
};

/* In kernel_events: text as /sys/kernel/sched_ext/root/events has it, or NULL. usage_ns: CPU time
 * of each row with all that is below, UINT64_MAX: not known. */
void metrics_print(FILE *f, const struct snapshot *s, const struct sample *samples,
		   const uint64_t *usage_ns, const char *kernel_events,
		   const struct metrics_options *options);

#endif
