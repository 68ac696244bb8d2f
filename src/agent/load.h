/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Having the scheduler loaded by another process. In its unit the agent has no capability: what it
 * takes to load programs into the kernel has only cgfifo-load@.service, which is asked nothing but
 * to do it, and ends. What it has pinned is then for the agent to open. Non-logging.
 */
#ifndef AGENT_LOAD_H
#define AGENT_LOAD_H

#include "sched/sched.h"

/* Where systemd listens for it. */
#define LOAD_SOCKET "/run/cgfifo/load.sock"

/* The kernel's verifier takes its time on a slow machine. Longer than the unit may run
 * (RuntimeMaxSec=), so that nothing is loaded for an agent that has given up. */
#define LOAD_LIMIT_SEC 110

/* Has it done, and waits for the answer; a sched_load_fn. -EPERM: nobody listens there. */
int load_elsewhere(const char *pin_dir, char *ret_why);

/* What came on fd from load_answer(): its result and its why. -EBADMSG: nothing, or what makes no
 * sense. -ETIMEDOUT: it takes longer than loading does. */
int load_receive(int fd, char *ret_why);

/* The other end: sends how it went, 0 or a negative errno. */
int load_answer(int fd, int result, const char *why);

#endif
