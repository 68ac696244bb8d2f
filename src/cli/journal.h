/* SPDX-License-Identifier: GPL-2.0-only */
/* What the agent wrote into the journal. Logging. */
#ifndef CLI_JOURNAL_H
#define CLI_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "util/cleanup.h"

/* Texts are NULL where there is none, and as the agent wrote them: it escapes what others say. */
struct journal_entry {
	uint64_t time_usec; /* CLOCK_REALTIME */
	uint64_t mono_usec; /* CLOCK_MONOTONIC; 0: of an earlier boot */
	int priority;	    /* as in syslog.h */
	char *message;
	char *message_id;
	char *cgroup, *cgroup_id, *weight, *rule;
};

void journal_entry_done(struct journal_entry *e);

struct journal;

struct journal *journal_free(struct journal *j);
DEFINE_CLEANUP(struct journal *, journal_free);

/* -EACCES: this user may read no journal. -ENOENT: there is none to read. */
int journal_open(struct journal **ret);

/* So that the next one is the last but n_last - 1. */
int journal_seek_tail(struct journal *j, uint64_t n_last);
/* So that the next one is the first of this boot at this time or later, by CLOCK_MONOTONIC: the
 * other one may be set back. */
int journal_seek_time(struct journal *j, uint64_t mono_usec);

/* 1: *ret is the next one. 0: there is none yet. */
int journal_next(struct journal *j, struct journal_entry *ret);

/* Until there may be more. */
int journal_wait(struct journal *j);

#endif
