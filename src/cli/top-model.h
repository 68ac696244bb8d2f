/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What cgfifo top knows besides the last measurement: how each cgroup did before, which were made
 * again under the same name, and in which order they are shown. Non-logging, no I/O.
 */
#ifndef CLI_TOP_MODEL_H
#define CLI_TOP_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cgroup/idmap.h"
#include "report/sample.h"
#include "report/snapshot.h"
#include "report/view.h"

/* Measurements that are remembered for each cgroup. */
#define TOP_HISTORY 60

enum top_sort {
	TOP_BY_ENTITLED,
	TOP_BY_GOT,
	TOP_BY_RATIO, /* those that are served worst first */
	TOP_BY_WAIT,  /* by what 99 of 100 waits did not exceed */
	TOP_BY_THROTTLED,
	TOP_BY_WEIGHT,
	TOP_BY_TASKS,
	TOP_BY_NAME,
	TOP_N_SORTS,
};

/* Of one cgroup. */
struct top_past {
	uint64_t cgid;
	float got[TOP_HISTORY]; /* the last n, the newest at the end */
	unsigned int n;
	unsigned int seen; /* the round that saw it last */
	bool is_again;	   /* another one had this path before */
};

struct top_line {
	size_t row;
	unsigned int indent;
	const struct top_past *past;
};

struct top_model {
	struct idmap pasts; /* cgroup id -> struct top_past, owned */
	struct idmap paths; /* hash of a path -> id of the cgroup that had it last, as a pointer */
	unsigned int round;
};

void top_model_done(struct top_model *m);

/* After each measurement. */
void top_model_add(struct top_model *m, const struct snapshot *s, const struct sample *samples);

/* The lines, in *ret of the caller. As a tree it is view_make()'s order, and sort does not count.
 */
size_t top_model_lines(const struct top_model *m, const struct snapshot *s,
		       const struct sample *samples, const struct view_options *view, bool tree,
		       enum top_sort sort, struct top_line **ret);

/* got / entitled; -1: nothing to be compared. */
double top_ratio(const struct snapshot_row *row, const struct sample *sample);

/*
 * The last measurements as a line of width characters, the newest at the end, into buf of
 * TOP_SPARK_LEN bytes. full: what a full bar stands for.
 */
#define TOP_SPARK_LEN (3 * TOP_HISTORY + 1)
char *top_spark(const struct top_past *past, double full, size_t width, bool utf8, char *buf);

#endif
