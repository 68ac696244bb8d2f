/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The whole program on files: an agent in fall back over a fake tree, and the verbs that ask it.
 * Nothing of the machine is touched: sockets, notes and the configuration are in one directory.
 */
#ifndef FAKE_AGENT_H
#define FAKE_AGENT_H

#include <stdbool.h>
#include <sys/types.h>

#include "fake-cgroup.h"

struct fake_agent {
	struct fake tree;
	struct fake run; /* cgfifo.yaml, status.sock, undo, log ... */
	char config[96];
	pid_t pid; /* 0: none runs */
};

/* A tree with weights of 100: /top, /top/gold, /top/silver and /other. */
void fake_agent_init(struct fake_agent *a);
/* An agent that still runs is stopped, and has to end well. */
void fake_agent_done(struct fake_agent *a);

/* A cgroup with cpu.weight 100, cpu.stat and pids.current. */
void fake_agent_cgroup(struct fake_agent *a, const char *path);

void fake_agent_configure(struct fake_agent *a, const char *yaml);

/* Until it serves status. */
void fake_agent_start(struct fake_agent *a);
/* Answers the exit status, or 256 and the number of the signal. */
int fake_agent_stop(struct fake_agent *a, int signal);

/* cpu.weight of this cgroup becomes this within some seconds. */
void fake_agent_expect(struct fake_agent *a, const char *path, const char *weight);

/* What the agent has logged becomes this, in part, within some seconds. */
void fake_agent_expect_log(struct fake_agent *a, const char *part);

/*
 * The program with these words, separated by blanks, and the options that lead to this agent.
 * Answers the exit status; *ret_text (NULL: not wanted) is both outputs, the caller's.
 */
int fake_agent_run(struct fake_agent *a, const char *words, char **ret_text);

/* The same with its outputs into this descriptor. */
int fake_agent_run_into(struct fake_agent *a, const char *words, int out);

/* The same without waiting for its end, and the wait. */
pid_t fake_agent_spawn(struct fake_agent *a, const char *words);
pid_t fake_agent_spawn_into(struct fake_agent *a, const char *words, int out);
int fake_agent_wait(pid_t pid);

/* The program with nothing but these words. */
int fake_agent_run_bare(const char *words, char **ret_text);

/* It ends with this status, and its output has this part. */
void fake_agent_expect_run(struct fake_agent *a, const char *words, int status, const char *part);

#endif
