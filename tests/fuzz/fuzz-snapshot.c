// SPDX-License-Identifier: GPL-2.0-only
/* What a reader takes for an agent's snapshot: refused, or usable to its last row. */
#include <stdint.h>
#include <string.h>

#include "report/snapshot.h"
#include "util/alloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(struct snapshot *s)
{
	volatile size_t sum = 0;

	for (size_t i = 0; i < snapshot_n_rows(s); i++) {
		const struct snapshot_row *row = snapshot_row(s, i);

		sum += strlen(snapshot_string(s, row->name)) +
		       strlen(snapshot_string(s, row->path)) + snapshot_row(s, row->parent)->weight;
	}
}

/* The header is made to fit, so that the rows are looked at: up to three, the rest is strings. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	_cleanup_free_ char *copy = xmalloc(size + 1);
	struct snapshot_header h;
	size_t rest;

	memcpy(copy, data, size);
	if (size < sizeof(h))
		return snapshot_parse(copy, size, &s);
	memcpy(&h, copy, sizeof(h));
	rest = size - sizeof(h);
	h.magic = SNAPSHOT_MAGIC;
	h.version = SNAPSHOT_VERSION;
	h.row_size = sizeof(struct snapshot_row);
	h.n_rows %= 4;
	if (h.n_rows > rest / sizeof(struct snapshot_row))
		h.n_rows = (uint32_t)(rest / sizeof(struct snapshot_row));
	h.strings_size = (uint32_t)(rest - h.n_rows * sizeof(struct snapshot_row));
	memcpy(copy, &h, sizeof(h));
	if (size > sizeof(h))
		copy[size - 1] = '\0';
	if (snapshot_parse(copy, size, &s) == 0)
		use(s);
	return 0;
}
