// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which cgroup an event is about does not matter here: the tree is read anew anyway. So the only
 * thing to remember is which directories are watched. The kernel drops the watch of a directory
 * that is removed, and watching one twice is harmless, so that memory need not be exact: it is
 * thrown away with every event that says that a watch is gone.
 */
#include "cgroup/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/inotify.h>

#include "cgroup/cgfs.h"
#include "cgroup/idmap.h"
#include "util/alloc.h"

#define WATCH_MASK (IN_CREATE | IN_DELETE | IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK)

struct watch {
	int fd;
	int root_fd;
	struct idmap watched; /* cgroup id -> itself */
};

int watch_new(int root_fd, struct watch **ret)
{
	struct watch *w;
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	if (fd < 0)
		return -errno;
	w = xcalloc(1, sizeof(*w));
	w->fd = fd;
	w->root_fd = root_fd;
	*ret = w;
	return 0;
}

struct watch *watch_free(struct watch *w)
{
	if (!w)
		return NULL;
	close(w->fd);
	idmap_done(&w->watched);
	free(w);
	return NULL;
}

int watch_fd(const struct watch *w)
{
	return w->fd;
}

bool watch_drain(struct watch *w)
{
	char buf[16 * 1024] __attribute__((aligned(__alignof__(struct inotify_event))));
	bool changed = false;
	ssize_t n;

	while ((n = read(w->fd, buf, sizeof(buf))) > 0) {
		for (char *p = buf; p < buf + n;) {
			const struct inotify_event *e = (const struct inotify_event *)p;

			if (e->mask & IN_IGNORED)
				idmap_done(&w->watched);
			else
				changed = true;
			p += sizeof(*e) + e->len;
		}
	}
	return changed;
}

/* By /proc/self/fd, because inotify takes names only and ours are relative to a descriptor. */
static int add_watch(struct watch *w, const struct cgroup_node *n)
{
	_cleanup_close_ int fd = -EBADF;
	char path[CGROUP_PATH_MAX], link[64];
	int r;

	r = node_path(n, path, sizeof(path));
	if (r < 0)
		return r;
	fd = cgfs_open_id(w->root_fd, path, n->id);
	if (fd < 0)
		return fd;
	snprintf(link, sizeof(link), "/proc/self/fd/%d/.", fd);
	return inotify_add_watch(w->fd, link, WATCH_MASK) < 0 ? -errno : 0;
}

int watch_sync(struct watch *w, const struct tree *tree)
{
	const struct cgroup_node *n;
	int r, result = 0;

	tree_for_each (tree, n) {
		if (idmap_get(&w->watched, n->id))
			continue;
		r = add_watch(w, n);
		if (r == -ENOSPC)
			return r;
		if (r < 0) /* gone already */
			continue;
		idmap_put(&w->watched, n->id, w);
		result = 1;
	}
	return result;
}
