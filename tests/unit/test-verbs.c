// SPDX-License-Identifier: GPL-2.0-only
/* cli/: the tables of options do what they say, and the manual has the same verbs and options. */
#include <criterion/criterion.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/verbs.h"
#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/file.h"

struct values {
	bool flag;
	const char *text;
	uint32_t number;
	uint64_t time;
	unsigned int word;
};

static const char *const words[] = {"auto", "cgfifo", "none", NULL};

static const struct cli_option options[] = {
	CLI_OPTION(CLI_FLAG, "flag", 'f', NULL, struct values, flag, "a flag"),
	CLI_OPTION(CLI_TEXT, "text", 0, "TEXT", struct values, text, "a text"),
	CLI_OPTION(CLI_NUMBER, "number", 'n', "N", struct values, number, "a number", .min = 1,
		   .max = 100),
	CLI_OPTION(CLI_TIME, "time", 't', "TIME", struct values, time, "a time", .min = 200000,
		   .max = 3600000000),
	CLI_OPTION(CLI_WORD, "word", 0, "KIND", struct values, word, "a word", .words = words),
	{},
};

static const struct verb verb = {
	.name = "try",
	.words = "[A] [B]",
	.max_words = 2,
	.about = "Nothing.",
	.options = options,
	.exits = "0.",
};

/* Words are separated by blanks. */
static int parse(const char *line, struct values *values)
{
	static char copy[256];
	char *argv[16] = {"try"};
	int argc = 1;

	snprintf(copy, sizeof(copy), "%s", line);
	for (char *w = strtok(copy, " "); w; w = strtok(NULL, " "))
		argv[argc++] = w;
	optind = 0;
	*values = (struct values){.number = 7};
	return cli_parse(&verb, argc, argv, values);
}

Test(verbs, values)
{
	struct values v;

	cr_expect_eq(parse("", &v), 0);
	cr_expect_eq(v.number, 7, "the default stays");
	cr_expect_eq(parse("-f --text x -n 100 -t 2 --word none one two", &v), 0);
	cr_expect(v.flag);
	cr_expect_str_eq(v.text, "x");
	cr_expect_eq(v.number, 100);
	cr_expect_eq(v.time, 2000000);
	cr_expect_eq(v.word, 2);
	cr_expect_eq(parse("--time=10m", &v), 0);
	cr_expect_eq(v.time, 600000000);
	cr_expect_eq(parse("--time 200ms", &v), 0);
	cr_expect_eq(v.time, 200000);
}

static void expect_refused(const char *line, const char *message)
{
	char path[] = "/tmp/cgfifo-stderr-XXXXXX", buf[1024] = "";
	int fd = mkstemp(path), saved = dup(STDERR_FILENO);
	struct values v;

	dup2(fd, STDERR_FILENO);
	cr_expect_eq(parse(line, &v), 1 + CLI_USAGE, "%s", line);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	cr_assert_geq(pread(fd, buf, sizeof(buf) - 1, 0), 0);
	cr_expect_not_null(strstr(buf, message), "%s: no '%s' in:\n%s", line, message, buf);
	cr_expect_not_null(strstr(buf, "Usage: cgfifo try [OPTION...] [A] [B]\n"));
	close(fd);
	close(saved);
	unlink(path);
}

Test(verbs, mistakes)
{
	expect_refused("-n 0", "cgfifo try: --number must be a number from 1 to 100, not 0");
	expect_refused("-n x", "--number must be a number from 1 to 100, not x");
	expect_refused("-t 100ms", "--time must be a time from 200ms to 1h such as 30s, not 100ms");
	expect_refused("-t 0", "--time must be a time");
	expect_refused("--word full", "--word must be auto, cgfifo or none, not full");
	expect_refused("--word a\x1b[2J", "not a\\x1b[2J");
	expect_refused("--unknown", "cgfifo try: unrecognized option '--unknown'");
	expect_refused("--text", "cgfifo try: option '--text' requires an argument");
	expect_refused("one two three", "Usage: ");
}

static char *help_of(const struct verb *v)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	cli_print_help(f, v);
	fclose(f);
	return text;
}

