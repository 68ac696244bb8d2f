/* SPDX-License-Identifier: GPL-2.0-only */
/* What the agent does about a request, see control.h. Logging. */
#ifndef AGENT_ANSWER_H
#define AGENT_ANSWER_H

#include "agent/control.h"

/* userdata: the struct agent. */
void answer_request(const struct control_request *r, int fd, bool privileged,
		    struct control_client *c, void *userdata);

#endif
