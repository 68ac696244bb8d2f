/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A scheduler for tests of what the agent does with one that the kernel loads, stops and throws
 * out: what the real one says is set here. It takes the place of src/sched/ in the test.
 */
#ifndef FAKE_SCHED_H
#define FAKE_SCHED_H

#include "sched/sched.h"

struct sched {
	bool adopted;		 /* the next start takes it over */
	bool left;		 /* its tables are pinned */
	int start_result;	 /* of the next one */
	sched_load_fn load;	 /* what the last one was given */
	int stop_result;	 /* likewise */
	bool ending;		 /* the kernel is about to unload it, and has not told it */
	struct cgfifo_exit exit; /* kind 0: it is loaded */
	struct cgfifo_counters counters;
	struct cgfifo_event event; /* the one that waits */
	int fd;			   /* an eventfd, readable when it does; negative: none yet */
	unsigned int n_starts, n_stops;
};

extern struct sched fake_sched;

/* The kernel throws it out; lost: the event found no room. */
void fake_sched_eject(const char *reason, bool lost);

/* An event that says nothing. */
void fake_sched_event(uint32_t type);

#endif
