// SPDX-License-Identifier: GPL-2.0-only
/* config/diag: the place under the caret, whatever the line looks like. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "config/diag.h"
#include "util/alloc.h"

static const struct {
	const char *text;
	struct mark mark;
	const char *expected;
} places[] = {
	{"a: 1\n", {1, 4, 1}, "f:1:4: error: bad\n    1 | a: 1\n      |    ^\n"},
	{"x\nab: 12\n", {2, 5, 2}, "f:2:5: error: bad\n    2 | ab: 12\n      |     ^~\n"},
	/* Characters, not bytes. */
	{"é: 1\n", {1, 4, 1}, "f:1:4: error: bad\n    1 | é: 1\n      |    ^\n"},
	/* What is shown is longer than what stands there. */
	{"a\t: 1\n", {1, 5, 1}, "f:1:5: error: bad\n    1 | a\\t: 1\n      |      ^\n"},
	{"\x1b: 1\n", {1, 4, 1}, "f:1:4: error: bad\n    1 | \\x1b: 1\n      |       ^\n"},
	/* The last line has no end; the place is behind it; the length goes past it. */
	{"ab", {1, 2, 1}, "f:1:2: error: bad\n    1 | ab\n      |  ^\n"},
	{"ab", {1, 3, 1}, "f:1:3: error: bad\n    1 | ab\n      |   ^\n"},
	{"ab", {1, 2, 9}, "f:1:2: error: bad\n    1 | ab\n      |  ^\n"},
	{"ab", {1, 99, 1}, "f:1:99: error: bad\n    1 | ab\n      |   ^\n"},
	/* Nothing to show. */
	{"ab\n", {0, 0, 0}, "f: error: bad\n"},
	{"ab\n", {7, 1, 1}, "f:7:1: error: bad\n"},
	{"ab\n\nc\n", {2, 1, 1}, "f:2:1: error: bad\n"},
	{"", {1, 1, 1}, "f:1:1: error: bad\n"},
};

Test(diag, caret)
{
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		_cleanup_(source_freep) struct source *src =
			source_new("f", places[i].text, strlen(places[i].text));
		_cleanup_(diags_done) struct diags diags = {};
		_cleanup_free_ char *text = NULL;

		diags_add(&diags, DIAG_ERROR, src, places[i].mark, "bad");
		cr_assert_eq(diags.n, 1);
		text = diag_format(&diags.items[0], false);
		cr_expect_str_eq(text, places[i].expected, "row %zu: got\n%s", i, text);
	}
}

/* A line of 256 KiB must not come back whole, and the place must be in what does. */
Test(diag, long_line)
{
	size_t size = 256 * 1024;
	_cleanup_free_ char *line = xmalloc(size), *text = NULL;
	_cleanup_(source_freep) struct source *src = NULL;
	_cleanup_(diags_done) struct diags diags = {};
	const char *caret;

	memset(line, 'x', size);
	line[size / 2] = '!';
	src = source_new("f", line, size);
	diags_add(&diags, DIAG_ERROR, src, (struct mark){1, (unsigned int)size / 2 + 1, 1}, "bad");
	text = diag_format(&diags.items[0], false);

	cr_expect_lt(strlen(text), 300);
	caret = strchr(text, '^');
	cr_assert_not_null(caret);
	/* The caret's line starts as the excerpt's does, eight characters before it. */
	cr_expect_eq(diags.items[0].excerpt[diags.items[0].caret], '!');
}

Test(diag, hostile_file_name)
{
	_cleanup_(source_freep) struct source *src = source_new("a\n\x1b[2J", "x", 1);
	_cleanup_(diags_done) struct diags diags = {};
	_cleanup_free_ char *text = NULL;

	diags_add(&diags, DIAG_WARNING, src, (struct mark){}, "%s", "two\nlines");
	text = diag_headline(&diags.items[0]);
	cr_expect_str_eq(text, "a\\n\\x1b[2J: warning: two\\nlines");
}

Test(diag, colour_changes_nothing_else)
{
	_cleanup_(source_freep) struct source *src = source_new("f", "ab", 2);
	_cleanup_(diags_done) struct diags diags = {};
	_cleanup_free_ char *plain = NULL, *colour = NULL;
	char stripped[512], *out = stripped;

	diags_add(&diags, DIAG_NOTICE, src, (struct mark){1, 1, 2}, "later");
	plain = diag_format(&diags.items[0], false);
	colour = diag_format(&diags.items[0], true);
	cr_expect_str_neq(colour, plain);
	for (const char *p = colour; *p; p++) {
		if (*p == '\033')
			p = strchr(p, 'm');
		else
			*out++ = *p;
	}
	*out = '\0';
	cr_expect_str_eq(stripped, plain);
}

Test(diag, sorted_by_file_and_line)
{
	static const struct {
		const char *file;
		struct mark mark;
		const char *message;
	} added[] = {
		{"b", {5, 1, 1}, "b5"},	  {"b", {2, 9, 1}, "b2.9"},	  {"a", {1, 1, 1}, "a1"},
		{"b", {2, 3, 1}, "b2.3"}, {"b", {2, 3, 1}, "b2.3 again"}, {"b", {}, "b"},
	};
	static const char *const expected[] = {"b", "b2.3", "b2.3 again", "b2.9", "b5", "a1"};
	_cleanup_(diags_done) struct diags diags = {};

	for (size_t i = 0; i < ARRAY_SIZE(added); i++) {
		_cleanup_(source_freep) struct source *src = source_new(added[i].file, "", 0);

		diags_add(&diags, DIAG_ERROR, src, added[i].mark, "%s", added[i].message);
	}
	diags_sort(&diags);
	cr_assert_eq(diags.n, ARRAY_SIZE(expected));
	cr_expect_eq(diags.n_errors, ARRAY_SIZE(expected));
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
		cr_expect_str_eq(diags.items[i].message, expected[i], "%zu", i);
}

Test(diag, limit)
{
	_cleanup_(source_freep) struct source *src = source_new("f", "", 0);
	_cleanup_(diags_done) struct diags diags = {};

	for (int i = 0; i < 3 * DIAGS_MAX; i++)
		diags_add(&diags, DIAG_ERROR, src, (struct mark){}, "number %d", i);
	cr_expect_eq(diags.n, DIAGS_MAX);
	cr_expect_eq(diags.n_errors, 3 * DIAGS_MAX, "all count, shown or not");
	cr_expect_str_eq(diags.items[DIAGS_MAX - 1].message,
			 "has more to complain about than this");
}

/* Warnings may be many, and come first: what makes the file unusable has to be told. */
Test(diag, mistakes_go_before_warnings)
{
	_cleanup_(source_freep) struct source *src = source_new("f", "", 0);
	_cleanup_(diags_done) struct diags diags = {};

	for (unsigned int i = 1; i <= 2 * DIAGS_MAX; i++)
		diags_add(&diags, DIAG_WARNING, src, (struct mark){i, 1, 1}, "warning");
	diags_add(&diags, DIAG_ERROR, src, (struct mark){1000, 1, 1}, "first");
	diags_add(&diags, DIAG_ERROR, src, (struct mark){1, 1, 1}, "second");
	diags_sort(&diags);
	cr_assert_eq(diags.n, DIAGS_MAX);
	cr_expect_eq(diags.n_errors, 2);
	cr_expect_str_eq(diags.items[0].message, "warning");
	cr_expect_str_eq(diags.items[1].message, "second");
	cr_expect_str_eq(diags.items[DIAGS_MAX - 2].message, "first");
	cr_expect_str_eq(diags.items[DIAGS_MAX - 1].message, "has more to complain about than this",
			 "and that is the last");
}
