// SPDX-License-Identifier: GPL-2.0-only
/* cgfifo unset: takes back what cgfifo set did. */
#include <getopt.h>

#include "cli/ask.h"
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
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	_cleanup_free_ char *answer = NULL;
	size_t row;
	int r;

	r = cli_parse(&verb_unset, argc, argv, &options);
	if (r > 0)
		return r - 1;
	if (reading_take(&options.reading, &s) < 0 || one_find(s, argv[optind], &row) < 0)
		return CLI_FAILED;
	request.cgid = snapshot_row(s, row)->cgid;
	if (ask(options.reading.socket, &request, NULL, NULL, &answer) < 0)
		return CLI_FAILED;
	printf("%s: %s\n", snapshot_string(s, snapshot_row(s, row)->name), answer);
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
