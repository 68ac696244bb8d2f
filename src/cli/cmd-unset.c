// SPDX-License-Identifier: GPL-2.0-only
/* cgfifo unset: takes back what cgfifo set did. */
#include <getopt.h>

#include "cli/one.h"
#include "cli/reading.h"
#include "cli/verbs.h"
#include "util/cleanup.h"

struct unset_options {
	struct reading_options reading;
};

static int cmd_unset(int argc, char **argv)
{
	struct unset_options options = {.reading = READING_DEFAULTS};
	struct control_request request = {
		.magic = CONTROL_MAGIC,
		.version = CONTROL_VERSION,
		.verb = CONTROL_UNSET,
	};
	_cleanup_free_ char *done = NULL;
	int r;

	r = cli_parse(&verb_unset, argc, argv, &options);
	if (r > 0)
		return r - 1;
	if (one_ask(&options.reading, argv[optind], &request, &done) < 0)
		return CLI_FAILED;
	puts(done);
	return CLI_OK;
}

static const struct cli_option options_table[] = {
	READING_OPTIONS(struct unset_options, reading),
	{},
};

const struct verb verb_unset = {
	.name = "unset",
	.summary = "take back a weight that was set by hand",
	.words = "NAME",
	.words_are = CLI_CGROUPS,
	.min_words = 1,
	.max_words = 1,
	.about = "Take back what \"cgfifo set\" did to this cgroup: its rule counts again, or its "
		 "own "
		 "cpu.weight. NAME is as for \"cgfifo show\". Only root may.",
	.options = options_table,
	.exits = "0 taken back, 1 nothing was set or it cannot be told, 2 wrong usage.",
	.run = cmd_unset,
};
