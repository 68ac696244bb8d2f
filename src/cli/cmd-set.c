// SPDX-License-Identifier: GPL-2.0-only
/* cgfifo set: a weight by hand, which goes before all rules until it ends or is taken back. */
#include <getopt.h>
#include <inttypes.h>

#include "../bpf/cgfifo.h"
#include "cli/one.h"
#include "cli/reading.h"
#include "cli/verbs.h"
#include "util/cleanup.h"
#include "util/parse.h"
#include "util/text.h"

struct set_options {
	struct reading_options reading;
	uint64_t for_usec;
};

static int bad_weight(const char *text)
{
	_cleanup_free_ char *shown = text_escape(text, TEXT_ESCAPE_MAX);

	fprintf(stderr, "cgfifo set: WEIGHT is a number from %d to %d, and not %s\n",
		CGFIFO_WEIGHT_MIN, CGFIFO_WEIGHT_MAX, shown);
	return cli_usage_error(&verb_set);
}

static void print_done(const char *done, uint64_t for_usec)
{
	char duration[FORMAT_DURATION_LEN];

	fputs(done, stdout);
	if (for_usec)
		printf(", for %s\n", format_duration_usec(for_usec, duration));
	else
		printf("; \"cgfifo unset\" takes it back\n");
}

static int cmd_set(int argc, char **argv)
{
	struct set_options options = {.reading = READING_DEFAULTS};
	struct control_request request = {
		.magic = CONTROL_MAGIC,
		.version = CONTROL_VERSION,
		.verb = CONTROL_SET,
	};
	_cleanup_free_ char *done = NULL;
	int r;

	r = cli_parse(&verb_set, argc, argv, &options);
	if (r > 0)
		return r - 1;
	if (parse_u32(argv[optind + 1], CGFIFO_WEIGHT_MIN, CGFIFO_WEIGHT_MAX, &request.weight) < 0)
		return bad_weight(argv[optind + 1]);
	request.for_usec = options.for_usec;
	if (one_ask(&options.reading, argv[optind], &request, &done) < 0)
		return CLI_FAILED;
	print_done(done, options.for_usec);
	return CLI_OK;
}

static const struct cli_option options_table[] = {
	CLI_OPTION(CLI_TIME, "for", 0, "TIME", struct set_options, for_usec,
		   "only for this time: 30s, 10m, 2h; default: until it is taken back",
		   .min = 1000000, .max = CONTROL_FOR_MAX_USEC),
	READING_OPTIONS(struct set_options, reading),
	{},
};

const struct verb verb_set = {
	.name = "set",
	.summary = "set a weight by hand, for a while",
	.words = "NAME WEIGHT",
	.words_are = CLI_CGROUPS,
	.min_words = 2,
	.max_words = 2,
	.about =
		"Give a container, service or other cgroup this weight at once, whatever the rules "
		"say. It ends after the time that --for gives, by \"cgfifo unset\", with the "
		"cgroup, "
		"or with the next boot; a restart of the agent does not end it. NAME is as for "
		"\"cgfifo show\". Only root may.",
	.options = options_table,
	.exits = "0 set, 1 not set, 2 wrong usage.",
	.run = cmd_set,
};
