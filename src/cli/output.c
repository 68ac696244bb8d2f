// SPDX-License-Identifier: GPL-2.0-only
/* See output.h. */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/cleanup.h"
#include "util/file.h"

/* More descriptors than a shell hands on. */
#define MAX_DESCRIPTORS 1024

/* Is this open file what the path leads to? */
static bool is_same(const char *path, int fd)
{
	struct stat a, b;

	return stat(path, &a) == 0 && fstat(fd, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

bool output_is_stdout(const char *path)
{
	return is_same(path, STDOUT_FILENO);
}

/* The file of ours that a link leads to: /dev/stderr, or /dev/fd/63, as shells call the pipe of
 * >(COMMAND). -1: none. */
static int open_already(const char *path)
{
	struct stat st;

	if (lstat(path, &st) < 0 || !S_ISLNK(st.st_mode))
		return -1;
	for (int fd = 0; fd < MAX_DESCRIPTORS; fd++) {
		int flags = fcntl(fd, F_GETFL);

		if (flags >= 0 && (flags & O_ACCMODE) != O_RDONLY && is_same(path, fd))
			return fd;
	}
	return -1;
}

/* Not through a link: root may write where others can make one. */
static bool is_special(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode) &&
	       !S_ISLNK(st.st_mode);
}

static int write_all(int fd, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, data, size);

		if (n < 0)
			return -errno;
		data += n;
		size -= (size_t)n;
	}
	return 0;
}

int output_write(const char *path, const char *data, size_t size)
{
	_cleanup_close_ int fd = -EBADF;
	int ours = open_already(path);

	if (ours >= 0)
		return write_all(ours, data, size);
	if (!is_special(path))
		return file_replace(AT_FDCWD, path, data, size, 0644);
	fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW);
	return fd < 0 ? -errno : write_all(fd, data, size);
}
