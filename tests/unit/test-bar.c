// SPDX-License-Identifier: GPL-2.0-only
/* report/bar: full cells, parts of cells, and what is owed. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "report/bar.h"
#include "util/cleanup.h"

static const struct {
	double got, entitled;
	size_t width;
	const char *utf8, *ascii;
} cases[] = {
	{0, 0, 8, "", ""},
	{1, 1, 4, "████", "####"},
	{.5, .5, 4, "██", "##"},
	{.5, 1, 4, "██░░", "##.."},
	{1, .5, 4, "████", "####"},
	{.25 / 4, 0, 4, "▎", ""},
	{.25 / 4, .5, 4, "▎░", ".."},
	{1.5, 1.5, 4, "████", "####"},
	{-1, -1, 4, "", ""},
	{.3, 0, 0, "", ""},
	{8 / 13. - 1e-12, 8 / 13., 13, "████████", "########"},
};

Test(bar, table)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char buf[BAR_LEN];

		cr_expect_str_eq(
			bar_make(cases[i].got, cases[i].entitled, cases[i].width, true, buf),
			cases[i].utf8, "%g %g: %s", cases[i].got, cases[i].entitled, buf);
		cr_expect_str_eq(
			bar_make(cases[i].got, cases[i].entitled, cases[i].width, false, buf),
			cases[i].ascii, "%g %g: %s", cases[i].got, cases[i].entitled, buf);
	}
}

Test(bar, nonsense_fits_too)
{
	static const double values[] = {0, .999999, 1, 5, -5, 1e300};
	char buf[BAR_LEN];

	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		for (size_t k = 0; k < ARRAY_SIZE(values); k++)
			cr_expect_lt(strlen(bar_make(values[i], values[k], 100000, true, buf)),
				     sizeof(buf));
	cr_expect_str_eq(bar_make((double)NAN, (double)NAN, 8, true, buf), "");
}
