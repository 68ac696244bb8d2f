// SPDX-License-Identifier: GPL-2.0-only
/* cgfifo list: which slices, units and containers there are, and the weight of each. */
#include <getopt.h>

#include "cli/reading.h"
#include "cli/verbs.h"
#include "report/list.h"
#include "util/log.h"

struct list_options {
	struct reading_options reading;
	struct table_options table;
	bool json;
};

static int cmd_list(int argc, char **argv)
{
	struct list_options options = {
		.reading = READING_DEFAULTS,
		.table = {.view.idle = true, .columns = cli_columns(), .utf8 = cli_is_utf8()},
	};
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	size_t n;
	int r;

	r = cli_parse(&verb_list, argc, argv, &options);
	if (r > 0)
		return r - 1;
	options.table.view.filter = argv[optind]; /* NULL at the end */
	if (reading_take(&options.reading, &s) < 0)
		return CLI_FAILED;
	if (options.json)
		n = list_print_json(stdout, s, &options.table.view);
	else
		n = list_print(stdout, s, &options.table);
	if (n > 0)
		return CLI_OK;
	log_error("%s", options.table.view.filter ? "No cgroup matches" : "There is no cgroup");
	return CLI_FAILED;
}

static const struct cli_option options_table[] = {
	CLI_OPTION(CLI_FLAG, "all", 'a', NULL, struct list_options, table.view.all,
		   "also the insides of containers and services"),
	CLI_OPTION(CLI_FLAG, "json", 0, NULL, struct list_options, json, "as one JSON object"),
	READING_OPTIONS(struct list_options, reading),
	{},
};

const struct verb verb_list = {
	.name = "list",
	.summary = "list slices, units and containers with their weights",
	.words = "[NAME]",
	.words_are = CLI_CGROUPS,
	.max_words = 1,
	.about =
		"List slices, units and containers, the weight that each has now, where that comes "
		"from, and the place of the rule. With NAME, only those whose name or path has it, "
		"or matches it as a glob. Measures nothing: \"cgfifo status\" shows who gets what.",
	.options = options_table,
	.exits = "0 listed, 1 there is none or it cannot be told, 2 wrong usage.",
	.run = cmd_list,
};
