// SPDX-License-Identifier: GPL-2.0-only
/* The path of a cgroup: it is something, and its name can be shown. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "identity/identity.h"
#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *path)
{
	struct identity id;
	size_t bad;

	identity_from_path(path, &id);
	if (id.kind >= IDENTITY_N_KINDS || id.runtime >= RUNTIME_N || id.name[0] == '\0' ||
	    !text_is_utf8(id.name, strlen(id.name), &bad))
		abort();
	for (const char *p = id.name; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			abort();
}

/* A path a line. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = xstrndup((const char *)data, size);

	for (char *line = text, *end; line; line = end) {
		end = strchr(line, '\n');
		if (end)
			*end++ = '\0';
		check(line);
	}
	return 0;
}
