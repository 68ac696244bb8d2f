// SPDX-License-Identifier: GPL-2.0-only
/* cli/top-model: order, history, and cgroups that were made again. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "cli/top-model.h"
#include "util/cleanup.h"

static struct snapshot *s;
static struct sample samples[8];
static struct top_model model;

static void add(uint32_t parent, const char *name, const char *path, uint64_t cgid, uint32_t weight,
		double got, double entitled, bool wants_more)
{
	size_t i = snapshot_n_rows(s);
	struct snapshot_row *row = snapshot_add_row(s);

	*row = (struct snapshot_row){.cgid = cgid, .parent = parent, .weight = weight};
	row->name = snapshot_add_string(s, name);
	row->path = snapshot_add_string(s, path);
	samples[i] = (struct sample){
		.got = got,
		.entitled = entitled,
		.wants_more = wants_more,
		.nr_ready = (uint32_t)i,
	};
}

static void setup(void)
{
	s = snapshot_new();
	add(0, "", "/", 1, 100, 1, 1, true);
	add(0, "x.slice", "/x.slice", 2, 100, .9, .9, true);
	add(1, "a.service", "/x.slice/a.service", 3, 100, .5, .4, true);
	add(1, "b.service", "/x.slice/b.service", 4, 300, .3, .5, true);
	add(1, "c.service", "/x.slice/c.service", 5, 200, .1, .6, false);
}

static void teardown(void)
{
	snapshot_free(s);
	top_model_done(&model);
}

TestSuite(top_model, .init = setup, .fini = teardown);

/* The names, in order. */
static void expect(bool tree, enum top_sort sort, const char *names)
{
	static const struct view_options view = {};
	_cleanup_free_ struct top_line *lines = NULL;
	size_t n = top_model_lines(&model, s, samples, &view, tree, sort, &lines);
	char got[256] = "";

	for (size_t i = 0; i < n; i++) {
		const char *name = snapshot_string(s, snapshot_row(s, lines[i].row)->name);

		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%*s%.1s ",
			 (int)lines[i].indent, "", name);
	}
	cr_expect_str_eq(got, names, "sort %d: %s", sort, got);
}

Test(top_model, orders)
{
	top_model_add(&model, s, samples);
	expect(true, TOP_BY_NAME, "x  c  b  a ");
	expect(false, TOP_BY_NAME, "a b c ");
	expect(false, TOP_BY_ENTITLED, "c b a ");
	expect(false, TOP_BY_GOT, "a b c ");
	expect(false, TOP_BY_RATIO, "b a c ");
	samples[3].waits = (struct cgfifo_waits){.nr_class = {[9] = 1}};
	samples[4].waits = (struct cgfifo_waits){.nr_class = {[4] = 1}};
	expect(false, TOP_BY_WAIT, "b c a ");
	samples[4].throttled = .3;
	expect(false, TOP_BY_THROTTLED, "c a b ");
	expect(false, TOP_BY_WEIGHT, "b c a ");
	expect(false, TOP_BY_TASKS, "c b a ");
}

static const struct top_past *past_of(uint64_t cgid)
{
	return idmap_get(&model.pasts, cgid);
}

Test(top_model, history)
{
	char spark[TOP_SPARK_LEN];

	for (int i = 0; i < TOP_HISTORY + 5; i++) {
		samples[2].got = i % 2 ? .4 : 0;
		top_model_add(&model, s, samples);
	}
	cr_expect_eq(past_of(3)->n, TOP_HISTORY);
	cr_expect_str_eq(top_spark(past_of(3), .4, 4, false, spark), "@ @ ");
	cr_expect_str_eq(top_spark(past_of(3), .8, 4, true, spark), "▄ ▄ ");
	cr_expect_str_eq(top_spark(past_of(3), .1, 4, false, spark), "@ @ ", "never over the top");
	cr_expect_str_eq(top_spark(NULL, .1, 4, false, spark), "    ");
}

Test(top_model, short_histories_end_at_the_right)
{
	char spark[TOP_SPARK_LEN];

	top_model_add(&model, s, samples);
	cr_expect_str_eq(top_spark(past_of(3), .5, 4, false, spark), "   @");
	top_spark(past_of(3), .5, TOP_HISTORY, true, spark);
	cr_expect_lt(strlen(spark), TOP_SPARK_LEN);
}

Test(top_model, made_again)
{
	top_model_add(&model, s, samples);
	cr_expect_not(past_of(3)->is_again, "what was there at the beginning is not new");
	snapshot_row(s, 2)->cgid = 33;
	top_model_add(&model, s, samples);
	cr_expect_null(past_of(3), "who is gone is forgotten");
	cr_expect(past_of(33)->is_again);
	cr_expect_eq(past_of(33)->n, 1);
	cr_expect_not(past_of(4)->is_again);
	top_model_add(&model, s, samples);
	cr_expect(past_of(33)->is_again, "and it stays marked");
}

/* Gone for some rounds, and then back under another id. */
Test(top_model, made_again_after_a_while)
{
	top_model_add(&model, s, samples);
	snapshot_row(s, 2)->cgid = 0;
	top_model_add(&model, s, samples);
	snapshot_row(s, 2)->cgid = 34;
	top_model_add(&model, s, samples);
	cr_expect(past_of(34)->is_again);
}
