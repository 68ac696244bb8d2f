/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The agent's end of cgfifo-names: asks it what containers and pods are called, and acts on the
 * answers as they come. Logging.
 *
 * Nothing waits for an answer. A cgroup has at once what its path gives it; when more is known,
 * the rules are asked again for this one. Without cgfifo-names (it is a program of its own, which
 * needs libraries that not every host has), and while it cannot be reached, that is all.
 */
#ifndef AGENT_NAMES_H
#define AGENT_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "cgroup/tree.h"
#include "identity/identity.h"

/* Where systemd listens for it, confined in a unit of its own; else the agent starts one itself. */
#define NAMES_SOCKET "/run/cgfifo/names.sock"

struct agent;
struct asker;

/* Connects to it, or starts it; again when the configuration changes what it has to know, and else
 * asks about everything once more. */
void names_start(struct agent *a);
void names_stop(struct agent *a);

/* If this is a container or a pod, ask about it, unless that was done. */
void names_want(struct agent *a, const struct cgroup_node *n, const struct identity *id);

/* It is gone, and so from the tree. */
void names_forget(struct agent *a, uint64_t cgid);

/* Forget all that are not in the tree any more. */
void names_sweep(struct agent *a);

/* What does not work, as a sentence; "" when all is well. */
void names_note(const struct agent *a, char *buf, size_t size);

#endif
