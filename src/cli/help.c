// SPDX-License-Identifier: GPL-2.0-only
/* cgfifo VERB --help, from the verb's own struct; see cli.h. */
#include <string.h>

#include "cli/cli.h"
#include "util/alloc.h"
#include "util/cleanup.h"

/* People read help in windows of 80 columns, and paste it. */
#define WIDTH 80
/* The options' own column at most; a longer one has a line for itself. */
#define OPTION_WIDTH 24

/* Words from a text, with line breaks where they are needed; the cursor is at column at. */
static void print_wrapped(FILE *f, const char *text, size_t at, size_t indent)
{
	bool first = true; /* in its line */

	while (*text) {
		size_t n = strcspn(text, " \n");

		if (!first && at + 1 + n > WIDTH) {
			fprintf(f, "\n%*s", (int)indent, "");
			at = indent;
			first = true;
		}
		at += (size_t)fprintf(f, "%s%.*s", first ? "" : " ", (int)n, text);
		first = false;
		text += n;
		if (*text == '\n') {
			fprintf(f, "\n%*s", (int)indent, "");
			at = indent;
			first = true;
		}
		if (*text)
			text++;
	}
	fputc('\n', f);
}

/* "-i, --interval TIME" */
static char *form(const struct cli_option *o)
{
	char letter[8] = "    ";

	if (o->letter)
		snprintf(letter, sizeof(letter), "-%c, ", o->letter);
	return xasprintf("  %s--%s%s%s", letter, o->name, o->value ? " " : "",
			 o->value ? o->value : "");
}

static size_t options_width(const struct cli_option *options)
{
	size_t width = strlen("  -h, --help");

	for (; options->name; options++) {
		_cleanup_free_ char *text = form(options);

		if (strlen(text) > width && strlen(text) <= OPTION_WIDTH)
			width = strlen(text);
	}
	return width;
}

static void print_option(FILE *f, const struct cli_option *o, size_t width)
{
	_cleanup_free_ char *text = form(o);
	size_t n = strlen(text);

	fputs(text, f);
	if (n > width) {
		fputc('\n', f);
		n = 0;
	}
	fprintf(f, "%*s", (int)(width + 2 - n), "");
	print_wrapped(f, o->help, width + 2, width + 2);
}

void cli_print_help(FILE *f, const struct verb *verb)
{
	static const struct cli_option help = {.name = "help", .letter = 'h', .help = "this text"};
	size_t width = options_width(verb->options);

	fprintf(f, "Usage: cgfifo %s%s%s%s\n\n", verb->name,
		verb->options[0].name ? " [OPTION...]" : "", verb->words[0] ? " " : "",
		verb->words);
	print_wrapped(f, verb->about, 0, 0);
	fputc('\n', f);
	for (const struct cli_option *o = verb->options; o->name; o++)
		print_option(f, o, width);
	print_option(f, &help, width);
	if (verb->more)
		fprintf(f, "\n%s", verb->more);
	fputs("\nExit status: ", f);
	print_wrapped(f, verb->exits, strlen("Exit status: "), 0);
}
