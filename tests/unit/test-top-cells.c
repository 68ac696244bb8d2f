// SPDX-License-Identifier: GPL-2.0-only
/* cli/top-cells: what stands in the columns, and that they keep their places. */
#include <criterion/criterion.h>
#include <string.h>

#include "cli/top-cells.h"
#include "policy/verdict.h"

static char buf[TOP_CELLS_LEN];

Test(top_cells, everything_is_known)
{
	struct snapshot_row row = {
		.weight = 300, .source = SOURCE_RULE, .flags = ROW_READY | ROW_LIMITED};
	struct sample sample = {
		.got = .25,
		.entitled = .5,
		.wants_more = true,
		.nr_ready = 7,
		.throttled = .8,
		.waits = {.sum_ns = 3000000, .nr_class = {[9] = 1}},
	};

	cr_expect_str_eq(top_headings(true, buf),
			 "  WEIGHT  FROM       ENT%   GOT%  GOT/ENT   WAIT    P99   THR%  TASKS");
	cr_expect_str_eq(top_cells(&row, &sample, true, buf),
			 "     300  rule       50.0   25.0     0.50  3.0ms  4.2ms   80.0      7");
	cr_expect_str_eq(top_headings(false, buf),
			 " WEIGHT  ENT%  GOT% GOT/ENT  WAIT   P99  THR% TASKS");
	cr_expect_str_eq(top_cells(&row, &sample, false, buf),
			 "    300  50.0  25.0    0.50 3.0ms 4.2ms  80.0     7");
}

Test(top_cells, nothing_is_known)
{
	struct snapshot_row row = {.source = SOURCE_RULE, .flags = ROW_FAILED};
	struct sample sample = {.is_unknown = true};

	cr_expect_str_eq(top_cells(&row, &sample, true, buf),
			 "       -  rule!         -      -        -      -      -      -      -");
}

/* With cpu.idle, beside others that want all. */
Test(top_cells, entitled_to_next_to_nothing)
{
	struct snapshot_row row = {.weight = 100, .source = SOURCE_OWN};
	struct sample sample = {.got = .03, .entitled = 1e-8, .wants_more = true};

	cr_expect_str_eq(top_cells(&row, &sample, false, buf),
			 "    100   0.0   3.0   >9999     -     -     -     -");
}

/* 80 columns have a name of 19 and a history of 8 beside them. */
Test(top_cells, width)
{
	for (int wide = 0; wide <= 1; wide++)
		cr_expect_eq(strlen(top_headings(wide, buf)), top_cells_width(wide));
	cr_expect_leq(top_cells_width(false) + 19 + 2 + 8, 80);
	cr_expect_leq(top_cells_width(true) + 19 + 2 + 8, TOP_WIDE);
}
