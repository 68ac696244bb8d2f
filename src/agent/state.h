/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of the agent share: for files of this folder only.
 *
 *   agent.c      the order of things: start, one round, end
 *   answer.c     what people ask for by the verbs of the command line
 *   follow.c     cgroups that come and go, one by one
 *   scheduler.c  starting the scheduler, losing it, trying again
 *   load.c       having the scheduler loaded by one who may
 *   hand-over.c  what earlier agents left, for one of another user
 *   long-step.c  what systemd is told while the loop stands still
 *   manual.c     weights that somebody sets by hand; override.c is their list
 *   reload.c     a new configuration; read-config.c has it read
 *   names.c      what containers and pods are called
 *   serve.c      status for readers
 *   control.c    the socket for requests
 *   listen.c     what both sockets have in common
 *   compare.c    what another configuration would change
 */
#ifndef AGENT_STATE_H
#define AGENT_STATE_H

#include <systemd/sd-event.h>

#include "agent/agent.h"
#include "agent/backoff.h"
#include "agent/control.h"
#include "agent/names.h"
#include "agent/override.h"
#include "agent/serve.h"
#include "apply/apply.h"
#include "cgroup/tree.h"
#include "cgroup/watch.h"
#include "config/config.h"
#include "identity/known.h"
#include "policy/verdict.h"
#include "sched/sched.h"

#define NOTE_LEN 1024

struct agent {
	const struct agent_options *options;
	sd_event *event;
	int root_fd;
	int lock_fd;	 /* no second agent at this socket while this is open */
	int pin_lock_fd; /* and none with this scheduler */

	struct config *config;
	struct tree *tree;
	struct applier *applier;
	struct overrides overrides;  /* weights that somebody set by hand */
	sd_event_source *manual_end; /* timer: the next of them ends */
	struct known known;	     /* names and the like, by cgroup */
	struct asker *asker;	     /* who finds them out; NULL: nobody */

	struct sched *sched;	       /* NULL: fall back */
	bool can_sched;		       /* as far as is known, here it can run */
	bool start_again;	       /* it ends, and systemd is to start another one */
	sd_event_source *sched_events; /* with the scheduler */
	uint64_t lost_events;	       /* its counter when the tree was last read */
	uint64_t table_full;	       /* its counter when that was last looked at */
	uint64_t full_said_ns;	       /* when it was last said; 0: never */
	struct watch *watch;
	sd_event_source *watch_events;

	struct backoff backoff;
	sd_event_source *retry;	  /* timer: start the scheduler again */
	sd_event_source *round;	  /* timer: a round is due */
	sd_event_source *recheck; /* timer: one more, in fall back */
	sd_event_source *again;	  /* timer: one more, since something had no answer */

	struct server *server;
	struct control *control;
	uint64_t since_ns; /* of the present state */
	unsigned int n_ejected;
	char note[NOTE_LEN];	    /* about the state, "" when all is well */
	char config_note[NOTE_LEN]; /* about a configuration that was refused */
};

/* agent.c: read the tree, decide for each cgroup, change what differs. */
int agent_cycle(struct agent *a);

/* agent.c: a round soon. Many reasons in a row make one round. */
void agent_cycle_soon(struct agent *a);

/* agent.c: tell systemd how things are. */
void agent_notify_status(struct agent *a);

/* follow.c: what this cgroup should have by this configuration, and why; path is its path. */
struct verdict follow_verdict(const struct agent *a, const struct config *config,
			      const struct cgroup_node *n, const char *path);
/* follow.c: decide again about this cgroup only, and change what differs. */
void follow_cycle_one(struct agent *a, const struct cgroup_node *n);
/* follow.c: make these changes. Those for which there was no answer are tried again in a while. */
void follow_apply(struct agent *a, const struct plan *plan);
/* follow.c: one more round in a while. */
void follow_again(struct agent *a);
/* follow.c: add what the rules want for this cgroup, if anything. */
void follow_want(struct agent *a, const struct cgroup_node *n, struct wanted_list *wanted);
/* follow.c: learn of cgroups that come and go by the scheduler's events too, or by files only. What
 * files do not tell beside the scheduler is logged, and no error. */
int follow_scheduler(struct agent *a);
int follow_files(struct agent *a);
void follow_nothing(struct agent *a);
/* follow.c: what the scheduler counted since: lost events, cgroups without a place. */
void follow_counters(struct agent *a);
/* follow.c: after the tree was read. */
void follow_sync(struct agent *a);

/* scheduler.c: as the mode says, start the scheduler or the fall back. What fails is logged. */
int scheduler_start(struct agent *a);
/* scheduler.c: the end, in order. -ETIMEDOUT: the scheduler goes on. What fails is logged. */
int scheduler_stop(struct agent *a);
/* scheduler.c: it may not be attached any more. */
void scheduler_check(struct agent *a);
/* scheduler.c: if it was lost, or could not be started, start it now, also when that was given up.
 */
void scheduler_retry_now(struct agent *a);

/* reload.c: -EBADMSG: the configuration has mistakes; others: it cannot be read now. */
int reload_first(struct agent *a);
/* Negative: the new one was refused, and a->config_note says why. */
int reload_again(struct agent *a);

/* serve.c asks for this: the state as a snapshot, the caller's. */
struct snapshot *agent_snapshot(void *userdata);

#endif
