/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Many scenarios of each case under one scheduler: one sample for each run and bar, kept for the
 * summary (text), the CSV and the SVG. Non-logging but for what it is asked to print.
 */
#ifndef MODEL_SWEEP_H
#define MODEL_SWEEP_H

#include <stdio.h>

#include "cases.h"

struct sweep_sample {
	const struct model_case *which;
	const struct model_bar *bar;
	uint64_t seed;
	uint32_t nr_cpus, levels, nr_leaves, nr_cgroups, nr_tasks;
	struct bar_figure figure;
	uint64_t picks, idle_misses, wait_max_ns;
};

struct sweep {
	const struct model_sched *sched;
	uint64_t nr_seeds;
	struct {
		struct sweep_sample *items;
		size_t n, allocated;
	} samples; /* by case, then by bar, then by seed */
};

/* Seeds first..first + nr - 1 of one case, or of all that are not slow (NULL). progress (or NULL)
 * is told about each case. 0, or a negative errno; then ret_error (128 bytes) says what the
 * scheduler did wrong in which scenario. The caller ends the sweep in either case. */
int sweep_run(struct sweep *sweep, const struct model_sched *sched, const struct model_case *only,
	      uint64_t first, uint64_t nr, FILE *progress, char *ret_error);
void sweep_done(struct sweep *sweep);

/* Each bar: in how many runs it was met, and where it was missed most. Answers how many bars were
 * missed somewhere. */
uint32_t sweep_summarize(const struct sweep *sweep, FILE *out);

/* One line per sample. 0, or a negative errno. */
int sweep_write_csv(const struct sweep *sweep, const char *path);
/* A picture: a row per bar, a dot per sample. */
int sweep_write_svg(const struct sweep *sweep, const char *path);

/* The samples of one bar of one case are next to each other: the end of those that begin at start.
 */
size_t sweep_row_end(const struct sweep *sweep, size_t start);
/* The worst of them. */
const struct sweep_sample *sweep_row_worst(const struct sweep *sweep, size_t start, size_t end);

#endif
