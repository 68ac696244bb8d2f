/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happened over some time: for each slice, unit, pod and container what it got and what it was
 * entitled to in each measurement. Non-logging, no I/O.
 */
#ifndef REPORT_RECORD_H
#define REPORT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cgroup/idmap.h"
#include "policy/verdict.h"
#include "report/sample.h"
#include "report/snapshot.h"
#include "util/vec.h"

/* More are not recorded. */
#define RECORD_MAX_SERIES 4096
#define RECORD_MAX_POINTS 4000

struct record_point {
	float got, entitled; /* fractions of the machine */
	bool wants_more;
	bool is_missing; /* nothing was known of it */
};

struct record_series {
	uint64_t cgid;
	/* name: what a container is called may be known after a while only, and goes with the
	 * agent. origin: of the rule, "" without. */
	char *name, *path, *origin;
	uint32_t weight; /* the last; 0: none */
	enum verdict_source source;
	bool weight_changed; /* on the way */
	bool is_slice;
	bool has_children; /* that are recorded: what it got is what they got */
	bool is_unknown;   /* all of its points are missing, and means are 0 for that */
	size_t first;	   /* the measurement with its first point */
	VEC(struct record_point) points;
	/* Means over its points. ratio: got/entitled while it wanted more; -1: it never did. */
	double got, entitled, ratio, wanting;
};

struct record {
	VEC(struct record_series *) series;
	VEC(double) seconds;   /* of each measurement since the beginning; the first is not 0 */
	struct idmap by_id;    /* cgroup id -> struct record_series */
	struct idmap left_out; /* cgroup ids that have none, because there are too many */
};

void record_done(struct record *r);

/* One measurement, that ends so many seconds after the beginning. */
void record_add(struct record *r, const struct snapshot *s, const struct sample *samples,
		double seconds);

/* After the last one: means, and the series in the order of what they got, largest first. */
void record_finish(struct record *r);

#endif
