/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a verb writes when it was given the name of a file. Non-logging. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/* Is it what standard output is, by whatever name: "/dev/stdout", "/dev/fd/1"? */
bool output_is_stdout(const char *path);

/* A device, a pipe or what is open already (/dev/fd/63) gets the bytes; a file is replaced by one
 * that has them, at once as a whole. */
int output_write(const char *path, const char *data, size_t size);

#endif
