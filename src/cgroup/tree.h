/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cgroups that exist, as a tree and by id. Non-logging.
 *
 * A node is what the kernel says about a cgroup: its id, its parent, its name. It is read in two
 * ways: tree_scan() walks the directories, tree_add() and tree_remove() follow the scheduler's
 * events. What the event says is taken as it is: the kernel wrote id and name when it made the
 * cgroup, cgroup v2 knows no rename, and at that moment the directory cannot even be looked up yet
 * (it becomes visible after its controllers are set up), so a look at the file system would only
 * be late and racy. Who writes to a cgroup's files checks its id on the open directory, see
 * cgfs_open_id().
 */
#ifndef CGROUP_TREE_H
#define CGROUP_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/cleanup.h"

/* The kernel's own limit on depth is higher, but nobody nests like that by intention. */
#define TREE_MAX_DEPTH 64

/* More cgroups than this are not looked at; the scheduler's table is smaller. */
#define TREE_MAX_NODES 65536

struct cgroup_node {
	uint64_t id;
	struct cgroup_node *parent; /* NULL: the root */
	struct cgroup_node *children;
	struct cgroup_node *next, *prev; /* siblings */
	unsigned int depth;		 /* 0: the root */
	unsigned int seen;		 /* the scan that saw it last */
	char name[];			 /* "" for the root */
};

struct tree;

/* root_fd is borrowed, must outlive the tree, and may be any directory (tests). The tree is empty
 * until the first scan. */
struct tree *tree_new(int root_fd, size_t max_nodes);
struct tree *tree_free(struct tree *t);
DEFINE_CLEANUP(struct tree *, tree_free);

/*
 * Make the tree equal to what the file system shows now. On an error it has what was seen. Below a
 * directory that we may not read it keeps what it had; its owner can do that, and no more.
 */
int tree_scan(struct tree *t);

/*
 * A cgroup was made. 1: added. 0: it was known already. -ENOENT: its parent is not known, scan.
 * -ENOSPC: too many. -EINVAL, -ELOOP: no name for a cgroup, or too deep.
 */
int tree_add(struct tree *t, uint64_t id, uint64_t parent_id, const char *name);

/* A cgroup was removed, and with it whatever is below. Unknown ids are fine. */
void tree_remove(struct tree *t, uint64_t id);

const struct cgroup_node *tree_root(const struct tree *t);
const struct cgroup_node *tree_find(const struct tree *t, uint64_t id);
size_t tree_size(const struct tree *t);
int tree_root_fd(const struct tree *t);

/* Cgroups that the last scan left out because of max_nodes or TREE_MAX_DEPTH. */
size_t tree_n_left_out(const struct tree *t);

/* Depth first, parents before their children. NULL is the end. */
const struct cgroup_node *tree_next(const struct cgroup_node *n);

#define tree_for_each(t, n) for (n = tree_root(t); n; n = tree_next(n))

/* The path as in /proc/PID/cgroup. Answers its length, or -ENAMETOOLONG. */
int node_path(const struct cgroup_node *n, char *buf, size_t size);

#endif
