/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One snapshot for a verb that shows something: the agent's if one runs, else what can be seen
 * without it. Logging.
 */
#ifndef CLI_READING_H
#define CLI_READING_H

#include "report/snapshot.h"

struct reading_options {
	const char *socket;
	const char *pin_dir;
	const char *cgroup_root;
};

int reading_take(const struct reading_options *options, struct snapshot **ret);

#endif
