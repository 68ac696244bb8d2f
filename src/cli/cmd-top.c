// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgfifo top: cgfifo status as a screen that goes on. Four readings make a measurement; between
 * them it waits for keys. What it knows of the past is in top-model.c, and ncurses in
 * top-screen.c.
 */
#include <errno.h>
#include <getopt.h>
#include <time.h>

#include "cli/top-screen.h"
#include "cli/verbs.h"
#include "report/collect.h"
#include "util/log.h"

struct top_options {
	struct reading_options reading;
	uint64_t interval_usec;
	bool flat, all;
};

struct top {
	const struct top_options *options;
	struct measurement m;
	struct top_model model;
	struct top_choice choice;
};

/* The next reading; every fourth is a measurement, and shown. */
static int advance(struct top *t, unsigned int *n_readings)
{
	int r;

	if (t->choice.frozen)
		return 0;
	r = measure_read(&t->options->reading, &t->m);
	if (r < 0)
		return r;
	if (++*n_readings % MEASURE_READINGS != 0)
		return 0;
	measure_close(&t->m);
	top_model_add(&t->model, t->m.after, t->m.samples);
	screen_draw(&t->m, &t->model, &t->choice);
	return 0;
}

static void choose(struct top *t, enum top_key key)
{
	struct top_choice *c = &t->choice;

	if (key == TOP_KEY_TREE) {
		c->tree = !c->tree;
	} else if (key == TOP_KEY_SORT) {
		c->sort = c->tree ? c->sort : (c->sort + 1) % TOP_N_SORTS;
		c->tree = false;
	} else if (key == TOP_KEY_ALL) {
		c->view.all = !c->view.all;
	} else if (key == TOP_KEY_FREEZE) {
		c->frozen = !c->frozen;
	} else if (key == TOP_KEY_FILTER) {
		screen_ask_filter(c);
	}
}

static int loop(struct top *t)
{
	uint64_t step_ns = t->options->interval_usec * 1000 / MEASURE_READINGS;
	uint64_t due = collect_now_ns() + step_ns;
	unsigned int n_readings = 0;
	int r;

	r = measure_read(&t->options->reading, &t->m);
	while (r == 0) {
		uint64_t now = collect_now_ns();
		enum top_key key = screen_key(now < due ? (due - now) / 1000 : 0, &t->choice);

		if (key == TOP_KEY_QUIT)
			return 0;
		if (key == TOP_KEY_GONE)
			return -ENOTTY;
		choose(t, key);
		if (key != TOP_KEY_NONE && t->m.after)
			screen_draw(&t->m, &t->model, &t->choice);
		if (collect_now_ns() < due)
			continue;
		r = advance(t, &n_readings);
		due = collect_now_ns() + step_ns;
	}
	return r;
}

static const char *why_not(int r)
{
	if (r == -EOPNOTSUPP)
		return "This cgfifo was built without ncurses";
	return r == -ENODEV ? "TERM names a terminal that is not known here"
			    : "cgfifo top needs a terminal";
}

static int cmd_top(int argc, char **argv)
{
	struct top_options options = {.reading = READING_DEFAULTS, .interval_usec = 1000000};
	struct top t = {.options = &options};
	int r;

	r = cli_parse(&verb_top, argc, argv, &options);
	if (r > 0)
		return r - 1;
	t.choice.tree = !options.flat;
	t.choice.view.all = options.all;
	r = screen_open(cli_is_utf8(), cli_wants_colour(stdout));
	if (r < 0) {
		log_error("%s; \"cgfifo status --watch\" shows the same", why_not(r));
		return CLI_FAILED;
	}
	r = loop(&t);
	screen_close();
	if (r == -ENOTTY)
		log_error("The terminal is gone");
	else if (r < 0)
		log_error_errno(r, "It cannot be told any more who gets what: %m");
	measurement_done(&t.m);
	top_model_done(&t.model);
	return r < 0 ? CLI_FAILED : CLI_OK;
}

static const struct cli_option options_table[] = {
	CLI_OPTION(CLI_FLAG, "flat", 0, NULL, struct top_options, flat, "begin without the tree"),
	CLI_OPTION(CLI_FLAG, "all", 'a', NULL, struct top_options, all,
		   "begin with all cgroups, also those that are idle"),
	INTERVAL_OPTION(struct top_options, interval_usec),
	READING_OPTIONS(struct top_options, reading),
	{},
};

const struct verb verb_top = {
	.name = "top",
	.summary = "watch what everybody is entitled to and gets, on a full screen",
	.words = "",
	.about =
		"Show what everybody is entitled to and gets, on a full screen that goes on, with "
		"the "
		"last minute of each as a line. A + before a name: another cgroup of this name was "
		"there before, and this one was made again. Costs nothing while nobody looks.",
	.options = options_table,
	.more = "q       quit\n"
		"t       as a tree, or flat\n"
		"s       flat, sorted by the next column: ENT%, GOT%, GOT/ENT (worst served\n"
		"        first), P99, THR%, WEIGHT, TASKS, NAME\n"
		"a       also cgroups that are idle, and the insides of containers; or fewer\n"
		"f       freeze, or go on\n"
		"/       only what has this in its name or path, or matches it as a glob\n"
		"arrows  move the lines; so do j, k and the page keys\n",
	.exits = "0 left by q, 1 there is no terminal or nothing can be read, 2 wrong usage.",
	.run = cmd_top,
};
