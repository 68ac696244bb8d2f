// SPDX-License-Identifier: GPL-2.0-only
/* See override.h. The file has one line each: cgroup id, weight, end; the last
 * one says which boot it was, see util/boot.h. */
#include "agent/override.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../bpf/cgfifo.h"
#include "util/alloc.h"
#include "util/boot.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/parse.h"

#define FILE_MAX (OVERRIDES_MAX * 64)

void overrides_done(struct overrides *list)
{
	VEC_DONE(list);
}

const struct override *overrides_find(const struct overrides *list, uint64_t cgid)
{
	VEC_FOREACH (o, list)
		if (o->cgid == cgid)
			return o;
	return NULL;
}

int overrides_set(struct overrides *list, uint64_t cgid, uint32_t weight, uint64_t until_usec)
{
	struct override *o = (struct override *)overrides_find(list, cgid);

	if (!o)
		o = VEC_PUSH(list, OVERRIDES_MAX);
	if (!o)
		return -ENOSPC;
	*o = (struct override){.cgid = cgid, .weight = weight, .until_usec = until_usec};
	return 0;
}

bool overrides_remove(struct overrides *list, uint64_t cgid)
{
	struct override *o = (struct override *)overrides_find(list, cgid);

	if (!o)
		return false;
	*o = list->items[--list->n];
	return true;
}

static const struct override *first_to_end(const struct overrides *list)
{
	const struct override *first = NULL;

	VEC_FOREACH (o, list)
		if (o->until_usec && (!first || o->until_usec < first->until_usec))
			first = o;
	return first;
}

bool overrides_take_ended(struct overrides *list, uint64_t now_usec, struct override *ret)
{
	const struct override *first = first_to_end(list);

	if (!first || first->until_usec > now_usec)
		return false;
	*ret = *first;
	return overrides_remove(list, ret->cgid);
}

uint64_t overrides_next_end(const struct overrides *list)
{
	const struct override *first = first_to_end(list);

	return first ? first->until_usec : 0;
}

int overrides_save(const struct overrides *list, const char *path)
{
	_cleanup_free_ char *text = NULL;
	char boot[BOOT_LINE_MAX];
	size_t size = 0;
	FILE *f;

	if (list->n == 0)
		return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
	f = xmemstream(&text, &size);
	VEC_FOREACH (o, list)
		fprintf(f, "%" PRIu64 " %" PRIu32 " %" PRIu64 "\n", o->cgid, o->weight,
			o->until_usec);
	fputs(boot_line(boot), f);
	fclose(f);
	return file_replace(AT_FDCWD, path, text, size, 0600);
}

static int load_line(struct overrides *list, char *line)
{
	char *rest = NULL, *id = strtok_r(line, " ", &rest), *weight = strtok_r(NULL, " ", &rest);
	struct override o;

	if (!id || !weight || parse_u64(id, 1, UINT64_MAX, &o.cgid) < 0 ||
	    parse_u32(weight, CGFIFO_WEIGHT_MIN, CGFIFO_WEIGHT_MAX, &o.weight) < 0 ||
	    parse_u64(rest, 0, UINT64_MAX, &o.until_usec) < 0)
		return -EBADMSG;
	return overrides_set(list, o.cgid, o.weight, o.until_usec);
}

int overrides_load(struct overrides *list, const char *path)
{
	_cleanup_free_ char *text = NULL;
	char *rest = NULL;
	int r;

	r = file_read(AT_FDCWD, path, FILE_MAX, &text, NULL);
	if (r < 0)
		return r;
	if (!boot_take_line(text))
		return -ENOENT;
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		r = load_line(list, line);
		if (r < 0)
			return r;
	}
	return 0;
}
