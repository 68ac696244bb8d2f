// SPDX-License-Identifier: GPL-2.0-only
/* What several verbs need, see cli.h. */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int cli_usage_error(const char *usage)
{
	fprintf(stderr, "Usage: %s\nTry --help for more.\n", usage);
	return CLI_USAGE;
}

/* https://no-color.org: set and not empty means no colour. */
bool cli_wants_colour(FILE *f)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (no_color && no_color[0] != '\0')
		return false;
	return isatty(fileno(f)) && term && strcmp(term, "dumb") != 0;
}
