/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * "Some cgroup was made or removed", from the file system: for where no scheduler sends events.
 * Needs one inotify watch per directory, of which the kernel gives a limited number to each user.
 * Non-logging.
 */
#ifndef CGROUP_WATCH_H
#define CGROUP_WATCH_H

#include <stdbool.h>

#include "cgroup/tree.h"

struct watch;

/* root_fd is borrowed. Watches nothing before the first watch_sync(). */
int watch_new(int root_fd, struct watch **ret);
struct watch *watch_free(struct watch *w);
DEFINE_CLEANUP(struct watch *, watch_free);

/* Polls readable when something happened. */
int watch_fd(const struct watch *w);

/* Take what is there. Did anything happen to cgroups? Then scan the tree and sync. */
bool watch_drain(struct watch *w);

/*
 * Watch those cgroups of the tree that wants says, and no others. 1: some are watched only from
 * now on, so one that was made in them since the scan was missed; scan and sync again. 0: all were
 * watched before. -ENOSPC: the kernel has no more watches for us. After this and other
 * errors, some are not watched; 1 goes first, and the next sync says so.
 */
int watch_sync(struct watch *w, const struct tree *tree,
	       bool (*wants)(const struct cgroup_node *n, void *userdata), void *userdata);

#endif
