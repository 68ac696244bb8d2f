// SPDX-License-Identifier: GPL-2.0-only
/* Making, sending and checking snapshots, see snapshot.h. */
#include "report/snapshot.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/vec.h"

struct snapshot {
	struct snapshot_header header;
	VEC(struct snapshot_row) rows;
	char *strings;
	size_t strings_size, strings_allocated;
};

struct snapshot *snapshot_new(void)
{
	struct snapshot *s = xcalloc(1, sizeof(*s));

	s->header = (struct snapshot_header){
		.magic = SNAPSHOT_MAGIC,
		.version = SNAPSHOT_VERSION,
		.row_size = sizeof(struct snapshot_row),
	};
	s->strings_allocated = 4096;
	s->strings = xcalloc(1, s->strings_allocated);
	s->strings_size = 1; /* offset 0 is "" */
	return s;
}

struct snapshot *snapshot_free(struct snapshot *s)
{
	if (!s)
		return NULL;
	VEC_DONE(&s->rows);
	free(s->strings);
	free(s);
	return NULL;
}

const struct snapshot_header *snapshot_header(const struct snapshot *s)
{
	return &s->header;
}

struct snapshot_header *snapshot_edit_header(struct snapshot *s)
{
	return &s->header;
}

size_t snapshot_n_rows(const struct snapshot *s)
{
	return s->rows.n;
}

struct snapshot_row *snapshot_row(const struct snapshot *s, size_t i)
{
	return &s->rows.items[i];
}

const char *snapshot_string(const struct snapshot *s, uint32_t offset)
{
	return offset < s->strings_size ? s->strings + offset : "";
}

double snapshot_quota(const struct snapshot_row *row)
{
	if (!(row->flags & ROW_LIMITED) || row->limit.period_ns == 0)
		return 0;
	return (double)row->limit.quota_ns / (double)row->limit.period_ns;
}

const char *snapshot_asker(const struct snapshot *s, const struct snapshot_row *row)
{
	const char *origin = snapshot_string(s, row->origin);

	return origin[0] ? origin : "\"cgfifo set\"";
}

struct snapshot_row *snapshot_add_row(struct snapshot *s)
{
	return VEC_PUSH(&s->rows, SNAPSHOT_MAX_ROWS);
}

uint32_t snapshot_add_string(struct snapshot *s, const char *text)
{
	size_t size = strlen(text) + 1, offset = s->strings_size;

	if (size == 1 || offset + size > SNAPSHOT_MAX_STRINGS)
		return 0;
	while (offset + size > s->strings_allocated) {
		s->strings_allocated *= 2;
		s->strings = xreallocarray(s->strings, s->strings_allocated, 1);
	}
	memcpy(s->strings + offset, text, size);
	s->strings_size += size;
	return (uint32_t)offset;
}

void snapshot_serialize(const struct snapshot *s, void **ret, size_t *ret_size)
{
	size_t rows_size = s->rows.n * sizeof(struct snapshot_row);
	struct snapshot_header header = s->header;
	char *data = xmalloc(sizeof(header) + rows_size + s->strings_size);

	header.n_rows = (uint32_t)s->rows.n;
	header.strings_size = (uint32_t)s->strings_size;
	memcpy(data, &header, sizeof(header));
	if (rows_size > 0)
		memcpy(data + sizeof(header), s->rows.items, rows_size);
	memcpy(data + sizeof(header) + rows_size, s->strings, s->strings_size);
	*ret = data;
	*ret_size = sizeof(header) + rows_size + s->strings_size;
}

/* Are the bytes that are there, if only one, those of a snapshot? */
static bool begins_as_one(const void *data, size_t size)
{
	const uint64_t magic = SNAPSHOT_MAGIC;

	return memcmp(data, &magic, size < sizeof(magic) ? size : sizeof(magic)) == 0;
}

static int check_header(const struct snapshot_header *h, size_t size)
{
	size_t expected;

	if (h->version != SNAPSHOT_VERSION || h->row_size != sizeof(struct snapshot_row))
		return -EPROTO;
	if (h->n_rows > SNAPSHOT_MAX_ROWS || h->strings_size > SNAPSHOT_MAX_STRINGS ||
	    h->strings_size == 0 || h->state >= STATE_N || h->nr_cpus == 0)
		return -EBADMSG;
	expected = sizeof(*h) + h->n_rows * sizeof(struct snapshot_row) + h->strings_size;
	if (size < expected)
		return -ENODATA;
	return size == expected ? 0 : -EBADMSG;
}

/* A row's parent comes before it, so that walks to the root end. */
static bool rows_are_a_tree(const struct snapshot *s)
{
	for (size_t i = 0; i < s->rows.n; i++)
		if (i == 0 ? s->rows.items[i].parent != 0 : s->rows.items[i].parent >= i)
			return false;
	return true;
}

int snapshot_parse(const void *data, size_t size, struct snapshot **ret)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	struct snapshot_header h;
	const char *p = data;
	int r;

	if (!begins_as_one(data, size))
		return -EBADMSG;
	if (size < sizeof(h))
		return -ENODATA;
	memcpy(&h, p, sizeof(h));
	r = check_header(&h, size);
	if (r < 0)
		return r;
	p += sizeof(h);

	s = xcalloc(1, sizeof(*s));
	s->header = h;
	for (uint32_t i = 0; i < h.n_rows; i++, p += sizeof(struct snapshot_row)) {
		struct snapshot_row *row = snapshot_add_row(s);

		if (!row)
			return -EBADMSG;
		memcpy(row, p, sizeof(*row));
	}
	s->strings_size = s->strings_allocated = h.strings_size;
	s->strings = xmalloc(h.strings_size);
	memcpy(s->strings, p, h.strings_size);
	if (s->strings[0] != '\0' || s->strings[h.strings_size - 1] != '\0' || !rows_are_a_tree(s))
		return -EBADMSG;
	*ret = TAKE_PTR(s);
	return 0;
}

int snapshot_receive(int fd, struct snapshot **ret)
{
	const size_t max = sizeof(struct snapshot_header) +
			   SNAPSHOT_MAX_ROWS * sizeof(struct snapshot_row) + SNAPSHOT_MAX_STRINGS;
	size_t size = 0, allocated = 64 * 1024;
	_cleanup_free_ char *data = xmalloc(allocated);

	for (;;) {
		ssize_t n = read(fd, data + size, allocated - size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) /* the socket has a time limit, and this is how it shows */
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		if (n == 0)
			return snapshot_parse(data, size, ret);
		size += (size_t)n;
		if (size > max)
			return -EBADMSG;
		if (size == allocated)
			data = xreallocarray(data, allocated *= 2, 1);
	}
}
