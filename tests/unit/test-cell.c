// SPDX-License-Identifier: GPL-2.0-only
/* report/cell: texts in columns of a terminal. */
#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/cell.h"
#include "util/cleanup.h"

static void setup(void)
{
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		cr_skip_test("this C library has no C.UTF-8");
}

TestSuite(cell, .init = setup);

static void expect(const char *text, size_t width, const char *want)
{
	_cleanup_free_ char *got = NULL;
	size_t size;
	FILE *f = open_memstream(&got, &size);

	cell_print(f, text, width, true);
	fclose(f);
	cr_expect_str_eq(got, want, "'%s' in %zu: '%s'", text, width, got);
}

Test(cell, one_column_each)
{
	cr_expect_eq(cell_width("größe"), 5);
	expect("größe", 7, "größe  ");
	expect("größe", 5, "größe");
	expect("größe", 4, "grö…");
	expect("größe", 1, "…");
	expect("\xff\xfe", 3, "\xff\xfe ");
}

Test(cell, two_columns)
{
	cr_expect_eq(cell_width("容器"), 4);
	expect("容器", 5, "容器 ");
	expect("容器", 4, "容器");
	expect("容器", 3, "容…");
	expect("容器", 2, "… ");
	expect("容器a", 4, "容… ");
}

Test(cell, no_column)
{
	cr_expect_eq(cell_width("e\u0301a"), 2);
	expect("e\u0301a", 3, "e\u0301a ");
	expect("e\u0301ab", 2, "e\u0301…");
}

Test(cell, what_the_locale_does_not_know)
{
	cr_assert_not_null(setlocale(LC_CTYPE, "C"));
	cr_expect_eq(cell_width("größe"), 5);
	expect("größe", 6, "größe ");
}
