// SPDX-License-Identifier: GPL-2.0-only
/* report/record and report/html: what is kept of many measurements, and the page that is made. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "report/html.h"
#include "report/record.h"
#include "util/alloc.h"
#include "util/cleanup.h"

static struct snapshot *s;
static struct sample samples[8];
static struct record record;
static char *out;

static void add(uint32_t parent, const char *name, const char *path, uint32_t weight)
{
	size_t i = snapshot_n_rows(s);
	struct snapshot_row *row = snapshot_add_row(s);

	*row = (struct snapshot_row){.cgid = i + 1, .parent = parent, .weight = weight};
	row->name = snapshot_add_string(s, name);
	row->path = snapshot_add_string(s, path);
}

static void setup(void)
{
	s = snapshot_new();
	add(0, "", "/", 100);
	add(0, "a.slice", "/a.slice", 100);
	add(1, "web.service", "/a.slice/web.service", 300);
	add(1, "<b>&\"x\".service", "/a.slice/<b>.service", 100);
	add(2, "inside", "/a.slice/web.service/inside", 100);
}

static void teardown(void)
{
	snapshot_free(s);
	record_done(&record);
	free(out);
}

TestSuite(record, .init = setup, .fini = teardown);

static void measure(double seconds, double web, bool web_wants, double other)
{
	samples[1] = (struct sample){.got = web + other, .entitled = 1, .wants_more = true};
	samples[2] = (struct sample){.got = web, .entitled = .75, .wants_more = web_wants};
	samples[3] = (struct sample){.got = other, .entitled = .25, .wants_more = true};
	record_add(&record, s, samples, seconds);
}

static const struct record_series *find(const char *name)
{
	VEC_FOREACH (series, &record.series)
		if (strcmp((*series)->name, name) == 0)
			return *series;
	return NULL;
}

Test(record, means)
{
	measure(1, .6, true, .25);
	measure(2, .1, false, .5);
	measure(3, .75, true, .25);
	record_finish(&record);
	cr_assert_eq(record.series.n, 3, "the insides of things are not recorded");
	cr_expect_str_eq(record.series.items[0]->name, "a.slice", "who got most is first");
	cr_expect_float_eq(find("web.service")->got, (.6 + .1 + .75) / 3, 1e-6);
	cr_expect_float_eq(find("web.service")->ratio, (.6 + .75) / 1.5, 1e-6,
			   "while it wanted more");
	cr_expect_float_eq(find("web.service")->wanting, 2.0 / 3, 1e-6);
	cr_expect(find("a.slice")->has_children);
	cr_expect_not(find("web.service")->has_children);
}

Test(record, comes_and_goes_and_changes)
{
	measure(1, .6, true, .25);
	snapshot_row(s, 2)->cgid = 99; /* made again */
	measure(2, .5, true, .25);
	snapshot_row(s, 2)->weight = 500;
	measure(3, .5, true, .25);
	record_finish(&record);
	cr_assert_eq(record.series.n, 4);
	VEC_FOREACH (item, &record.series) {
		const struct record_series *series = *item;

		if (series->cgid == 99) {
			cr_expect_eq(series->first, 1);
			cr_expect_eq(series->points.n, 2);
			cr_expect(series->weight_changed);
			cr_expect_eq(series->weight, 500);
		} else if (series->cgid == 3) {
			cr_expect_eq(series->points.n, 1);
		}
	}
}

/* The runtime is asked when a container is there already, and the agent may go. */
Test(record, what_a_container_is_called)
{
	struct snapshot_row *row = snapshot_row(s, 2);
	uint32_t id = row->name;

	measure(1, .6, true, .25);
	row->name = snapshot_add_string(s, "podman shop");
	row->container = snapshot_add_string(s, "shop");
	measure(2, .6, true, .25);
	row->name = id;
	row->container = 0;
	measure(3, .6, true, .25);
	record_finish(&record);
	cr_assert_not_null(find("podman shop"));
	cr_expect_eq(find("podman shop")->points.n, 3);
	cr_expect_null(find("web.service"));
}

