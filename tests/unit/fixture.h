/* SPDX-License-Identifier: GPL-2.0-only */
/* Files of tests/fixtures/. */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>

#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/file.h"

/* The text of tests/fixtures/NAME, the caller's. */
static inline char *fixture(const char *name, size_t *ret_size)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", getenv("CGFIFO_FIXTURES"), name);
	char *text = NULL;

	cr_assert_eq(file_read(AT_FDCWD, path, 1 << 20, &text, ret_size), 0, "%s", path);
	return text;
}

#endif
