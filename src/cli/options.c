// SPDX-License-Identifier: GPL-2.0-only
/* From the words of a command line to a verb's struct, by its table of options; see cli.h. */
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "cli/cli.h"
#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/parse.h"
#include "util/text.h"

/* More than any verb has. */
#define MAX_OPTIONS 24

/* getopt's value for the option with this index; letters stand for themselves. */
#define FIRST_VALUE 256
#define HELP_VALUE  (FIRST_VALUE + MAX_OPTIONS)

/* getopt's two tables. */
struct tables {
	struct option options[MAX_OPTIONS + 2];
	char letters[2 * MAX_OPTIONS + 2];
};

static void make_tables(const struct verb *verb, struct tables *t)
{
	const struct cli_option *o = verb->options;
	char *letter = t->letters;
	int n;

	for (n = 0; n < MAX_OPTIONS && o[n].name; n++) {
		bool takes = o[n].type != CLI_FLAG;

		t->options[n] = (struct option){
			.name = o[n].name,
			.has_arg = takes ? required_argument : no_argument,
			.val = o[n].letter ? o[n].letter : FIRST_VALUE + n,
		};
		if (o[n].letter)
			*letter++ = o[n].letter;
		if (o[n].letter && takes)
			*letter++ = ':';
	}
	t->options[n] = (struct option){.name = "help", .val = HELP_VALUE};
	*letter++ = 'h';
	*letter = '\0';
}

static const struct cli_option *find(const struct verb *verb, int value)
{
	for (int n = 0; verb->options[n].name; n++)
		if (value == (verb->options[n].letter ? verb->options[n].letter : FIRST_VALUE + n))
			return &verb->options[n];
	return NULL;
}

/* A number is seconds here: nobody thinks of an interval of 2 as anything else. */
static int parse_time(const char *s, const struct cli_option *o, uint64_t *ret)
{
	uint64_t sec;

	if (parse_u64(s, (o->min + 999999) / 1000000, o->max / 1000000, &sec) == 0) {
		*ret = sec * 1000000;
		return 0;
	}
	return parse_duration_usec(s, o->min, o->max, ret);
}

static int parse_word(const char *s, const char *const *words, unsigned int *ret)
{
	for (unsigned int i = 0; words[i]; i++)
		if (strcmp(s, words[i]) == 0) {
			*ret = i;
			return 0;
		}
	return -EINVAL;
}

static int take(const struct cli_option *o, const char *text, void *values)
{
	void *place = (char *)values + o->offset;

	switch (o->type) {
	case CLI_FLAG:
		*(bool *)place = true;
		return 0;
	case CLI_TEXT:
		*(const char **)place = text;
		return 0;
	case CLI_NUMBER:
		return parse_u32(text, (uint32_t)o->min, (uint32_t)o->max, place);
	case CLI_TIME:
		return parse_time(text, o, place);
	case CLI_WORD:
		return parse_word(text, o->words, place);
	}
	return -EINVAL;
}

static void say_expectation(const struct cli_option *o)
{
	char min[FORMAT_DURATION_LEN], max[FORMAT_DURATION_LEN];

	if (o->type == CLI_NUMBER)
		fprintf(stderr, "a number from %llu to %llu", (unsigned long long)o->min,
			(unsigned long long)o->max);
	else if (o->type == CLI_TIME)
		fprintf(stderr, "a time from %s to %s such as 30s",
			format_duration_usec(o->min, min), format_duration_usec(o->max, max));
	else
		for (size_t i = 0; o->words[i]; i++)
			fprintf(stderr, "%s%s",
				i == 0		  ? ""
				: o->words[i + 1] ? ", "
						  : " or ",
				o->words[i]);
}

static int bad_value(const struct verb *verb, const struct cli_option *o, const char *text)
{
	_cleanup_free_ char *shown = text_escape(text, TEXT_ESCAPE_MAX);

	fprintf(stderr, "cgfifo %s: --%s must be ", verb->name, o->name);
	say_expectation(o);
	fprintf(stderr, ", not %s\n", shown);
	return cli_usage_error(verb);
}

int cli_usage_error(const struct verb *verb)
{
	fprintf(stderr, "Usage: cgfifo %s%s%s%s\nTry --help for more.\n", verb->name,
		verb->options[0].name ? " [OPTION...]" : "", verb->words[0] ? " " : "",
		verb->words);
	return CLI_USAGE;
}

/* Too few words, which the usage shows, or one too many. */
static int bad_words(const struct verb *verb, int n, char **words)
{
	_cleanup_free_ char *shown = NULL;

	if (n > verb->max_words) {
		shown = text_escape(words[verb->max_words], TEXT_ESCAPE_MAX);
		fprintf(stderr, "cgfifo %s: one word too many: %s\n", verb->name, shown);
	} else {
		fprintf(stderr, "cgfifo %s: it takes %s\n", verb->name, verb->words);
	}
	return cli_usage_error(verb);
}

int cli_parse(const struct verb *verb, int argc, char **argv, void *values)
{
	_cleanup_free_ char *self = xasprintf("cgfifo %s", verb->name);
	char *was = argv[0];
	struct tables tables = {};
	int c, r = 0;

	make_tables(verb, &tables);
	argv[0] = self; /* in getopt's messages */
	while (r == 0 && (c = getopt_long(argc, argv, tables.letters, tables.options, NULL)) >= 0) {
		const struct cli_option *o = find(verb, c);

		if (c == 'h' || c == HELP_VALUE) {
			cli_print_help(stdout, verb);
			r = 1 + CLI_OK;
		} else if (!o) {
			r = 1 + cli_usage_error(verb);
		} else if (take(o, optarg, values) < 0) {
			r = 1 + bad_value(verb, o, optarg);
		}
	}
	argv[0] = was;
	if (r == 0 && (argc - optind < verb->min_words || argc - optind > verb->max_words))
		r = 1 + bad_words(verb, argc - optind, argv + optind);
	return r;
}
