// SPDX-License-Identifier: GPL-2.0-only
/* cli/measure: readings that become intervals, one after the other. */
#include <criterion/criterion.h>

#include "cli/measure.h"

#define SEC 1000000000ull

static struct measurement m;
static uint64_t now;

static void teardown(void)
{
	measurement_done(&m);
}

TestSuite(measure, .fini = teardown);

/* A quarter of a second later: one cgroup, with so many tasks that run or want to. */
static void read_with(uint32_t nr_ready)
{
	struct snapshot *s = snapshot_new();

	now += SEC / 4;
	snapshot_edit_header(s)->nr_cpus = 4;
	snapshot_edit_header(s)->time_ns = now;
	*snapshot_add_row(s) = (struct snapshot_row){.cgid = 1, .flags = ROW_USAGE | ROW_READY};
	*snapshot_add_row(s) = (struct snapshot_row){
		.cgid = 7,
		.weight = 100,
		.nr_ready = nr_ready,
		.flags = ROW_USAGE | ROW_READY,
	};
	measure_add(&m, s);
}

static const struct sample *close_with(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	read_with(a);
	read_with(b);
	read_with(c);
	read_with(d);
	measure_close(&m);
	return &m.samples[1];
}

Test(measure, wants_more_in_all_readings)
{
	read_with(2);
	cr_expect(close_with(2, 3, 2, 4)->wants_more);
	cr_expect_eq(m.samples[1].nr_ready, 2);
	cr_expect_eq(m.span_ns, SEC);
	cr_expect_not(close_with(4, 0, 4, 4)->wants_more, "it had a moment without");
}

/* Who began to want more in one interval, and goes on, wants more in all of the next. */
Test(measure, an_interval_does_not_look_into_the_one_before)
{
	read_with(0);
	cr_expect_not(close_with(0, 0, 4, 4)->wants_more);
	cr_expect(close_with(4, 4, 4, 4)->wants_more);
	cr_expect_not(close_with(4, 4, 4, 0)->wants_more);
	cr_expect_not(close_with(4, 4, 4, 4)->wants_more, "at its beginning it did not");
}
