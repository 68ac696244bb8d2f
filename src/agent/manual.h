/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Weights that somebody sets by hand: they go before all rules, for a while or until they are taken
 * back, and outlive the agent but not the cgroup or the next boot. For files of this folder only.
 * Logging.
 */
#ifndef AGENT_MANUAL_H
#define AGENT_MANUAL_H

#include <stdint.h>

#include "cgroup/tree.h"
#include "policy/verdict.h"

struct agent;

/* What an earlier agent had. */
void manual_start(struct agent *a);

/* for_usec 0: without end. Puts it in force. -ENOSPC: there are too many. */
int manual_set(struct agent *a, const struct cgroup_node *n, uint32_t weight, uint64_t for_usec);

/* false: nothing was set for it. */
bool manual_unset(struct agent *a, const struct cgroup_node *n);

/* This cgroup is gone. */
void manual_forget(struct agent *a, uint64_t cgid);

/* After the tree was read: forget those that are gone. */
void manual_sync(struct agent *a);

/* Change the verdict for this cgroup if something was set for it. */
void manual_apply(const struct agent *a, uint64_t cgid, struct verdict *v);

void manual_stop(struct agent *a);

#endif