Test(verbs, help_fits_a_terminal)
{
	for (size_t i = 0; cli_verbs[i]; i++) {
		_cleanup_free_ char *text = help_of(cli_verbs[i]);

		for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
			cr_expect_leq(strlen(line), 80, "%s: %s", cli_verbs[i]->name, line);
	}
}

Test(verbs, help_is_laid_out)
{
	_cleanup_free_ char *text = help_of(&verb);

	cr_expect_str_eq(text, "Usage: cgfifo try [OPTION...] [A] [B]\n"
			       "\n"
			       "Nothing.\n"
			       "\n"
			       "  -f, --flag       a flag\n"
			       "      --text TEXT  a text\n"
			       "  -n, --number N   a number\n"
			       "  -t, --time TIME  a time\n"
			       "      --word KIND  a word\n"
			       "  -h, --help       this text\n"
			       "\n"
			       "Exit status: 0.\n");
}

/* The part of the manual about a verb. The caller's. */
static char *section_of(const char *name)
{
	_cleanup_free_ char *path = xasprintf("%s/docs/man/cgfifo.8.rst", getenv("CGFIFO_SOURCE"));
	_cleanup_free_ char *heading = NULL;
	_cleanup_free_ char *line = xstrdup(name);
	_cleanup_free_ char *manual = NULL;
	char *begin, *end;

	cr_assert_eq(file_read(-1, path, 1 << 20, &manual, NULL), 0, "%s", path);
	memset(line, '-', strlen(line));
	heading = xasprintf("\n\n%s\n%s\n", name, line);
	begin = strstr(manual, heading);
	cr_assert_not_null(begin, "the manual says nothing about %s", name);
	begin += strlen(heading);
	/* The next heading is underlined. */
	for (end = begin; (end = strchr(end, '\n')); end++)
		if (strncmp(end, "\n---", 4) == 0 || strncmp(end, "\n===", 4) == 0)
			break;
	return xstrndup(begin, end ? (size_t)(end - begin) : strlen(begin));
}

static bool has_option(const struct verb *v, const char *name, size_t n)
{
	for (const struct cli_option *o = v->options; o->name; o++)
		if (strlen(o->name) == n && strncmp(o->name, name, n) == 0)
			return true;
	return false;
}

static void expect_in_manual(const struct verb *v, const struct cli_option *o, const char *section)
{
	_cleanup_free_ char *value =
		xasprintf("%s%s", o->value ? " " : "", o->value ? o->value : "");
	_cleanup_free_ char *form = o->letter
					    ? xasprintf("\n-%c, --%s%s", o->letter, o->name, value)
					    : xasprintf("\n--%s%s", o->name, value);
	const char *at = strstr(section, form);

	cr_expect(at && (at[strlen(form)] == ' ' || at[strlen(form)] == '\n'),
		  "%s: the manual has no '%s'", v->name, form + 1);
}

Test(verbs, manual_has_the_same_options)
{
	for (size_t i = 0; cli_verbs[i]; i++) {
		const struct verb *v = cli_verbs[i];
		_cleanup_free_ char *section = section_of(v->name);

		for (const struct cli_option *o = v->options; o->name; o++)
			expect_in_manual(v, o, section);
		for (char *at = section; (at = strstr(at, "\n-")); at++) {
			char *name = strstr(at, "--"), *end = strchr(at + 1, '\n');

			cr_assert(name && end && name < end, "%s", at);
			cr_expect(has_option(v, name + 2, strcspn(name + 2, " \n")),
				  "%s has no such option: %.*s", v->name, (int)(end - at), at);
		}
		cr_expect_not_null(strstr(section, "Exit status: "), "%s", v->name);
	}
}

/* And the synopsis names every verb. */
Test(verbs, manual_has_the_same_verbs)
{
	_cleanup_free_ char *path = xasprintf("%s/docs/man/cgfifo.8.rst", getenv("CGFIFO_SOURCE"));
	_cleanup_free_ char *manual = NULL;

	cr_assert_eq(file_read(-1, path, 1 << 20, &manual, NULL), 0);
	for (size_t i = 0; cli_verbs[i]; i++) {
		_cleanup_free_ char *form = xasprintf("| **cgfifo %s**", cli_verbs[i]->name);

		cr_expect_not_null(strstr(manual, form), "%s", form);
	}
}
