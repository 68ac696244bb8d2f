// SPDX-License-Identifier: GPL-2.0-only
/* policy/glob: names and paths, and how much work a hostile pair can make. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "policy/glob.h"
#include "util/cleanup.h"

static const struct {
	const char *glob, *text;
	bool matches;
} names[] = {
	{"web", "web", true},
	{"web", "web2", false},
	{"web-*", "web-", true},
	{"web-*", "web-a/b", true},
	{"*", "", true},
	{"", "", true},
	{"", "a", false},
	{"w?b", "web", true},
	{"w?z", "w\xc3\xa9z", false}, /* two bytes */
	{"w??z", "w\xc3\xa9z", true},
	{"w*z", "w\xc3\xa9z", true},
	{"w[ae]b", "web", true},
	{"w[!ae]b", "web", false},
	{".*", ".a", true},
	{"*", ".a", true},
	{"a\\x2db.service", "a\\x2db.service", true},
	{"a\\*b", "a\\xb", true},
	{"a\\*b", "a*b", false},
	{"a[*]b", "a*b", true},
	{"a[*]b", "axb", false},
	{"[", "[", true},
};

static const struct {
	const char *glob, *text;
	bool matches;
} paths[] = {
	{"/", "/", true},
	{"/", "/a", false},
	{"/a", "/a", true},
	{"/a", "/a/b", false},
	{"/a/b", "/a", false},
	{"/a/", "/a", true},
	{"//a//b", "/a/b", true},
	{"/*", "/a", true},
	{"/*", "/", false},
	{"/*", "/a/b", false},
	{"/a/*", "/a/b", true},
	{"/a/*", "/a", false},
	{"/a/*", "/a/b/c", false},
	{"/a/*/c", "/a/b/c", true},
	{"/a/*.scope", "/a/x.scope", true},
	{"/a/*.scope", "/a/x.scope/container", false},
	{"/**", "/", true},
	{"/**", "/a", true},
	{"/**", "/a/b/c", true},
	{"/a/**", "/a", true},
	{"/a/**", "/a/b/c", true},
	{"/a/**", "/b/a", false},
	{"/a/**/z", "/a/z", true},
	{"/a/**/z", "/a/b/c/z", true},
	{"/a/**/z", "/a/b/c/z/y", false},
	{"/a/**/z", "/a/z/z", true},
	{"/**/x/**/y", "/a/x/b/c/y", true},
	{"/**/x/**/y", "/a/y/b/x", false},
	{"/**/x/y", "/x/x/y", true},
	{"/**/a/b/**/c", "/a/a/b/x/b/c", true},
	{"/**/**", "/a", true},
	{"/a**", "/abc", true},
	{"/a**", "/abc/d", false},
	{"/a/**b", "/a/x/b", false},
	{"/machine.slice/*\\x2d*", "/machine.slice/a\\x2db", true},
};

Test(glob, names)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		cr_expect_eq(glob_matches_name(names[i].glob, names[i].text), names[i].matches,
			     "'%s' on '%s'", names[i].glob, names[i].text);
}

Test(glob, paths)
{
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		cr_expect_eq(glob_matches_path(paths[i].glob, paths[i].text), paths[i].matches,
			     "'%s' on '%s'", paths[i].glob, paths[i].text);
}

/* By the definition, without a thought for time. */
static bool slow_match(const char *g, const char *p)
{
	char a = *(g += strspn(g, "/")), b;

	if (a == '\0')
		return p[strspn(p, "/")] == '\0';
	b = *(p += strspn(p, "/"));
	if (a == '*')
		return slow_match(g + 2, p) || (b && slow_match(g, p + 1));
	return b && (a == '?' || a == b) && slow_match(g + 1, p + 1);
}

/* Components of one letter out of two, "?" and "**": all that can go wrong, often. */
Test(glob, paths_as_by_definition)
{
	static const char *const parts[] = {"/a", "/b", "/?", "/**"};

	srand(1);
	for (int round = 0; round < 200000; round++) {
		char g[64] = "", p[64] = "";

		for (int n = rand() % 7; n > 0; n--)
			strcat(g, parts[rand() % 4]);
		for (int n = rand() % 9; n > 0; n--)
			strcat(p, parts[rand() % 2]);
		cr_assert_eq(glob_matches_path(g, p), slow_match(g, p), "%s on %s", g, p);
	}
}

Test(glob, hostile_pairs_take_no_time)
{
	char g[4096] = "", p[8192] = "";
	clock_t start = clock();

	for (int i = 0; i < 200; i++)
		strcat(g, "/**/a");
	strcat(g, "/b");
	for (int i = 0; i < 2000; i++)
		strcat(p, "/a");
	cr_expect_not(glob_matches_path(g, p));
	cr_expect_lt((double)(clock() - start) / CLOCKS_PER_SEC, 1.0);
}

Test(glob, components_longer_than_a_file_name_match_nothing)
{
	char long_name[400];

	memset(long_name, 'x', sizeof(long_name));
	long_name[0] = '/';
	long_name[sizeof(long_name) - 1] = '\0';
	cr_expect_not(glob_matches_path("/*", long_name));
	cr_expect_not(glob_matches_path(long_name, long_name));
	cr_expect(glob_matches_path("/**", long_name));
}
