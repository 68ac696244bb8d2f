// SPDX-License-Identifier: GPL-2.0-only
/* Reading and writing small files, see file.h. */
#include "util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/cleanup.h"

/* Lines in /sys and /proc are shorter; a page is what the kernel hands out at most. */
#define LINE_MAX_BYTES 4096

/* After a call that failed: never 0, which a caller would take for success. */
static int negative_errno(void)
{
	return errno > 0 ? -errno : -EIO;
}

/* Like read(), but only short at the end of the file. */
static int read_fully(int fd, char *buf, size_t size, size_t *ret)
{
	size_t done = 0;
	ssize_t n;

	while (done < size) {
		n = read(fd, buf + done, size - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return negative_errno();
		if (n == 0)
			break;
		done += (size_t)n;
	}
	*ret = done;
	return 0;
}

/* The size that stat() tells is not believed: it is 0 in /proc and 4096 in /sys. */
int file_read_fd(int fd, size_t max, char **ret, size_t *ret_size)
{
	_cleanup_free_ char *buf = xmalloc(max + 2);
	size_t n = 0;
	int r;

	r = read_fully(fd, buf, max + 1, &n);
	if (r < 0)
		return r;
	if (n > max)
		return -EFBIG;

	buf = xreallocarray(buf, n + 1, 1);
	buf[n] = '\0';
	if (ret_size)
		*ret_size = n;
	*ret = TAKE_PTR(buf);
	return 0;
}

int file_read(int dirfd, const char *path, size_t max, char **ret, size_t *ret_size)
{
	_cleanup_close_ int fd = -EBADF;

	fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return negative_errno();
	return file_read_fd(fd, max, ret, ret_size);
}

int file_read_line(int dirfd, const char *path, char **ret)
{
	_cleanup_free_ char *text = NULL;
	int r;

	r = file_read(dirfd, path, LINE_MAX_BYTES, &text, NULL);
	if (r < 0)
		return r;
	text[strcspn(text, "\n")] = '\0';
	*ret = TAKE_PTR(text);
	return 0;
}

int file_write(int dirfd, const char *path, const char *text)
{
	_cleanup_close_ int fd = -EBADF;
	size_t size = strlen(text);
	ssize_t n;

	fd = openat(dirfd, path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -errno;
	n = write(fd, text, size);
	if (n < 0)
		return -errno;
	return (size_t)n == size ? 0 : -EIO;
}

static int write_fully(int fd, const char *data, size_t size)
{
	ssize_t n;

	while (size > 0) {
		n = write(fd, data, size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		size -= (size_t)n;
	}
	return 0;
}

/* Fills the new file. fchmod() because the umask has its say at open(). */
static int fill(int fd, const void *data, size_t size, mode_t mode)
{
	int r;

	r = write_fully(fd, data, size);
	if (r < 0)
		return r;
	if (fchmod(fd, mode) < 0 || fsync(fd) < 0)
		return -errno;
	return 0;
}

int file_replace(int dirfd, const char *path, const void *data, size_t size, mode_t mode)
{
	_cleanup_free_ char *tmp = NULL;
	_cleanup_close_ int fd = -EBADF;
	uint64_t random;
	int r;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return negative_errno();
	tmp = xasprintf("%s.%016llx.tmp", path, (unsigned long long)random);

	fd = openat(dirfd, tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;

	r = fill(fd, data, size, mode);
	if (r >= 0 && renameat(dirfd, tmp, dirfd, path) < 0)
		r = -errno;
	if (r < 0)
		unlinkat(dirfd, tmp, 0);
	return r;
}
