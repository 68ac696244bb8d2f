// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgfifo explain: the way of a weight for one cgroup, step by step, as the agent decided it, down
 * to what the cgroup got.
 */
#include <getopt.h>

#include "cli/ask.h"
#include "cli/measure.h"
#include "cli/one.h"
#include "cli/verbs.h"
#include "report/json.h"
#include "report/object.h"
#include "report/show.h"
#include "util/alloc.h"
#include "util/text.h"
#include "util/vec.h"

/* More than a verdict has. */
#define MAX_STEPS 64

struct explain_options {
	struct reading_options reading;
	uint64_t interval_usec;
	bool json;
};

struct steps {
	VEC(char *);
};

static void steps_done(struct steps *steps)
{
	VEC_FOREACH (text, steps)
		free(*text);
	VEC_DONE(steps);
}

static void add_step(const char *text, void *userdata)
{
	char **slot = VEC_PUSH((struct steps *)userdata, MAX_STEPS);

	/* Not all of it: nobody ends it with NUL who does not want to. */
	if (slot)
		*slot = text_printable(text, sizeof(((struct control_reply *)NULL)->text) - 1);
}

static void print_text(const struct measurement *m, size_t row, const struct steps *steps)
{
	const struct snapshot *s = m->after;
	_cleanup_free_ char *path =
		text_printable(snapshot_string(s, snapshot_row(s, row)->path), SIZE_MAX);

	printf("%s, at %s\n\n", snapshot_string(s, snapshot_row(s, row)->name), path);
	for (size_t i = 0; i < steps->n; i++)
		printf("%2zu. %s\n", i + 1, steps->items[i]);
	fputc('\n', stdout);
	show_print_weight(stdout, s, row);
	show_print_share(stdout, s, row, m->samples);
}

static void print_json(const struct measurement *m, size_t row, const struct steps *steps)
{
	struct object o = {.f = stdout};

	object_number(&o, "version", 1);
	object_key(&o, "steps");
	putchar('[');
	VEC_FOREACH (text, steps) {
		_cleanup_free_ char *quoted = text_json(*text);

		printf("%s%s", text > steps->items ? ", " : "", quoted);
	}
	putchar(']');
	object_key(&o, "cgroup");
	json_print_row(stdout, m->after, row, &m->samples[row]);
	object_end(&o);
	putchar('\n');
}

static int cmd_explain(int argc, char **argv)
{
	struct explain_options options = {.reading = READING_DEFAULTS, .interval_usec = 1000000};
	struct control_request request = {
		.magic = CONTROL_MAGIC,
		.version = CONTROL_VERSION,
		.verb = CONTROL_EXPLAIN,
	};
	_cleanup_(measurement_done) struct measurement m = {};
	_cleanup_(steps_done) struct steps steps = {};
	size_t row;
	int r;

	r = cli_parse(&verb_explain, argc, argv, &options);
	if (r > 0)
		return r - 1;
	if (measure(&options.reading, options.interval_usec, &m) < 0 ||
	    one_find(m.after, argv[optind], &row) < 0)
		return CLI_FAILED;
	request.cgid = snapshot_row(m.after, row)->cgid;
	if (ask(options.reading.socket, &request, add_step, &steps, NULL) < 0)
		return CLI_FAILED;
	if (options.json)
		print_json(&m, row, &steps);
	else
		print_text(&m, row, &steps);
	return CLI_OK;
}

static const struct cli_option options_table[] = {
	INTERVAL_OPTION(struct explain_options, interval_usec),
	CLI_OPTION(CLI_FLAG, "json", 0, NULL, struct explain_options, json, "as one JSON object"),
	READING_OPTIONS(struct explain_options, reading),
	{},
};

const struct verb verb_explain = {
	.name = "explain",
	.summary = "say why a cgroup has its weight, and what it gets for it",
	.words = "NAME",
	.words_are = CLI_CGROUPS,
	.min_words = 1,
	.max_words = 1,
	.about =
		"Say why a container, service or other cgroup has the weight that it has: what the "
		"defaults, the class, the rule and the pod's annotations gave, in the order in "
		"which they count, each with its place; then what is in force, what it is entitled "
		"to beside its siblings now, and what it gets. NAME is as for \"cgfifo show\".",
	.options = options_table,
	.exits = "0 explained, 1 nobody or more than one is called so or the agent does not run, 2 "
		 "wrong usage.",
	.run = cmd_explain,
};
