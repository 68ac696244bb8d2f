// SPDX-License-Identifier: GPL-2.0-only
/* A configuration file: read or refused with a place; what is read can be printed and read again.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "config/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_again(const struct config *c)
{
	_cleanup_(config_freep) struct config *again = NULL;
	_cleanup_(diags_done) struct diags diags = {};
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	config_dump(c, f);
	fclose(f);
	if (config_parse_text("dump", text, size, &again, &diags) < 0)
		abort();
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(config_freep) struct config *c = NULL;
	_cleanup_(diags_done) struct diags diags = {};

	if (config_parse_text("f", (const char *)data, size, &c, &diags) == 0)
		read_again(c);
	else if (diags.n_errors == 0)
		abort();
	return 0;
}
