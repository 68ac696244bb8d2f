/* SPDX-License-Identifier: GPL-2.0-only */
/* What would change with another configuration? For files of this folder only. Logging. */
#ifndef AGENT_COMPARE_H
#define AGENT_COMPARE_H

#include "agent/control.h"

struct agent;

/* fd: a file with the configuration. Answers CONTROL_DIFF. */
void compare_config(struct agent *a, int fd, struct control_client *c);

#endif
