// SPDX-License-Identifier: GPL-2.0-only
/* report/show: one cgroup in words. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "policy/verdict.h"
#include "report/show.h"
#include "util/cleanup.h"

static struct snapshot *s;
static struct sample samples[16];
static char *out;

static void add(uint32_t parent, const char *name, uint32_t weight, double got, double entitled,
		bool wants_more)
{
	size_t i = snapshot_n_rows(s);
	struct snapshot_row *row = snapshot_add_row(s);
	char path[64];

	snprintf(path, sizeof(path), parent ? "/a.slice/%s" : "/%s", name);
	*row = (struct snapshot_row){.cgid = i,
				     .parent = parent,
				     .weight = weight,
				     .own_weight = 100,
				     .flags = ROW_USAGE};
	row->name = snapshot_add_string(s, name);
	row->path = snapshot_add_string(s, path);
	samples[i] = (struct sample){.got = got, .entitled = entitled, .wants_more = wants_more};
}

static void setup(void)
{
	s = snapshot_new();
	snapshot_edit_header(s)->nr_cpus = 4;
	snapshot_edit_header(s)->state = STATE_SCHED;
	add(0, "", 100, 1, 1, true);
	add(0, "a.slice", 100, .9, .9, true);
	add(1, "web.service", 400, .3, .4, true);
	add(1, "busy.service", 200, .2, .2, true);
	add(1, "db.service", 800, .4, .4, true);
	add(1, "idle.service", 900, .01, .5, false);
	add(1, "bare.service", 0, .02, .1, true);
	snapshot_row(s, 2)->source = SOURCE_RULE;
	snapshot_row(s, 2)->origin = snapshot_add_string(s, "/etc/x.yaml:7");
	snapshot_row(s, 2)->slice_us = 1000;
	snapshot_row(s, 2)->policy = CGFIFO_POLICY_FAIR;
	snapshot_row(s, 2)->isolate = CGFIFO_ISOLATE_CORE;
	snapshot_row(s, 2)->flags |= ROW_READY | ROW_WANTED;
	samples[2].nr_ready = 3;
	samples[2].usage_ns = 1500000000;
}

static void teardown(void)
{
	snapshot_free(s);
	free(out);
}

TestSuite(show, .init = setup, .fini = teardown);

static const char *printed(size_t row)
{
	size_t size;
	FILE *f;

	free(out);
	f = open_memstream(&out, &size);
	show_print(f, s, row, samples);
	fclose(f);
	return out;
}

Test(show, one_with_a_rule)
{
	cr_expect_str_eq(printed(2),
			 "name        web.service\n"
			 "cgroup      /a.slice/web.service (id 2)\n"
			 "kind        unit\n"
			 "unit        web.service\n"
			 "weight      400, from rule at /etc/x.yaml:7; its own cpu.weight is 100\n"
			 "slice       1ms\n"
			 "policy      fair\n"
			 "isolate     core\n"
			 "beside      db.service (800), busy.service (200)\n"
			 "entitled    40.0 % of the machine (4 CPUs)\n"
			 "got         30.0 %, 0.75 of that\n"
			 "tasks       3 run or want to\n"
			 "CPU time    1.500 s since the scheduler was loaded\n",
			 "%s", out);
}

Test(show, one_that_is_idle)
{
	cr_expect_not_null(strstr(printed(5), "weight      900, its own cpu.weight\n"), "%s", out);
	cr_expect_not_null(strstr(out, "got         1.0 %, and that was all it wanted\n"), "%s",
			   out);
	cr_expect_not_null(strstr(out, "entitled    50.0 %"), "%s", out);
}

/* No controller, no share: nothing to be entitled to. */
Test(show, one_without_a_controller)
{
	cr_expect_not_null(strstr(printed(6), "weight      none: its cpu controller is off"), "%s",
			   out);
	cr_expect_null(strstr(out, "entitled"), "%s", out);
}

/* It has no slot, and a row only because of its rule. */
Test(show, one_whose_use_nobody_counts)
{
	samples[6].got = 0;
	samples[6].is_unknown = true;
	snapshot_row(s, 6)->flags = ROW_WANTED | ROW_FAILED;
	cr_expect_null(strstr(printed(6), "\ngot "), "%s", out);
	cr_expect_null(strstr(out, "CPU time"), "%s", out);
}

/* Without the scheduler it has no weight, and no controller that could be off. */
Test(show, the_root)
{
	snapshot_row(s, 0)->weight = 0;
	cr_expect(strstr(printed(0), "weight      none: it is the root, and has no siblings\n"),
		  "%s", out);
}

Test(show, one_that_failed)
{
	snapshot_row(s, 2)->flags |= ROW_FAILED;
	cr_expect_not_null(
		strstr(printed(2), "problem     what /etc/x.yaml:7 asks for is not in force"), "%s",
		out);
	snapshot_row(s, 2)->origin = 0;
	cr_expect(strstr(printed(2), "problem     what \"cgfifo set\" asks for is not in force"),
		  "%s", out);
}

/* As it is for a moment while the scheduler takes a limit in. */
Test(show, limit_without_a_period)
{
	snapshot_row(s, 2)->flags |= ROW_LIMITED;
	cr_expect_null(strstr(printed(2), "\nlimit "), "%s", out);
}

Test(show, limit_and_waits)
{
	snapshot_row(s, 2)->flags |= ROW_LIMITED | ROW_THROTTLED;
	snapshot_row(s, 2)->limit = (struct cgfifo_limit){
		.quota_ns = 20000000,
		.period_ns = 100000000,
		.nr_periods = 9,
		.nr_throttled = 8,
		.throttled_ns = 640000000,
	};
	samples[2].throttled = .8;
	samples[2].waits = (struct cgfifo_waits){.sum_ns = 3000000, .nr_class = {[9] = 1}};
	printed(2);
	cr_expect_not_null(strstr(out, "\nlimit       20.0 % of a CPU: 20.0 ms in each 100.0 ms\n"
				       "throttled   8 times in 9 periods, for 0.640 s, and at this "
				       "moment; now 80.0 %\n"
				       "waits       3.0ms on average, 99 of 100 not above 4.2ms (1 "
				       "time)\n"),
			   "%s", out);
}
