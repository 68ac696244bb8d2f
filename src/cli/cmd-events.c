// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgfifo events: what the agent does, as it does it. The agent tells the journal about all that it
 * changes, so that is where this reads: nothing is kept twice, and what was before is there too.
 */
#include <inttypes.h>
#include <syslog.h>
#include <time.h>

#include "cli/journal.h"
#include "cli/verbs.h"
#include "report/object.h"
#include "util/cleanup.h"
#include "util/text.h"

struct events_options {
	uint32_t lines;
	bool no_follow;
	bool json;
};

static void print_text(const struct journal_entry *e, bool colour)
{
	_cleanup_free_ char *shown = text_printable(e->message ? e->message : "", SIZE_MAX);
	time_t sec = (time_t)(e->time_usec / 1000000);
	const char *paint = "";
	struct tm tm = {};
	char when[32];

	if (colour && e->priority <= LOG_ERR)
		paint = "\033[31m";
	else if (colour && e->priority <= LOG_WARNING)
		paint = "\033[33m";
	localtime_r(&sec, &tm);
	strftime(when, sizeof(when), "%b %d %H:%M:%S", &tm);
	printf("%s  %s%s%s\n", when, paint, shown, paint[0] ? "\033[0m" : "");
}

static void print_json(const struct journal_entry *e)
{
	struct object o = {.f = stdout};

	object_number(&o, "time_usec", e->time_usec);
	object_number(&o, "priority", (uint64_t)e->priority);
	object_text(&o, "message", e->message ? e->message : "");
	object_text_if(&o, "message_id", e->message_id ? e->message_id : "");
	object_text_if(&o, "path", e->cgroup ? e->cgroup : "");
	object_number_of(&o, "cgroup_id", e->cgroup_id ? e->cgroup_id : "");
	object_number_of(&o, "weight", e->weight ? e->weight : "");
	object_text_if(&o, "origin", e->rule ? e->rule : "");
	object_end(&o);
	putchar('\n');
}

/* All that there is now. */
static int print_all(struct journal *j, const struct events_options *options, bool colour)
{
	for (;;) {
		_cleanup_(journal_entry_done) struct journal_entry e = {};
		int r = journal_next(j, &e);

		if (r <= 0)
			return r;
		if (options->json)
			print_json(&e);
		else
			print_text(&e, colour);
	}
}

static int cmd_events(int argc, char **argv)
{
	struct events_options options = {.lines = 10};
	_cleanup_(journal_freep) struct journal *j = NULL;
	bool colour = cli_wants_colour(stdout);
	int r;

	r = cli_parse(&verb_events, argc, argv, &options);
	if (r > 0)
		return r - 1;
	if (journal_open(&j) < 0 || journal_seek_tail(j, options.lines) < 0)
		return CLI_FAILED;
	for (;;) {
		if (print_all(j, &options, colour) < 0 || fflush(stdout) != 0)
			return CLI_FAILED;
		if (options.no_follow)
			return CLI_OK;
		if (journal_wait(j) < 0)
			return CLI_FAILED;
	}
}

static const struct cli_option options_table[] = {
	CLI_OPTION(CLI_NUMBER, "lines", 'n', "N", struct events_options, lines,
		   "begin with the last N that were before; default 10", .min = 0, .max = 1000000),
	CLI_OPTION(CLI_FLAG, "no-follow", 0, NULL, struct events_options, no_follow,
		   "show these and end"),
	CLI_OPTION(CLI_FLAG, "json", 0, NULL, struct events_options, json,
		   "as JSON, one object a line"),
	{},
};

const struct verb verb_events = {
	.name = "events",
	.summary = "follow what the agent does",
	.words = "",
	.about = "Show what the agent does as it does it, until interrupted: weights that it sets "
		 "and "
		 "takes back, the scheduler that starts, stops or is unloaded by the kernel, "
		 "configurations that it reads or refuses. Read from the journal, so for root and "
		 "the group systemd-journal only, and only of an agent that is a service; "
		 "\"journalctl -x -u cgfifo\" says more about each.",
	.options = options_table,
	.exits = "0 shown, 1 the journal cannot be read, 2 wrong usage.",
	.run = cmd_events,
};
