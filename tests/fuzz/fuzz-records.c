// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the agent reads instead of YAML: refused, or a configuration that the reader of YAML would
 * have made as well.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/load.h"
#include "config/pack.h"
#include "util/alloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *dump(const struct config *c, size_t *ret_size)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, ret_size);

	config_dump(c, f);
	fclose(f);
	return text;
}

/* What is printed of it is YAML of the same meaning. (Places of the printed form are others, and
 * a stream may hold more values than a file may have nodes.) */
static void check(const struct config *c)
{
	_cleanup_(config_freep) struct config *again = NULL;
	_cleanup_(diags_done) struct diags diags = {};
	_cleanup_free_ char *text = NULL;
	size_t size;

	text = dump(c, &size);
	if (config_parse_text("dump", text, size, &again, &diags) < 0)
		abort();
	if (again->rules.n != c->rules.n || again->classes.n != c->classes.n ||
	    again->namespaces.n != c->namespaces.n)
		abort();
}

/*
 * Each record is given as it is, but in few bytes, so that a fuzzer gets somewhere: type, key,
 * value (2), file, more, length of the text, text.
 */
static size_t read_record(const uint8_t *data, size_t size, struct record *ret)
{
	size_t len;

	if (size < 7)
		return 0;
	*ret = (struct record){
		.type = data[0],
		.key = data[1],
		.value = data[2] | (uint32_t)data[3] << 8,
		.file = data[4],
		.more = data[5],
	};
	len = data[6] < size - 7 ? data[6] : size - 7;
	memcpy(ret->text, data + 7, len);
	return 7 + len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(config_freep) struct config *c = NULL;
	_cleanup_free_ char *stream = NULL;
	struct record r = {.type = RECORD_BEGIN, .value = RECORD_VERSION, .text = CGFIFO_VERSION};
	size_t stream_size, n;
	FILE *f = open_memstream(&stream, &stream_size);

	fwrite(&r, sizeof(r), 1, f);
	for (size_t i = 0; (n = read_record(data + i, size - i, &r)) > 0; i += n)
		fwrite(&r, sizeof(r), 1, f);
	r = (struct record){.type = RECORD_END, .value = 1};
	fwrite(&r, sizeof(r), 1, f);
	fclose(f);
	f = fmemopen(stream, stream_size, "r");
	if (config_unpack(f, NULL, NULL, &c) == 0)
		check(c);
	fclose(f);
	return 0;
}
