// SPDX-License-Identifier: GPL-2.0-only
/* Read, compare, write, restore: see weight-dir.h. */
#include "apply/weight-dir.h"

#include "cgroup/cgfs.h"
#include "util/alloc.h"
#include "util/cleanup.h"

#define WEIGHT_FILE "cpu.weight"

struct dir_backend {
	struct backend backend;
	int root_fd;
	weight_write_fn write;
};

static int dir_set(struct backend *backend, const struct target *t, const struct cgfifo_conf *conf,
		   uint64_t *ret_undo)
{
	struct dir_backend *b = (struct dir_backend *)backend;
	_cleanup_close_ int fd = -EBADF;
	uint64_t before;
	int r;

	if (conf->weight == 0)
		return -EOPNOTSUPP;
	fd = cgfs_open_id(b->root_fd, t->path, t->id);
	if (fd < 0)
		return fd == -ESTALE ? -ENOENT : fd;
	r = cgfs_read_number(fd, WEIGHT_FILE, &before);
	if (r < 0)
		return r;
	r = b->write(fd, t->path, conf->weight);
	if (r < 0)
		return r;
	*ret_undo = before;
	return 0;
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
	r = b->write(fd, t->path, undo);
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
		.set = dir_set,
		.unset = dir_unset,
		.free = dir_backend_free,
	};
	return &b->backend;
}
