/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Small files, relative to a directory descriptor (AT_FDCWD for none), always close-on-exec.
 * Non-logging: 0 or a negative errno.
 */
#ifndef UTIL_FILE_H
#define UTIL_FILE_H

#include <stddef.h>
#include <sys/types.h>

/*
 * All of a file from its present position, with a NUL after the last byte (which *ret_size does
 * not count; it may be NULL). -EFBIG: longer than max bytes. The result is the caller's.
 */
int file_read_fd(int fd, size_t max, char **ret, size_t *ret_size);

/* The same by name. Never waits for the other end of a FIFO. */
int file_read(int dirfd, const char *path, size_t max, char **ret, size_t *ret_size);

/* The first line of a file, without its end: what the files in /sys and /proc hold. */
int file_read_line(int dirfd, const char *path, char **ret);

/* Writes text into a file that exists, in one write(), as the files in /sys want it. */
int file_write(int dirfd, const char *path, const char *text);

/*
 * Puts a file with this content and mode at path: readers see the old one or the whole new one,
 * also after a power cut. Leaves nothing behind when it fails.
 */
int file_replace(int dirfd, const char *path, const void *data, size_t size, mode_t mode);

#endif
