// SPDX-License-Identifier: GPL-2.0-only
/* util/text: UTF-8, and what is safe to show. */
#include <criterion/criterion.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/text.h"

static const struct {
	const char *bytes;
	size_t n;
	size_t len;
	uint32_t c;
} characters[] = {
	{"a", 1, 1, 'a'},
	{"\0", 1, 1, 0},
	{"\x7f", 1, 1, 0x7f},
	{"\xc3\xa9", 2, 2, 0xe9},
	{"\xe2\x82\xac", 3, 3, 0x20ac},
	{"\xf0\x9f\x90\xa7", 4, 4, 0x1f427},
	{"\xf4\x8f\xbf\xbf", 4, 4, 0x10ffff},
	/* Not there, cut short, or stray. */
	{"", 0, 0, 0},
	{"\xc3", 1, 0, 0},
	{"\xe2\x82", 2, 0, 0},
	{"\x80", 1, 0, 0},
	{"\xff", 1, 0, 0},
	{"\xc3(", 2, 0, 0},
	/* Overlong forms of '/', of NUL, and of the euro sign. */
	{"\xc0\xaf", 2, 0, 0},
	{"\xc0\x80", 2, 0, 0},
	{"\xe0\x80\xaf", 3, 0, 0},
	{"\xf0\x82\x82\xac", 4, 0, 0},
	/* A surrogate, and beyond the last character. */
	{"\xed\xa0\x80", 3, 0, 0},
	{"\xf4\x90\x80\x80", 4, 0, 0},
};

Test(text, decode)
{
	for (size_t i = 0; i < ARRAY_SIZE(characters); i++) {
		uint32_t c = 0;
		size_t len;

		len = text_decode(characters[i].bytes, characters[i].n, &c);
		cr_expect_eq(len, characters[i].len, "row %zu: length %zu", i, len);
		if (characters[i].len > 0)
			cr_expect_eq(c, characters[i].c, "row %zu: U+%04x", i, c);
	}
}

Test(text, is_utf8)
{
	size_t bad = 99;

	cr_expect(text_is_utf8("Größe", strlen("Größe"), &bad));
	cr_expect_eq(bad, 99);
	cr_expect(text_is_utf8("", 0, NULL));
	cr_expect_not(text_is_utf8("ab\xff", 3, &bad));
	cr_expect_eq(bad, 2);
	cr_expect_not(text_is_utf8("ab\xff", 3, NULL));
}

Test(text, length)
{
	cr_expect_eq(text_length("", 0), 0);
	cr_expect_eq(text_length("Größe", strlen("Größe")), 5);
	cr_expect_eq(text_length("a\xff\xfe", 3), 3);
}

static const struct {
	const char *text;
	size_t max;
	const char *escaped;
} escapes[] = {
	{"", 128, ""},
	{"web.service", 128, "web.service"},
	{"Größe 数据", 128, "Größe 数据"},
	{"a\nb\tc\rd", 128, "a\\nb\\tc\\x0dd"},
	{"\x1b[31mred", 128, "\\x1b[31mred"},
	{"\x7f", 128, "\\x7f"},
	{"\xc2\x9b"
	 "31m",
	 128, "\\x9b31m"},
	{"back\\slash", 128, "back\\\\slash"},
	/* What is escaped and what was written so cannot be confused. */
	{"\\x1b", 128, "\\\\x1b"},
	{"evil\xe2\x80\xaegpj", 128, "evil\\u202egpj"},
	{"zero\xe2\x80\x8bwidth", 128, "zero\\u200bwidth"},
	{"arabic\xd8\x9cmark", 128, "arabic\\u061cmark"},
	{"soft\xc2\xadhyphen", 128, "soft\\xadhyphen"},
	{"vowel\xe1\xa0\x8emark", 128, "vowel\\u180emark"},
	{"under\xef\xbf\xb9text\xef\xbf\xbb", 128, "under\\ufff9text\\ufffb"},
	{"\xef\xbb\xbf", 128, "\\ufeff"},
	{"bad\xff\xc3(", 128, "bad\\xff\\xc3("},
	{"12345678", 8, "12345678"},
	{"123456789", 8, "12345678..."},
	/* The limit falls into the second character. */
	{"a\xe2\x82\xac", 2, "a..."},
	{"a\xe2\x82\xac", 4, "a\xe2\x82\xac"},
	{"a\xe2\x82\xac"
	 "b",
	 4, "a\xe2\x82\xac..."},
	{"anything", 0, "..."},
};

Test(text, escape)
{
	for (size_t i = 0; i < ARRAY_SIZE(escapes); i++) {
		_cleanup_free_ char *s = text_escape(escapes[i].text, escapes[i].max);

		cr_expect_str_eq(s, escapes[i].escaped, "row %zu: expected %s, got %s", i,
				 escapes[i].escaped, s);
	}
}

/* The buffer is sized by the worst case, which this is. */
Test(text, escape_worst_case)
{
	char text[TEXT_ESCAPE_MAX + 1];
	_cleanup_free_ char *s = NULL;

	memset(text, 0x01, TEXT_ESCAPE_MAX);
	text[TEXT_ESCAPE_MAX] = '\0';
	s = text_escape(text, SIZE_MAX);
	cr_expect_eq(strlen(s), 4 * TEXT_ESCAPE_MAX);
}

Test(text, printable_keeps_backslashes)
{
	_cleanup_free_ char *s = text_printable("dev-disk-by\\x2duuid\n\x1b", 128);

	cr_expect_str_eq(s, "dev-disk-by\\x2duuid\\n\\x1b");
}

static const struct {
	const char *text, *json;
} jsons[] = {
	{"\xc2\x9b[2Jx\xe2\x80\xaey\xe2\x80\xa8z", "\"\\u009b[2Jx\\u202ey\\u2028z\""},
	{"", "\"\""},
	{"web", "\"web\""},
	{"say \"hi\" \\", "\"say \\\"hi\\\" \\\\\""},
	{"a\nb\tc\x1b", "\"a\\nb\\tc\\u001b\""},
	{"Größe", "\"Größe\""},
	{"bad\xff", "\"bad\\ufffd\""},
};

Test(text, json)
{
	for (size_t i = 0; i < ARRAY_SIZE(jsons); i++) {
		_cleanup_free_ char *s = text_json(jsons[i].text);

		cr_expect_str_eq(s, jsons[i].json, "expected %s, got %s", jsons[i].json, s);
	}
}

static const struct {
	const char *text, *closest;
} misses[] = {
	{"wieght", "weight"},  {"weigth", "weight"},
	{"weights", "weight"}, {"wait", NULL},
	{"clas", "class"},     {"slices", "slice"},
	{"salami", NULL},      {"", NULL},
	{"Weight", "weight"},  {"x", NULL},
	{"uint", "unit"},      {"weightweightweightweightweightweightweight", NULL},
};

Test(text, closest)
{
	static const char *const words[] = {"weight", "class", "slice", "policy", "unit"};

	for (size_t i = 0; i < ARRAY_SIZE(misses); i++) {
		const char *s = text_closest(misses[i].text, words, ARRAY_SIZE(words));

		if (misses[i].closest)
			cr_expect_str_eq(s, misses[i].closest, "%s: got %s", misses[i].text, s);
		else
			cr_expect_null(s, "%s: got %s", misses[i].text, s);
	}
	cr_expect_null(text_closest("weight", words, 0));
}

Test(text, plural)
{
	cr_expect_str_eq(text_plural(0), "s");
	cr_expect_str_eq(text_plural(1), "");
	cr_expect_str_eq(text_plural(2), "s");
}