/* Its cpu controller was off for a while, so that the scheduler did not know it. */
Test(record, is_away_and_comes_back)
{
	const struct record_series *web;

	measure(1, .6, true, .25);
	snapshot_row(s, 2)->cgid = 0;
	measure(2, .6, true, .25);
	measure(3, .6, true, .25);
	snapshot_row(s, 2)->cgid = 3;
	measure(4, .2, true, .25);
	record_finish(&record);
	web = find("web.service");
	cr_assert_eq(web->points.n, 4, "each measurement has its place");
	cr_expect_float_eq(web->points.items[3].got, .2, 1e-6);
	cr_expect_eq(web->points.items[1].got, 0);
	cr_expect_float_eq(web->got, .4, 1e-6, "of what is known");
}

/* In between the kernel unloaded the scheduler: who used what then is in nobody's count. */
Test(record, a_measurement_that_says_nothing)
{
	const struct record_series *web;

	measure(1, .6, true, .25);
	samples[2] = (struct sample){.entitled = .75, .is_unknown = true};
	record_add(&record, s, samples, 2);
	measure(3, .2, true, .25);
	record_finish(&record);
	web = find("web.service");
	cr_expect_eq(web->points.n, 3);
	cr_expect_float_eq(web->got, .4, 1e-6, "of what is known");
	cr_expect_float_eq(web->entitled, .75, 1e-6);
	cr_expect_float_eq(web->wanting, 1, 1e-6);
}

static const char *page(const struct html_event *events, size_t n)
{
	struct html_about about = {
		.host = "h<1>",
		.kernel = "7.3",
		.version = "1",
		.begin = "today",
		.nr_cpus = 4,
		.state = "All is well.",
		.events = events,
		.n_events = n,
	};
	size_t size;
	FILE *f = open_memstream(&out, &size);

	record_finish(&record);
	html_print(f, &record, &about);
	fclose(f);
	return out;
}

static void expect(const char *text)
{
	cr_expect_not_null(strstr(out, text), "no '%s' in:\n%s", text, out);
}

Test(record, page)
{
	struct html_event events[] = {
		{1.5, "web.service: weight 300", false},
		{2, "The kernel unloaded the scheduler: <stall>", true},
	};

	measure(1, .6, true, .25);
	measure(2, .75, true, .2);
	page(events, 2);
	expect("<title>CPU shares on h&lt;1&gt;</title>");
	expect("2 seconds from today, 2 measurements. 4 CPUs, Linux 7.3, cgfifo 1. All is well.");
	expect("&lt;b&gt;&amp;&quot;x&quot;.service");
	cr_expect_null(strstr(out, "<b>&\"x"), "names are no HTML");
	expect("<td class=\"n\">0.90</td>");
	/* 0.6 of 0.75 is the height; the picture begins at 44 and is 860 wide. */
	expect("<path class=\"got\" d=\"M44.0 112.0V27.2H452.0V6.0H860.0V112.0Z\"/>");
	expect("<path class=\"ent\" d=\"M0 0M44.0 6.0V6.0H452.0V6.0H860.0\"/>");
	expect("<line class=\"trouble\" x1=\"860.0\"");
	expect("<td class=\"bad\">The kernel unloaded the scheduler: &lt;stall&gt;</td>");
	cr_expect_null(strstr(out, "<script"));
	cr_expect_null(strstr(out, "http"), "it needs nothing else");
}

/* It has a rule and no slot, so that nobody counts what it uses. */
Test(record, page_with_one_that_nobody_counts)
{
	samples[2] = (struct sample){.is_unknown = true};
	record_add(&record, s, samples, 1);
	page(NULL, 0);
	expect("</td><td class=\"n\">&ndash;</td><td class=\"n\">&ndash;</td><td "
	       "class=\"n\">&ndash;</td><td class=\"n\">&ndash;</td></tr>");
}

Test(record, empty_page)
{
	page(NULL, 0);
	expect("Nobody used the CPU for long.");
	expect("Nothing: no weight changed");
	expect("</html>\n");
}

Test(record, each_that_is_left_out_counts_once)
{
	_cleanup_free_ struct sample *many = xcalloc(RECORD_MAX_SERIES + 8, sizeof(*many));

	while (snapshot_n_rows(s) < RECORD_MAX_SERIES + 8)
		add(0, "x.slice", "/x.slice", 100);
	for (int i = 1; i <= 3; i++)
		record_add(&record, s, many, i);
	cr_expect_eq(record.series.n, RECORD_MAX_SERIES);
	page(NULL, 0);
	/* The root and what is inside of a thing are not recorded. */
	cr_expect_not_null(strstr(out, "<p class=\"soft\">and 3602 more.</p>"),
			   "500 rows of 4102 are shown");
}
