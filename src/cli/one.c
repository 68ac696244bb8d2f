// SPDX-License-Identifier: GPL-2.0-only
/* From a name to one row, see one.h. */
#include "cli/one.h"

#include <errno.h>
#include <stdio.h>

#include "cli/ask.h"
#include "report/find.h"
#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/text.h"

#define MAX_SHOWN 10

static void say_which(const struct snapshot *s, const size_t *rows, size_t n)
{
	for (size_t i = 0; i < n && i < MAX_SHOWN; i++) {
		_cleanup_free_ char *path =
			text_printable(snapshot_string(s, snapshot_row(s, rows[i])->path), 4096);

		fprintf(stderr, "  %s\n", path);
	}
	if (n > MAX_SHOWN)
		fprintf(stderr, "  and %zu more\n", n - MAX_SHOWN);
}

int one_find(const struct snapshot *s, const char *name, size_t *ret_row)
{
	_cleanup_free_ size_t *rows = NULL;
	size_t n = find_rows(s, name, &rows);

	if (n == 1) {
		*ret_row = rows[0];
		return 0;
	}
	if (n == 0) {
		log_error("No cgroup is called %s; \"cgfifo list --all\" shows what there is",
			  name);
		return -ENOENT;
	}
	log_error("%s may be one of %zu cgroups; say its path:", name, n);
	say_which(s, rows, n);
	return -ENOTUNIQ;
}

int one_ask(const struct reading_options *reading, const char *name,
	    struct control_request *request, char **ret_done)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	_cleanup_free_ char *answer = NULL;
	size_t row;
	int r;

	r = reading_take(reading, &s);
	if (r < 0)
		return r;
	r = one_find(s, name, &row);
	if (r < 0)
		return r;
	request->cgid = snapshot_row(s, row)->cgid;
	r = ask(reading->socket, request, NULL, NULL, &answer);
	if (r < 0)
		return r;
	*ret_done = xasprintf("%s: %s", snapshot_string(s, snapshot_row(s, row)->name), answer);
	return 0;
}
