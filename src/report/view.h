/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which cgroups a person wants to see, and in which order. Non-logging, no I/O.
 */
#ifndef REPORT_VIEW_H
#define REPORT_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "report/sample.h"
#include "report/snapshot.h"

struct view_options {
	bool all;	    /* also what is idle, and the insides of containers and services */
	bool idle;	    /* also what is idle */
	const char *filter; /* only these, whatever they do: part of a name or path, or a glob */
};

struct view_line {
	size_t row;
	unsigned int indent;
};

/*
 * The lines, in *ret of the caller. As a tree, because weights are among siblings: under each
 * parent those that are entitled to most come first. A cgroup that is shown brings its parents;
 * with a filter there is no tree, and only what matches.
 */
size_t view_make(const struct snapshot *s, const struct sample *samples,
		 const struct view_options *options, struct view_line **ret);

/* Does filter (as above) match a cgroup of this name and path? */
bool view_matches(const char *filter, const char *name, const char *path);

#endif
