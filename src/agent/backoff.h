/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When may the scheduler be started again after the kernel unloaded it? Non-logging, no I/O, no
 * clock: times are arguments.
 *
 * After 1, 2, 4 ... 300 seconds; and not at all after the third time in ten minutes, because a
 * scheduler that is ejected so often does more harm than a few minutes without it. Ten quiet
 * minutes make everything forgotten.
 */
#ifndef AGENT_BACKOFF_H
#define AGENT_BACKOFF_H

#include <stdint.h>

#define BACKOFF_MAX_SEC	   300
#define BACKOFF_WINDOW_SEC 600
#define BACKOFF_MAX_TIMES  3

struct backoff {
	uint64_t at_sec[BACKOFF_MAX_TIMES]; /* of the last failures, the newest first */
	unsigned int n_recent;
	unsigned int delay_sec; /* of the last answer; 0: none yet */
};

/* It failed now. Answers after how many seconds to try again; 0: give up. */
unsigned int backoff_fail(struct backoff *b, uint64_t now_sec);

/* Somebody wants a fresh start. */
void backoff_reset(struct backoff *b);

#endif
