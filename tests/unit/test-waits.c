// SPDX-License-Identifier: GPL-2.0-only
/* bpf/wait.h: counting waits by length; report/waits: what is made of the counts. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>

#include "report/waits.h"
#include "wait.h"

#define USEC	1000ull
#define ONE_SEC 1000000000ull

Test(waits, each_class_is_twice_as_long)
{
	cr_expect_eq(wait_class(0), 0);
	cr_expect_eq(wait_class(8191), 0);
	for (__u32 i = 1; i < CGFIFO_WAIT_CLASSES - 1; i++) {
		cr_expect_eq(wait_class(4096ull << i), i, "the first of class %u", i);
		cr_expect_eq(wait_class((8192ull << i) - 1), i, "the last of class %u", i);
	}
	cr_expect_eq(wait_class(4096ull << (CGFIFO_WAIT_CLASSES - 1)), CGFIFO_WAIT_CLASSES - 1);
	cr_expect_eq(wait_class(UINT64_MAX), CGFIFO_WAIT_CLASSES - 1);
}

Test(waits, mean_and_quantiles)
{
	struct cgfifo_waits *w = waits_at(7);

	for (int i = 0; i < 98; i++)
		wait_count(7, 100 * USEC); /* from 65.5 to 131 us */
	wait_count(7, ONE_SEC);
	wait_count(7, ONE_SEC);
	cr_expect_eq(waits_count(w), 100);
	cr_expect_float_eq(waits_mean_usec(w), (98 * 100 + 2e6) / 100, 1e-6);
	cr_expect_float_eq(waits_quantile_usec(w, .98), 131.072, 1e-6, "the end of its class");
	cr_expect_float_eq(waits_quantile_usec(w, .49), (65.536 + 131.072) / 2, 1e-6);
	cr_expect_gt(waits_quantile_usec(w, .99), 5e5);
	cr_expect_lt(waits_quantile_usec(w, .99), 2e6);
}

Test(waits, nothing_was_counted)
{
	struct cgfifo_waits w = {};

	cr_expect_eq(waits_mean_usec(&w), 0);
	cr_expect_eq(waits_quantile_usec(&w, .99), 0);
}

/* The classes are short counters, and begin anew. */
Test(waits, since_an_earlier_reading)
{
	struct cgfifo_waits was = {.sum_ns = 5 * ONE_SEC, .nr_class = {[3] = UINT32_MAX}};
	struct cgfifo_waits is = {.sum_ns = 6 * ONE_SEC, .nr_class = {[3] = 1}};
	struct cgfifo_waits since = waits_since(&is, &was);

	cr_expect_eq(since.sum_ns, ONE_SEC);
	cr_expect_eq(since.nr_class[3], 2);
	cr_expect_eq(waits_since(&is, NULL).nr_class[3], 1);
	cr_expect_eq(waits_since(&was, &is).nr_class[3], UINT32_MAX, "another scheduler's");
}

Test(waits, five_columns)
{
	static const struct {
		double usec;
		const char *text;
	} cases[] = {
		{0, "0us"},	  {999.4, "999us"},  {999.6, "1.0ms"}, {9949, "9.9ms"},
		{9951, "10ms"},	  {999499, "999ms"}, {999501, "1.0s"}, {9949000, "9.9s"},
		{9951000, "10s"}, {1234e6, "1234s"}, {1e15, "9999s"},
	};
	char buf[WAITS_FORMAT_LEN];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_str_eq(waits_format(cases[i].usec, buf), cases[i].text);
}

/* Its controller was off: what it waits now was longer at once than all before. */
Test(waits, since_a_count_that_began_anew)
{
	struct cgfifo_waits was = {.sum_ns = 5000, .nr_class = {[0] = 5}};
	struct cgfifo_waits is = {.sum_ns = ONE_SEC, .nr_class = {[0] = 2, [17] = 1}};
	struct cgfifo_waits since = waits_since(&is, &was);

	cr_expect_eq(since.nr_class[0], 2);
	cr_expect_eq(waits_count(&since), 3);
	cr_expect_eq(since.sum_ns, ONE_SEC);
}
