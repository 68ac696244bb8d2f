/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The daemon: keeps what is in force equal to what the configuration wants, while cgroups come and
 * go. Logging.
 *
 * It is the path of a weight as a program: cgroup/ says what exists, policy/ what each should
 * have, apply/ changes what differs. One thread, one event loop; it wakes up for the scheduler's
 * events, signals, and readers of its status, and sleeps otherwise.
 *
 * When it ends by SIGTERM the kernel's own scheduler and every weight that was there before are
 * back. When it dies any other way the scheduler stays with the last weights, and the next agent
 * takes it over.
 */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include <stdbool.h>

#include "util/cleanup.h"

/* Beside the socket, so that agents with sockets of their own do not share them. */
#define AGENT_UNDO_NAME "undo"
#define AGENT_SET_NAME	"set"

/* What the unit calls the folder that it opens for the agent, see agent.c. */
#define AGENT_PINS_NAME "pins"

enum agent_mode {
	MODE_AUTO,     /* the scheduler; without sched_ext in the kernel, the fall back */
	MODE_SCHED,    /* an error where it cannot be loaded at the start */
	MODE_FALLBACK, /* cpu.weight, and no scheduler */
};

struct agent_options {
	const char *config; /* a directory or a file; NULL: the installed directories */
	enum agent_mode mode;
	bool partial; /* the scheduler is only for tasks that ask for SCHED_EXT */
	const char *pin_dir;
	const char *cgroup_root;
	const char *socket;	 /* where status is served; NULL: nowhere */
	const char *undo_file;	 /* what to undo if it is killed; NULL: none */
	const char *manual_file; /* keeps what was set by hand; NULL: none */
};

struct agent;

/*
 * Reads the configuration, opens the cgroup tree and starts the scheduler. options is borrowed.
 * What fails is logged. -EBADMSG: the configuration cannot be used. -EBUSY: another sched_ext
 * scheduler runs. Both stay so until somebody does something about it.
 */
int agent_new(const struct agent_options *options, struct agent **ret);

/* Runs until SIGTERM or SIGINT, and undoes everything. -ESTALE: so far all is well, but another one
 * has to be started. -ETIMEDOUT: the scheduler does not stop. */
int agent_run(struct agent *a);

/* Closes what is open, and undoes nothing: agent_run() did, or it is to stay. */
struct agent *agent_free(struct agent *a);
DEFINE_CLEANUP(struct agent *, agent_free);

#endif
