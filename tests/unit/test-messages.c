// SPDX-License-Identifier: GPL-2.0-only
/* util/messages.h and etc/cgfifo.catalog: every message that has an id is explained, once. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/file.h"

#define ID_LEN 32

static char *source(const char *name)
{
	char path[4096], *text;

	snprintf(path, sizeof(path), "%s/src/%s", getenv("CGFIFO_SOURCE"), name);
	cr_assert_eq(file_read(AT_FDCWD, path, 1 << 20, &text, NULL), 0, "%s", path);
	return text;
}

static size_t count(const char *text, const char *word)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, word)); p += strlen(word))
		n++;
	return n;
}

Test(messages, each_is_explained_once)
{
	_cleanup_free_ char *header = source("util/messages.h");
	_cleanup_free_ char *catalog = source("etc/cgfifo.catalog");
	size_t n = 0;

	for (char *p = header; (p = strstr(p, "#define MESSAGE_")); n++) {
		char line[64], *id = strchr(p, '"') + 1;

		p = id;
		cr_assert_eq(strspn(id, "0123456789abcdef"), ID_LEN, "%.40s", id);
		snprintf(line, sizeof(line), "\n-- %.*s\n", ID_LEN, id);
		cr_expect_eq(count(catalog, line), 1, "%s", line);
		snprintf(line, sizeof(line), "\"%.*s\"", ID_LEN, id);
		cr_expect_eq(count(header, line), 1, "%s", line);
	}
	cr_expect_gt(n, 10);
	cr_expect_eq(count(catalog, "\n-- "), n, "and nothing else is");
	cr_expect_eq(count(catalog, "\nSubject: "), n);
}
