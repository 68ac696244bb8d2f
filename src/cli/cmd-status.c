// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgfifo status: who is entitled to what, and who gets what. Two snapshots an interval apart are
 * compared here, in the reader, so that the agent does nothing while nobody looks.
 */
#include <getopt.h>

#include "cli/measure.h"
#include "cli/verbs.h"
#include "report/json.h"
#include "report/table.h"

#define STATUS_NOT_RUNNING 3
#define STATUS_NO_AGENT	   4

struct status_options {
	struct reading_options reading;
	struct table_options table;
	uint64_t interval_usec;
	uint32_t count;
	bool watch; /* for ever */
	bool json;
	bool clear; /* the screen, before each */
};

static void show(const struct status_options *options, const struct measurement *m)
{
	if (options->json) {
		json_print(stdout, m->after, m->samples, m->span_ns, &options->table.view);
		return;
	}
	if (options->clear)
		fputs("\033[H\033[J", stdout);
	table_print_state(stdout, m->after);
	fputc('\n', stdout);
	table_print(stdout, m->after, m->samples, &options->table);
}

static int exit_status(const struct snapshot *s)
{
	const struct snapshot_header *h = snapshot_header(s);

	if (h->has_agent)
		return CLI_OK;
	if (h->state == STATE_SCHED || (h->state == STATE_OTHER && reading_is_ours_loaded()))
		return STATUS_NO_AGENT;
	return STATUS_NOT_RUNNING;
}

static int status(const struct status_options *options)
{
	_cleanup_(measurement_done) struct measurement m = {};

	if (measure(&options->reading, options->interval_usec, &m) < 0)
		return CLI_FAILED;
	for (uint32_t i = 1;; i++) {
		show(options, &m);
		if (fflush(stdout) != 0)
			return CLI_FAILED;
		if (!options->watch && i == options->count)
			return exit_status(m.after);
		if (measure_on(&options->reading, options->interval_usec, &m) < 0)
			return CLI_FAILED;
		if (!options->json && !options->clear)
			fputc('\n', stdout);
	}
}

static int cmd_status(int argc, char **argv)
{
	struct status_options options = {
		.reading = READING_DEFAULTS,
		.table =
			{
				.columns = cli_columns(),
				.colour = cli_wants_colour(stdout),
				.utf8 = cli_is_utf8(),
			},
		.interval_usec = 1000000,
		.count = 1,
	};
	int r;

	r = cli_parse(&verb_status, argc, argv, &options);
	if (r > 0)
		return r - 1;
	options.table.view.filter = argv[optind]; /* NULL at the end */
	options.table.view.all |= options.json;
	options.clear =
		(options.watch || options.count > 1) && cli_takes_escapes(stdout) && !options.json;
	return status(&options);
}

static const struct cli_option options_table[] = {
	CLI_OPTION(CLI_FLAG, "all", 'a', NULL, struct status_options, table.view.all,
		   "also cgroups that are idle, and the insides of containers"),
	INTERVAL_OPTION(struct status_options, interval_usec),
	CLI_OPTION(CLI_FLAG, "watch", 'w', NULL, struct status_options, watch,
		   "go on until interrupted"),
	CLI_OPTION(CLI_NUMBER, "count", 'n', "N", struct status_options, count, "show N times",
		   .min = 1, .max = UINT32_MAX),
	CLI_OPTION(CLI_FLAG, "json", 0, NULL, struct status_options, json,
		   "as JSON, one object per reading, with every cgroup"),
	READING_OPTIONS(struct status_options, reading),
	{},
};

const struct verb verb_status = {
	.name = "status",
	.summary = "show what everybody is entitled to and gets",
	.words = "[NAME]",
	.words_are = CLI_CGROUPS,
	.max_words = 1,
	.about = "Show for each container and service what it is entitled to and what it gets, in "
		 "percent of the machine. With NAME, only those whose name or path has it, or "
		 "matches it as a glob.",
	.options = options_table,
	.more = "ENT%     what its weight and those of its siblings entitle it to, after what\n"
		"         others leave\n"
		"GOT%     what it used in the interval\n"
		"GOT/ENT  1.00 is fair; \"-\": it had all that it wanted\n",
	.exits = "0 the agent runs; 3 cgfifo does not run; 4 only the scheduler runs, without its "
		 "agent; 1 it cannot be told; 2 wrong usage.",
	.run = cmd_status,
};
