// SPDX-License-Identifier: GPL-2.0-only
/* report/table and report/view: what a person sees. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/resolve.h"
#include "report/table.h"
#include "util/text.h"

static struct snapshot *s;
static struct sample samples[256];
static struct table_options options;
static char *out;

static size_t add(const char *name, const char *path, uint32_t parent, uint32_t weight, double got,
		  double entitled, bool wants_more)
{
	size_t i = snapshot_n_rows(s);
	struct snapshot_row *row = snapshot_add_row(s);

	*row = (struct snapshot_row){.cgid = i + 1, .parent = parent, .weight = weight};
	row->name = snapshot_add_string(s, name);
	row->path = snapshot_add_string(s, path);
	samples[i] = (struct sample){.got = got, .entitled = entitled, .wants_more = wants_more};
	return i;
}

/*
 * Two busy services of which one is not served well, one that sleeps, one that nobody has heard
 * of for a while, and one whose rule could not be put in force.
 */
static void setup(void)
{
	size_t slice, failed;

	s = snapshot_new();
	snapshot_edit_header(s)->nr_cpus = 4;
	snapshot_edit_header(s)->state = STATE_SCHED;
	snapshot_edit_header(s)->has_agent = 1;
	options = (struct table_options){.columns = 80};
	add("/", "/", 0, 0, 1, 1, true);
	slice = add("system.slice", "/system.slice", 0, 100, .8, .8, true);
	add("b.service", "/system.slice/b.service", (uint32_t)slice, 300, .3, .6, true);
	add("a.service", "/system.slice/a.service", (uint32_t)slice, 200, .2, .2, true);
	add("c.service", "/system.slice/c.service", (uint32_t)slice, 100, .01, .2, false);
	add("idle.service", "/system.slice/idle.service", (uint32_t)slice, 100, 0, .2, false);
	add("a.service/sub", "/system.slice/a.service/sub", 3, 100, .2, .2, true);
	failed = add("f.service", "/system.slice/f.service", (uint32_t)slice, 0, 0, 0, false);
	snapshot_row(s, 2)->source = SOURCE_RULE;
	snapshot_row(s, 2)->flags = ROW_WANTED;
	snapshot_row(s, failed)->flags = ROW_WANTED | ROW_FAILED;
	snapshot_row(s, failed)->conf_weight = 500;
	snapshot_row(s, failed)->origin = snapshot_add_string(s, "f.yaml:7");
}

static void teardown(void)
{
	s = snapshot_free(s);
	free(out);
}

TestSuite(table, .init = setup, .fini = teardown);

static const char *printed(void)
{
	size_t size;
	FILE *f;

	free(out);
	f = open_memstream(&out, &size);
	table_print(f, s, samples, &options);
	fclose(f);
	return out;
}

static const char *state(void)
{
	size_t size;
	FILE *f;

	free(out);
	f = open_memstream(&out, &size);
	table_print_state(f, s);
	fclose(f);
	return out;
}

Test(table, what_is_busy_or_has_a_rule)
{
	cr_expect_str_eq(
		printed(),
		"NAME                      WEIGHT  FROM       ENT%   GOT%  GOT/ENT\n"
		"system.slice                 100  cgroup     80.0   80.0     1.00  ##########\n"
		"  b.service                  300  rule       60.0   30.0     0.50  ###....\n"
		"  a.service                  200  cgroup     20.0   20.0     1.00  ##\n"
		"  c.service                  100  cgroup     20.0    1.0        -\n"
		"  f.service                    -  cgroup !      -    0.0        -\n"
		"! /system.slice/f.service: what f.yaml:7 asks for is not in force, see the log\n",
		"%s", out);
}

Test(table, all)
{
	options.view.all = true;
	printed();
	cr_expect(strstr(out, "\n  idle.service "), "%s", out);
	cr_expect(strstr(out, "\n    a.service/sub "), "%s", out);
}

/* A rule that matches a hundred sleepers does not push those at work from the screen. */
Test(table, many_idle_ones_with_a_rule)
{
	for (int i = 0; i < 100; i++) {
		size_t row = add("sleeper", "/sleeper", 0, 100, 0, .1, false);

		snapshot_row(s, row)->flags = ROW_WANTED;
		cr_expect_eq(strstr(printed(), "sleeper") != NULL, i < 39,
			     "%d of them and f.service", i + 1);
	}
	cr_expect(strstr(out, "b.service"), "%s", out);
	cr_expect(strstr(out, "100 cgroups with a rule are idle"), "%s", out);
	cr_expect(strstr(out, "f.service"), "what failed is always shown: %s", out);
	options.view.all = true;
	cr_expect(strstr(printed(), "sleeper"), "%s", out);
}

Test(table, what_was_set_by_hand_and_failed)
{
	snapshot_row(s, 7)->origin = 0;
	cr_expect(
		strstr(printed(), "! /system.slice/f.service: what \"cgfifo set\" asks for is not"),
		"%s", out);
}

/* The longest word for where a weight is from moves nothing. */
Test(table, annotation)
{
	snapshot_row(s, 2)->source = SOURCE_ANNOTATION;
	cr_expect(strstr(printed(), "  b.service                  300  annotat    60.0   30.0 "),
		  "%s", out);
}

