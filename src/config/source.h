/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The text of one configuration file, and its lines. Non-logging.
 */
#ifndef CONFIG_SOURCE_H
#define CONFIG_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "util/cleanup.h"

#define SOURCE_MAX_BYTES (256 * 1024)

struct diags;

struct source {
	char *name;
	char *text; /* NUL after the last byte, but may hold others */
	size_t size;
};

/* A place in a source: line and column (in characters) from 1, and how many characters. Line 0
 * is the file as a whole. */
struct mark {
	unsigned int line, col, len;
};

/* Takes a copy of name and of text. */
struct source *source_new(const char *name, const char *text, size_t size);
struct source *source_free(struct source *src);
DEFINE_CLEANUP(struct source *, source_free);

/*
 * Reads a file; "-" is standard input. With trusted, a file that is not owned by root or by us,
 * or that others may write, is refused. What is wrong goes to diags and -EINVAL is returned; but
 * -ENOENT (no such file) adds nothing, since the caller knows what that means.
 */
int source_read(const char *path, bool trusted, struct source **ret, struct diags *diags);

/*
 * Is it text that YAML can be read from: UTF-8 without a byte order mark, no control characters,
 * LF line ends, no tabs as indentation? Adds one error of each kind; true when there is none.
 */
bool source_is_clean(const struct source *src, struct diags *diags);

/* The bytes of a line (from 1), without its end; NULL when there is no such line. */
const char *source_line(const struct source *src, unsigned int line, size_t *ret_size);

#endif
