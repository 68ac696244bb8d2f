/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One snapshot for a verb that shows something: the agent's if one runs, else what can be seen
 * without it. Logging.
 */
#ifndef CLI_READING_H
#define CLI_READING_H

#include <stdbool.h>

#include "agent/serve.h"
#include "cgroup/cgfs.h"
#include "report/snapshot.h"
#include "sched/sched.h"

struct reading_options {
	const char *socket;
	const char *pin_dir;
	const char *cgroup_root;
};

#define READING_DEFAULTS                                                                           \
	{                                                                                          \
		.socket = SERVE_SOCKET,                                                            \
		.pin_dir = SCHED_PIN_DIR,                                                          \
		.cgroup_root = reading_cgroup_root(),                                              \
	}

/* The options that say where to look, for a verb's table: member_ of struct_ has them. */
#define READING_OPTIONS(struct_, member_)                                                          \
	CLI_OPTION(CLI_TEXT, "socket", 0, "PATH", struct_, member_.socket,                         \
		   "ask the agent here (" SERVE_SOCKET ")"),                                       \
		CLI_OPTION(CLI_TEXT, "pin-dir", 0, "DIR", struct_, member_.pin_dir,                \
			   "where the scheduler is kept (" SCHED_PIN_DIR ")"),                     \
		CLI_OPTION(CLI_TEXT, "cgroup-root", 0, "DIR", struct_, member_.cgroup_root,        \
			   "the cgroup tree (" CGFS_ROOT ")")

/* Where the cgroup tree is unless --cgroup-root says so: what CGFIFO_CGROUP_ROOT does, as in a pod,
 * whose verbs are to see the tree that its agent sees; else the usual place. */
const char *reading_cgroup_root(void);

/*
 * cgfs_open_root() of --cgroup-root. A host container of Bottlerocket has no cgroups at the usual
 * place, and the host's root below its own: whoever runs a verb there need not say so.
 */
int reading_open_cgroups(const char *path, int *ret_fd, char *ret_why);

/* Is our scheduler loaded? In a snapshot that was made without the agent it may be STATE_OTHER: who
 * asks may not look into it, or it is of another version. */
bool reading_is_ours_loaded(void);

int reading_take(const struct reading_options *options, struct snapshot **ret);

#endif