Test(table, many_failures_are_counted)
{
	for (int i = 0; i < 20; i++)
		snapshot_row(s, add("x", "/x", 0, 0, 0, 0, false))->flags = ROW_WANTED | ROW_FAILED;
	printed();
	cr_expect(strstr(out, "\n! and 11 more\n"), "%s", out);
}

Test(table, filter)
{
	static const struct {
		const char *filter, *names;
	} cases[] = {
		{"b.service", "b.service "},
		{"/system.slice/idle.service", "idle.service "},
		{"*le.service", "idle.service "},
		{"/system.slice/?.service", "b.service a.service c.service f.service "},
		{"sub", "a.service/sub "},
		{"slice/a.serv", "a.service a.service/sub "},
		{"xyz", ""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct view_line *lines;
		char names[256] = "";
		size_t n;

		options.view.filter = cases[i].filter;
		n = view_make(s, samples, &options.view, &lines);
		for (size_t k = 0; k < n; k++) {
			cr_expect_eq(lines[k].indent, 0);
			strcat(names, snapshot_string(s, snapshot_row(s, lines[k].row)->name));
			strcat(names, " ");
		}
		cr_expect_str_eq(names, cases[i].names, "%s: %s", cases[i].filter, names);
		free(lines);
	}
	cr_expect_str_eq(printed(), "No cgroup matches.\n");
}

/* A cgroup with a rule that has no slot, and an interval in which the scheduler came or went. */
Test(table, what_nobody_knows)
{
	samples[7].is_unknown = true;
	cr_expect(strstr(printed(),
			 "  f.service                    -  cgroup !      -      -        -\n"),
		  "%s", out);
	for (size_t i = 0; i < snapshot_n_rows(s); i++) {
		samples[i] = (struct sample){.entitled = .2, .is_unknown = true};
		snapshot_row(s, i)->flags = 0;
	}
	cr_expect_str_eq(printed(), "Nobody knows who used what meanwhile.\n");
}

Test(table, no_line_is_wider_than_the_terminal)
{
	static const size_t columns[] = {65, 72, 80, 100, 132, 250};

	add("a name that is a good deal longer than the column for names can be, in any terminal "
	    "that anybody has, umlauts \xc3\xa4\xc3\xb6\xc3\xbc included",
	    "/x", 0, 10000, 1, 1, true);
	snapshot_row(s, 2)->weight = 10000;
	/* with cpu.idle, beside others that want all */
	samples[add("idler.service", "/idler.service", 0, 100, .03, 1e-8, true)].nr_ready = 1;
	samples[3].got = 25; /* 2500 % can only be an error, but must not break the table */
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		for (int utf8 = 0; utf8 <= 1; utf8++) {
			options.columns = columns[i];
			options.utf8 = utf8;
			printed();
			for (char *line = strtok(out, "\n"); line; line = strtok(NULL, "\n"))
				if (line[0] != '!')
					cr_expect_leq(text_length(line, strlen(line)), columns[i],
						      "%zu: %s", columns[i], line);
		}
}

Test(table, deep_trees_keep_room_for_names)
{
	uint32_t parent = 1;

	for (int i = 0; i < 20; i++)
		parent = (uint32_t)add("deep.slice", "/deep.slice", parent, 100, .1, .1, true);
	printed();
	for (char *line = strtok(out, "\n"); line; line = strtok(NULL, "\n"))
		cr_expect_leq(strlen(line), 100, "%s", line);
	printed();
	cr_expect(strstr(out, "                  dee"), "%s", out);
}

Test(table, colour_only_for_what_is_wrong)
{
	options.colour = true;
	printed();
	cr_expect(strstr(out, "\033[31m   0.50\033[0m"), "%s", out);
	cr_expect_null(strstr(strstr(out, "a.service"), "\033"), "%s", out);
}

Test(table, nothing_to_show)
{
	snapshot_free(s);
	s = snapshot_new();
	add("/", "/", 0, 0, 0, 1, false);
	cr_expect_str_eq(printed(), "Nothing runs, and no rule is in force.\n");
}

Test(table, state)
{
	struct snapshot_header *h = snapshot_edit_header(s);

	cr_expect_str_eq(state(), "cgfifo schedules this machine. 4 CPUs, 8 cgroups, 2 with a "
				  "rule.\n");
	h->since_ns = 1;
	h->time_ns = 301 * 1000000000ull;
	cr_expect(strstr(state(), ", for 5 min. "), "%s", out);
	h->has_agent = 0;
	cr_expect(strstr(state(), "The agent does not run"), "%s", out);
	h->state = STATE_FALLBACK;
	h->has_agent = 1;
	h->note = snapshot_add_string(s, "why\033[2J\nnot");
	h->config_note = snapshot_add_string(s, "f.yaml:1:1: error");
	h->n_left_out = 3;
	state();
	cr_expect(strstr(out, "Fall back"), "%s", out);
	cr_expect(strstr(out, "\n  note: why\\x1b[2J\\nnot\n"), "%s", out);
	cr_expect(strstr(out, "\n  configuration: f.yaml:1:1: error\n"), "%s", out);
	cr_expect(strstr(out, "3 more cgroups"), "%s", out);
	h->state = STATE_OTHER;
	cr_expect(strstr(state(), "cannot be looked into"), "%s", out);
	h->state = STATE_NONE;
	cr_expect(strstr(state(), "cgfifo does not"), "%s", out);
}
