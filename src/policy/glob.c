// SPDX-License-Identifier: GPL-2.0-only
/* Globs, see glob.h. */
#include "policy/glob.h"

#include <fnmatch.h>
#include <limits.h>
#include <string.h>

#include "util/cleanup.h"

bool glob_matches_name(const char *glob, const char *name)
{
	return fnmatch(glob, name, FNM_NOESCAPE) == 0;
}

/* A component of a path: where it begins and how long it is. Length 0: the end. */
struct part {
	const char *s;
	size_t n;
};

static struct part next_part(const char *s)
{
	s += strspn(s, "/");
	return (struct part){.s = s, .n = strcspn(s, "/")};
}

static const char *after(struct part p)
{
	return p.s + p.n;
}

static bool is_any_depth(struct part p)
{
	return p.n == 2 && p.s[0] == '*' && p.s[1] == '*';
}

static bool is_literal(struct part glob)
{
	for (size_t i = 0; i < glob.n; i++)
		if (glob.s[i] == '*' || glob.s[i] == '?' || glob.s[i] == '[')
			return false;
	return true;
}

/*
 * Most components of most globs are plain names, for which fnmatch() would be the larger part of
 * what a reload costs. It wants strings; a component longer than any file name matches nothing.
 */
static bool part_matches(struct part glob, struct part name)
{
	char g[NAME_MAX + 1], n[NAME_MAX + 1];

	if (glob.n > NAME_MAX || name.n > NAME_MAX)
		return false;
	if (is_literal(glob))
		return glob.n == name.n && memcmp(glob.s, name.s, name.n) == 0;
	memcpy(g, glob.s, glob.n);
	memcpy(n, name.s, name.n);
	g[glob.n] = n[name.n] = '\0';
	return glob_matches_name(g, n);
}

/*
 * When a component does not match, only the last "**" seen is tried again with one component more:
 * whatever an earlier one could give, the last one can take as well. So the work is at most
 * components of the glob times components of the path.
 */
bool glob_matches_path(const char *glob, const char *path)
{
	const char *retry_glob = NULL, *retry_path = NULL;

	for (;;) {
		struct part g = next_part(glob), p = next_part(path);

		if (is_any_depth(g)) {
			retry_glob = glob = after(g);
			retry_path = path;
		} else if (g.n == 0 && p.n == 0) {
			return true;
		} else if (g.n > 0 && p.n > 0 && part_matches(g, p)) {
			glob = after(g);
			path = after(p);
		} else if (retry_glob && next_part(retry_path).n > 0) {
			glob = retry_glob;
			path = retry_path = after(next_part(retry_path));
		} else {
			return false;
		}
	}
}
