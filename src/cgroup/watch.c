// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which cgroup an event is about does not matter here, because the tree is read anew anyway. So
 * all there is to remember is which directories are watched.
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
	unsigned int round;	/* number of the current sync */
	struct idmap by_id;	/* cgroup id -> struct watched, owned */
	struct idmap by_number; /* the kernel's watch descriptor -> the same */
};

struct watched {
	uint64_t id;
	int number;
	unsigned int round; /* the last sync that wanted it */
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
	struct watched *x;

	if (!w)
		return NULL;
	close(w->fd);
	idmap_for_each (&w->by_id, pos, x)
		free(x);
	idmap_done(&w->by_id);
	idmap_done(&w->by_number);
	free(w);
	return NULL;
}

int watch_fd(const struct watch *w)
{
	return w->fd;
}

static void forget(struct watch *w, struct watched *x)
{
	idmap_remove(&w->by_id, x->id);
	idmap_remove(&w->by_number, (uint64_t)x->number);
	free(x);
}

/* The kernel drops the watch of a directory that is removed, and says so. */
static void on_ignored(struct watch *w, int number)
{
	struct watched *x = idmap_get(&w->by_number, (uint64_t)number);

	if (x)
		forget(w, x);
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
				on_ignored(w, e->wd);
			else
				changed = true;
			p += sizeof(*e) + e->len;
		}
	}
	return changed;
}

/* Answers the number. By /proc/self/fd, because inotify takes names only and ours are relative to a
 * descriptor. */
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
	r = inotify_add_watch(w->fd, link, WATCH_MASK);
	return r < 0 ? -errno : r;
}

static void remember(struct watch *w, uint64_t id, int number)
{
	struct watched *x = xcalloc(1, sizeof(*x));

	on_ignored(w, number); /* one number for two ids: the older cgroup is gone */
	*x = (struct watched){.id = id, .number = number, .round = w->round};
	idmap_put(&w->by_id, id, x);
	idmap_put(&w->by_number, (uint64_t)number, x);
}

/* One at a time, since the map must not change while it is walked. */
static void drop_unwanted(struct watch *w)
{
	struct watched *x, *unwanted;

	do {
		unwanted = NULL;
		idmap_for_each (&w->by_id, pos, x)
			if (x->round != w->round) {
				unwanted = x;
				break;
			}
		if (unwanted) {
			inotify_rm_watch(w->fd, unwanted->number);
			forget(w, unwanted);
		}
	} while (unwanted);
}

int watch_sync(struct watch *w, const struct tree *tree,
	       bool (*wants)(const struct cgroup_node *n, void *userdata), void *userdata)
{
	const struct cgroup_node *n;
	bool news = false;
	int r, error = 0;

	w->round++;
	tree_for_each (tree, n) {
		struct watched *x = idmap_get(&w->by_id, n->id);

		if (!wants(n, userdata))
			continue;
		if (x) {
			x->round = w->round;
			continue;
		}
		r = add_watch(w, n);
		if (r == -ENOENT || r == -ESTALE) /* gone already */
			continue;
		if (r < 0) {
			error = r;
			continue;
		}
		remember(w, n->id, r);
		news = true;
	}
	drop_unwanted(w);
	return news ? 1 : error;
}
