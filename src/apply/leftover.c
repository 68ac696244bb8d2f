// SPDX-License-Identifier: GPL-2.0-only
/* The file of leftovers, see leftover.h. */
#include "apply/leftover.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "apply/plan.h"
#include "util/alloc.h"
#include "util/boot.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/parse.h"

static void print_line(FILE *f, const struct applied *e, uint32_t written)
{
	fprintf(f, "%" PRIu64 " %" PRIu32 " ", e->id, written);
	if (e->undo_weight == WEIGHT_NONE)
		fprintf(f, "- %s\n", e->path);
	else
		fprintf(f, "%" PRIu64 " %s\n", e->undo_weight, e->path);
}

int leftover_save(const char *path, const struct idmap *applied)
{
	_cleanup_free_ char *text = NULL;
	const struct applied *e;
	char boot[BOOT_LINE_MAX];
	size_t size = 0;
	bool any = false;
	FILE *f;

	f = xmemstream(&text, &size);
	idmap_for_each (applied, pos, e) {
		if (!e->written)
			continue;
		any = true;
		print_line(f, e, e->written_weight);
		if (e->asked_weight)
			print_line(f, e, e->asked_weight);
	}
	fputs(boot_line(boot), f);
	if (fclose(f) != 0)
		return -errno;
	if (!any)
		return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
	return file_replace(AT_FDCWD, path, text, size, 0600);
}

struct line {
	uint64_t id, undo;
	uint32_t written;
	const char *cgroup;
};

static int parse_line(char *text, struct line *ret)
{
	char *id = strsep(&text, " "), *written = strsep(&text, " "), *undo = strsep(&text, " ");

	if (!text || text[0] != '/' || parse_u64(id, 1, UINT64_MAX, &ret->id) < 0 ||
	    parse_u32(written, CGFIFO_WEIGHT_MIN, CGFIFO_WEIGHT_MAX, &ret->written) < 0)
		return -EBADMSG;
	ret->cgroup = text;
	ret->undo = WEIGHT_NONE;
	if (strcmp(undo, "-") != 0 && parse_u64(undo, 0, CGFIFO_WEIGHT_MAX, &ret->undo) < 0)
		return -EBADMSG;
	return 0;
}

int leftover_load(const char *path,
		  void (*add)(uint64_t id, const char *cgroup, uint32_t written, uint64_t undo,
			      void *userdata),
		  void *userdata)
{
	_cleanup_free_ char *text = NULL;
	char *rest, *one;
	size_t size;
	int r;

	r = file_read(AT_FDCWD, path, LEFTOVER_MAX, &text, &size);
	if (r < 0)
		return r;
	if (strlen(text) != size)
		return -EBADMSG;
	if (!boot_take_line(text))
		return -ENOENT;
	for (rest = text; (one = strsep(&rest, "\n"));) {
		struct line line;

		if (one[0] == '\0' && !rest)
			return 0;
		r = rest ? parse_line(one, &line) : -EBADMSG; /* each line has an end */
		if (r < 0)
			return r;
		add(line.id, line.cgroup, line.written, line.undo, userdata);
	}
	return 0;
}
