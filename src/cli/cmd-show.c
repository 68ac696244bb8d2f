// SPDX-License-Identifier: GPL-2.0-only
/* cgfifo show: all that is known about one cgroup. */
#include <getopt.h>

#include "cli/measure.h"
#include "cli/one.h"
#include "cli/verbs.h"
#include "report/json.h"
#include "report/show.h"

struct show_options {
	struct reading_options reading;
	uint64_t interval_usec;
	bool json;
};

static int cmd_show(int argc, char **argv)
{
	struct show_options options = {.reading = READING_DEFAULTS, .interval_usec = 1000000};
	_cleanup_(measurement_done) struct measurement m = {};
	size_t row;
	int r;

	r = cli_parse(&verb_show, argc, argv, &options);
	if (r > 0)
		return r - 1;
	if (measure(&options.reading, options.interval_usec, &m) < 0 ||
	    one_find(m.after, argv[optind], &row) < 0)
		return CLI_FAILED;
	if (!options.json) {
		show_print(stdout, m.after, row, m.samples);
		return CLI_OK;
	}
	json_print_row(stdout, m.after, row, &m.samples[row]);
	putchar('\n');
	return CLI_OK;
}

static const struct cli_option options_table[] = {
	INTERVAL_OPTION(struct show_options, interval_usec),
	CLI_OPTION(CLI_FLAG, "json", 0, NULL, struct show_options, json, "as one JSON object"),
	READING_OPTIONS(struct show_options, reading),
	{},
};

const struct verb verb_show = {
	.name = "show",
	.summary = "show all that is known about one cgroup",
	.words = "NAME",
	.words_are = CLI_CGROUPS,
	.min_words = 1,
	.max_words = 1,
	.about = "Show all that is known about one container, service, slice or other cgroup. NAME "
		 "is its path, its name as \"cgfifo list\" shows it, its unit, or the beginning of "
		 "a "
		 "container's id; else any part of a name or path, or a glob, that fits just one.",
	.options = options_table,
	.exits = "0 shown, 1 nobody or more than one is called so or it cannot be told, 2 wrong "
		 "usage.",
	.run = cmd_show,
};
