/* SPDX-License-Identifier: GPL-2.0-only */
/* The one cgroup that a verb is about. Logging. */
#ifndef CLI_ONE_H
#define CLI_ONE_H

#include "agent/control.h"
#include "cli/reading.h"
#include "report/snapshot.h"

/* Who NAME stands for, see report/find.h. -ENOENT, -ENOTUNIQ: nobody or several, and it is said
 * who they are. */
int one_find(const struct snapshot *s, const char *name, size_t *ret_row);

/*
 * Ask the agent to do something with the cgroup that NAME stands for: fills in request->cgid. A
 * failure is said, and returned. *ret_done, the caller's: "its name: what the agent did".
 */
int one_ask(const struct reading_options *reading, const char *name,
	    struct control_request *request, char **ret_done);

#endif
