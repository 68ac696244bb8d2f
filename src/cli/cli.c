// SPDX-License-Identifier: GPL-2.0-only
/* What several verbs need to know about the terminal, see cli.h. */
#include "cli/cli.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "util/parse.h"

bool cli_takes_escapes(FILE *f)
{
	const char *term = getenv("TERM");

	return isatty(fileno(f)) && term && strcmp(term, "dumb") != 0;
}

/* https://no-color.org: set and not empty means no colour. */
bool cli_wants_colour(FILE *f)
{
	const char *no_color = getenv("NO_COLOR");

	return (!no_color || no_color[0] == '\0') && cli_takes_escapes(f);
}

bool cli_is_utf8(void)
{
	setlocale(LC_CTYPE, "");
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

size_t cli_columns(void)
{
	const char *env = getenv("COLUMNS");
	struct winsize size;
	uint32_t columns;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	if (env && parse_u32(env, 20, 1000, &columns) == 0)
		return columns;
	return 80;
}
