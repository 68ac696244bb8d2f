// SPDX-License-Identifier: GPL-2.0-only
/* Read, compare, write, restore: see weight-dir.h. */
#include "apply/weight-dir.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "apply/applied.h"
#include "cgroup/cgfs.h"
#include "util/alloc.h"
#include "util/cleanup.h"

#define WEIGHT_FILE "cpu.weight"

struct dir_backend {
	struct backend backend;
	int root_fd;
	weight_write_fn write;
};

/* Turning a controller off and on again makes new files, with new inodes. 0: there is none. */
static uint64_t mark_of(int dir_fd)
{
	struct stat st;

	return fstatat(dir_fd, WEIGHT_FILE, &st, AT_SYMLINK_NOFOLLOW) < 0 ? 0 : st.st_ino;
}

static int dir_read(struct backend *backend, const struct target *t, uint64_t *ret)
{
	struct dir_backend *b = (struct dir_backend *)backend;
	_cleanup_close_ int fd = cgfs_open_id(b->root_fd, t->path, t->id);

	if (fd < 0)
		return fd == -ESTALE ? -ENOENT : fd;
	return cgfs_read_number(fd, WEIGHT_FILE, ret);
}

static int dir_set(struct backend *backend, const struct target *t, const struct cgfifo_conf *conf,
		   struct trace *ret)
{
	struct dir_backend *b = (struct dir_backend *)backend;
	_cleanup_close_ int fd = -EBADF;
	struct trace trace = {};
	int r;

	if (conf->weight == 0)
		return -EOPNOTSUPP;
	fd = cgfs_open_id(b->root_fd, t->path, t->id);
	if (fd < 0)
		return fd == -ESTALE ? -ENOENT : fd;
	r = cgfs_read_number(fd, WEIGHT_FILE, &trace.undo);
	if (r < 0)
		return r;
	r = b->write(fd, t->path, conf->weight);
	if (r < 0)
		return r;
	trace.mark = mark_of(fd);
	*ret = trace;
	return 0;
}

bool weight_dir_is_lost(int root_fd, const struct target *t, uint64_t mark)
{
	_cleanup_close_ int fd = cgfs_open_id(root_fd, t->path, t->id);

	return fd >= 0 && mark_of(fd) != mark;
}

static bool dir_is_lost(struct backend *backend, const struct target *t, uint64_t mark)
{
	return weight_dir_is_lost(((struct dir_backend *)backend)->root_fd, t, mark);
}

static int dir_unset(struct backend *backend, const struct target *t, uint32_t weight,
		     uint64_t undo)
{
	struct dir_backend *b = (struct dir_backend *)backend;
	_cleanup_close_ int fd = cgfs_open_id(b->root_fd, t->path, t->id);
	uint64_t now;
	int r;

	if (fd < 0)
		return fd == -ESTALE ? -ENOENT : fd;
	r = cgfs_read_number(fd, WEIGHT_FILE, &now);
	if (r < 0)
		return r;
	if (now != weight)
		return 0;
	/* Of a unit without one, when systemd could be asked; it leaves the file as it was made. */
	r = b->write(fd, t->path, undo == WEIGHT_NONE ? CGFIFO_WEIGHT_DFL : undo);
	return r < 0 ? r : 1;
}

static void dir_backend_free(struct backend *b)
{
	free(b);
}

struct backend *weight_dir_new(int root_fd, weight_write_fn write)
{
	struct dir_backend *b = xcalloc(1, sizeof(*b));

	b->root_fd = root_fd;
	b->write = write;
	b->backend = (struct backend){
		.read = dir_read,
		.set = dir_set,
		.unset = dir_unset,
		.is_lost = dir_is_lost,
		.free = dir_backend_free,
	};
	return &b->backend;
}
