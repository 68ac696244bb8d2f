// SPDX-License-Identifier: GPL-2.0-only
/* What cgfifo-names sends to the agent: refused, or facts that pack to the same bytes again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "identity/wire.h"
#include "util/alloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input is what follows the header, which is right. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct names_facts head = {.header = {NAMES_VERSION, NAMES_FACTS}, .cgid = 1};
	_cleanup_(facts_freep) struct facts *f = NULL, *again = NULL;
	_cleanup_free_ char *message = xmalloc(sizeof(head) + size);
	static char first[NAMES_MESSAGE_MAX], second[NAMES_MESSAGE_MAX];
	size_t first_size, second_size;
	uint64_t id;

	memcpy(message, &head, sizeof(head));
	memcpy(message + sizeof(head), data, size);
	if (wire_unpack_facts(message, sizeof(head) + size, &id, &f) < 0)
		return 0;
	first_size = wire_pack_facts(id, f, first);
	if (wire_unpack_facts(first, first_size, &id, &again) < 0)
		abort();
	second_size = wire_pack_facts(id, again, second);
	if (first_size != second_size || memcmp(first, second, first_size) != 0)
		abort();
	return 0;
}
