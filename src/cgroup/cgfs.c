// SPDX-License-Identifier: GPL-2.0-only
/* Opening and reading cgroup directories, see cgfs.h. */
#include "cgroup/cgfs.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/parse.h"

static int explain_not_v2(int fd, const char *path, char *ret_why)
{
	if (faccessat(fd, "unified/cgroup.controllers", F_OK, 0) == 0)
		snprintf(ret_why, CGFS_MSG_LEN,
			 "%s is a hybrid of cgroup v1 and v2, where the cpu controller is v1; boot "
			 "with systemd.unified_cgroup_hierarchy=1",
			 path);
	else
		snprintf(ret_why, CGFS_MSG_LEN,
			 "%s is not a cgroup v2 file system; boot with "
			 "systemd.unified_cgroup_hierarchy=1, or mount -t cgroup2 none %s",
			 path, path);
	return -EOPNOTSUPP;
}

int cgfs_open_root(const char *path, int *ret_fd, char *ret_why)
{
	_cleanup_close_ int fd = -EBADF;
	struct statfs fs;

	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstatfs(fd, &fs) < 0) {
		int r = -errno;

		snprintf(ret_why, CGFS_MSG_LEN, "%s: %s", path, strerror(-r));
		return r;
	}
	if ((unsigned long)fs.f_type != CGROUP2_SUPER_MAGIC)
		return explain_not_v2(fd, path, ret_why);

	*ret_fd = TAKE_FD(fd);
	return 0;
}

/* The next component into name; answers where the path goes on, or NULL at its end. */
static const char *next_name(const char *path, char name[static NAME_MAX + 1], int *ret_error)
{
	size_t n;

	path += strspn(path, "/");
	n = strcspn(path, "/");
	if (n == 0)
		return NULL;
	if (n > NAME_MAX) {
		*ret_error = -ENAMETOOLONG;
		return NULL;
	}
	memcpy(name, path, n);
	name[n] = '\0';
	if (strcmp(name, "..") == 0) {
		*ret_error = -EXDEV;
		return NULL;
	}
	return path + n;
}

/*
 * One step at a time, each to a directory of that very name. openat2() would do it in one call,
 * but systemd's RestrictSUIDSGID= forbids it altogether, because a filter cannot look into its
 * argument.
 */
int cgfs_open_dir(int root_fd, const char *path)
{
	_cleanup_close_ int fd = -EBADF;
	char name[NAME_MAX + 1];
	int error = 0;

	if (path[0] != '/')
		return -EINVAL;
	fd = openat(root_fd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	while (fd >= 0 && (path = next_name(path, name, &error))) {
		int next = openat(fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		closep(&fd);
		fd = next;
	}
	if (fd < 0)
		return -errno;
	return error < 0 ? error : TAKE_FD(fd);
}

static int id_of(int fd, uint64_t *ret)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	*ret = st.st_ino;
	return 0;
}

int cgfs_id(int root_fd, const char *path, uint64_t *ret)
{
	_cleanup_close_ int fd = cgfs_open_dir(root_fd, path);

	return fd < 0 ? fd : id_of(fd, ret);
}

int cgfs_open_id(int root_fd, const char *path, uint64_t id)
{
	_cleanup_close_ int fd = cgfs_open_dir(root_fd, path);
	uint64_t found = 0;
	int r;

	if (fd < 0)
		return fd;
	r = id_of(fd, &found);
	if (r < 0)
		return r;
	return found == id ? TAKE_FD(fd) : -ESTALE;
}

bool cgfs_has_controller_below(int root_fd, const char *path, const char *controller)
{
	_cleanup_close_ int fd = cgfs_open_dir(root_fd, path);
	_cleanup_free_ char *line = NULL;
	char *word, *rest;

	if (fd < 0 || file_read_line(fd, "cgroup.subtree_control", &line) < 0)
		return false;
	for (rest = line; (word = strsep(&rest, " "));)
		if (strcmp(word, controller) == 0)
			return true;
	return false;
}

bool cgfs_has_controller(int root_fd, const char *path, const char *controller)
{
	const char *slash = strrchr(path, '/');
	_cleanup_free_ char *parent =
		xstrndup(path, slash && slash > path ? (size_t)(slash - path) : 1);

	return cgfs_has_controller_below(root_fd, parent, controller);
}

bool cgfs_is(int root_fd, const char *path, uint64_t id)
{
	uint64_t found;

	return cgfs_id(root_fd, path, &found) == 0 && found == id;
}

int cgfs_read_number(int dir_fd, const char *file, uint64_t *ret)
{
	_cleanup_free_ char *line = NULL;
	int r = file_read_line(dir_fd, file, &line);

	return r < 0 ? r : parse_u64(line, 0, UINT64_MAX, ret);
}

int cgfs_write_number(int dir_fd, const char *file, uint64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64 "\n", value);
	return file_write(dir_fd, file, text);
}
