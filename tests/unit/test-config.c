// SPDX-License-Identifier: GPL-2.0-only
/*
 * config/: every fixture, with its exact messages and its exact merged form.
 *
 * To take over what the code says now, set CGFIFO_UPDATE=1: the expectations are written, the test
 * fails, and `git diff` shows what changed.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/load.h"
#include "util/alloc.h"
#include "util/file.h"

#define MAX_BYTES (1024 * 1024)

static char *fixtures(const char *name)
{
	const char *dir = getenv("CGFIFO_FIXTURES");

	cr_assert_not_null(dir, "CGFIFO_FIXTURES is not set");
	return xasprintf("%s/config/%s", dir, name);
}

static char *read_all(const char *path, size_t *ret_size)
{
	char *text = NULL;
	int r;

	r = file_read(AT_FDCWD, path, MAX_BYTES, &text, ret_size);
	cr_assert_eq(r, 0, "%s: %s", path, strerror(-r));
	return text;
}

/* All diagnostics as they are shown. */
static char *format_all(const struct diags *diags)
{
	char *all = xstrdup(""), *longer;

	VEC_FOREACH (d, diags) {
		_cleanup_free_ char *text = diag_format(d, false);

		longer = xasprintf("%s%s", all, text);
		free(all);
		all = longer;
	}
	return all;
}

static char *dump(const struct config *c)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	config_dump(c, f);
	fclose(f);
	return text;
}

/* An expectation that does not exist is an empty one: no message. */
static void expect_file(const char *path, const char *got)
{
	_cleanup_free_ char *expected = NULL;

	if (getenv("CGFIFO_UPDATE")) {
		if (*got)
			cr_assert_eq(file_replace(AT_FDCWD, path, got, strlen(got), 0644), 0);
		cr_expect_fail("%s: updated", path);
		return;
	}
	expected = access(path, F_OK) == 0 ? read_all(path, NULL) : xstrdup("");
	cr_expect_str_eq(got, expected, "%s\nexpected:\n%s\ngot:\n%s", path, expected, got);
}

/* path is without its ending. The fixture's messages call it by its name alone. */
static int load_fixture(const char *path, struct config **ret, struct diags *diags)
{
	_cleanup_free_ char *file = xasprintf("%s.yaml", path), *text = NULL;
	size_t size = 0;

	text = read_all(file, &size);
	return config_parse_text(strrchr(file, '/') + 1, text, size, ret, diags);
}

/* Calls fn for all fixtures of a folder, with their paths without the ending. */
static size_t for_each_fixture(const char *folder, void (*fn)(const char *path))
{
	_cleanup_free_ char *pattern = xasprintf("%s/*.yaml", folder);
	_cleanup_free_ char *all = fixtures(pattern);
	glob_t g = {};
	size_t n;

	cr_assert_eq(glob(all, 0, NULL, &g), 0, "nothing like %s", all);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		*strrchr(g.gl_pathv[i], '.') = '\0';
		fn(g.gl_pathv[i]);
	}
	n = g.gl_pathc;
	globfree(&g);
	return n;
}

static void expect_bad(const char *path)
{
	_cleanup_free_ char *err = xasprintf("%s.err", path), *text = NULL;
	_cleanup_(diags_done) struct diags diags = {};
	struct config *c = NULL;

	cr_expect_eq(load_fixture(path, &c, &diags), -EINVAL, "%s was accepted", path);
	cr_expect_null(c, "%s: touched", path);
	cr_expect_gt(diags.n_errors, 0, "%s: refused without a word", path);
	text = format_all(&diags);
	expect_file(err, text);
}

Test(config, bad)
{
	cr_expect_geq(for_each_fixture("bad", expect_bad), 35);
}

/* What is printed reads as the same configuration, which prints the same but for the places. */
static void expect_round_trip(const char *path, const char *printed)
{
	_cleanup_(config_freep) struct config *c = NULL;
	_cleanup_(diags_done) struct diags diags = {};
	_cleanup_free_ char *again = NULL, *text = NULL;
	const char *a = printed, *b;
	int r;

	r = config_parse_text("again", printed, strlen(printed), &c, &diags);
	text = format_all(&diags);
	cr_assert_eq(r, 0, "%s: what is printed cannot be read:\n%s", path, text);
	again = dump(c);
	b = again;
	while (*a && *b) {
		size_t na = strcspn(a, "\n"), nb = strcspn(b, "\n");
		const char *ca = memmem(a, na, " # ", 3), *cb = memmem(b, nb, " # ", 3);
		size_t la = ca && cb ? (size_t)(ca - a) : na, lb = ca && cb ? (size_t)(cb - b) : nb;

		cr_expect(la == lb && memcmp(a, b, la) == 0, "%s: '%.*s' became '%.*s'", path,
			  (int)na, a, (int)nb, b);
		a += na + 1;
		b += nb + 1;
	}
	cr_expect_eq(*a, *b, "%s: one is longer", path);
}

static void expect_good(const char *path)
{
	_cleanup_free_ char *err = xasprintf("%s.err", path), *out = xasprintf("%s.dump", path);
	_cleanup_free_ char *messages = NULL, *printed = NULL;
	_cleanup_(config_freep) struct config *c = NULL;
	_cleanup_(diags_done) struct diags diags = {};
	int r;

	r = load_fixture(path, &c, &diags);
	messages = format_all(&diags);
	cr_assert_eq(r, 0, "%s: %s", path, messages);
	expect_file(err, messages);
	printed = dump(c);
	expect_file(out, printed);
	expect_round_trip(path, printed);
}

Test(config, good)
{
	cr_expect_geq(for_each_fixture("good", expect_good), 10);
}

/* The three directories of tree/, as the daemon reads those of the system. Relative, so that the
 * places in the expectation hold for every checkout. */
Test(config, merged_directories)
{
	static const char *const dirs[] = {"lib", "run", "etc", NULL};
	_cleanup_free_ char *tree = fixtures("tree"), *messages = NULL, *printed = NULL;
	_cleanup_(config_freep) struct config *c = NULL;
	_cleanup_(diags_done) struct diags diags = {};
	int r;

	cr_assert_eq(chdir(tree), 0);
	r = config_load(&(struct config_paths){.dirs = dirs}, &c, &diags);
	messages = format_all(&diags);
	cr_assert_eq(r, 0, "%s", messages);
	expect_file("expected.err", messages);
	printed = dump(c);
	expect_file("expected.dump", printed);
	expect_round_trip(tree, printed);
}

Test(config, later_files_replace_key_by_key)
{
	_cleanup_(config_freep) struct config *c = NULL;
	_cleanup_(diags_done) struct diags diags = {};
	const char *files[2];
	char a[] = "/tmp/cgfifo-test-XXXXXX", b[] = "/tmp/cgfifo-test-XXXXXX";
	static const char ta[] = "version: 1\nclasses: {g: {weight: 1, slice: 1ms}}\n"
				 "rules: [{match: {unit: a.b}}, {match: {unit: b.b}}]\n";
	static const char tb[] = "version: 1\nclasses: {g: {weight: 2}}\n"
				 "rules: [{match: {unit: c.b}}, {match: {unit: d.b}}]\n";

	close(mkstemp(a));
	close(mkstemp(b));
	cr_assert_eq(file_write(AT_FDCWD, a, ta), 0);
	cr_assert_eq(file_write(AT_FDCWD, b, tb), 0);
	files[0] = a;
	files[1] = b;
	cr_expect_eq(config_load_files(files, 2, &c, &diags), 0);
	unlink(a);
	unlink(b);

	cr_assert_not_null(c);
	cr_expect_eq(config_find_class(c, "g")->params.weight.value, 2);
	cr_expect_eq(config_find_class(c, "g")->params.slice_us.value, 1000);
	cr_expect_null(config_find_class(c, "h"));
	cr_assert_eq(c->rules.n, 4);
	cr_expect_str_eq(c->rules.items[0].match.unit, "c.b");
	cr_expect_str_eq(c->rules.items[1].match.unit, "d.b");
	cr_expect_str_eq(c->rules.items[2].match.unit, "a.b");
	cr_expect_str_eq(c->rules.items[3].match.unit, "b.b");
}

static char *write_rules(size_t n)
{
	char *path = xstrdup("/tmp/cgfifo-test-XXXXXX");
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	dprintf(fd, "version: 1\nrules:\n");
	for (size_t i = 0; i < n; i++)
		dprintf(fd, "- {match: {unit: u%zu.service}}\n", i);
	close(fd);
	return path;
}

/* One more than fits is refused, and not cut off. A file cannot hold so many, two can. */
Test(config, number_of_rules)
{
	_cleanup_free_ char *half = write_rules(CONFIG_MAX_RULES / 2), *one = write_rules(1);
	const char *files[] = {half, half, one};
	_cleanup_(config_freep) struct config *fits = NULL;
	_cleanup_(diags_done) struct diags good = {}, bad = {};
	struct config *bursts = NULL;

	cr_expect_eq(config_load_files(files, 2, &fits, &good), 0);
	cr_expect_eq(config_load_files(files, 3, &bursts, &bad), -EINVAL);
	unlink(half);
	unlink(one);
	cr_expect_null(bursts);
	cr_assert_eq(bad.n_errors, 1);
	cr_expect_str_eq(bad.items[0].message, "too many entries in rules");
}

static void expect_parses(const char *name, const char *text, size_t size)
{
	_cleanup_(config_freep) struct config *c = NULL;
	_cleanup_(diags_done) struct diags diags = {};
	_cleanup_free_ char *messages = NULL;
	int r;

	r = config_parse_text(name, text, size, &c, &diags);
	messages = format_all(&diags);
	cr_expect_eq(r, 0, "%s", messages);
}

static char *source_path(const char *name)
{
	const char *dir = getenv("CGFIFO_SOURCE");

	cr_assert_not_null(dir, "CGFIFO_SOURCE is not set");
	return xasprintf("%s/%s", dir, name);
}

Test(config, shipped_file)
{
	_cleanup_free_ char *path = source_path("src/etc/cgfifo.yaml"), *text = NULL;
	size_t size = 0;

	text = read_all(path, &size);
	expect_parses(path, text, size);
}

/* Every setting in the shipped file is commented out with a single '#', text with "# ": without
 * the former it must parse as well, or somebody who follows it is led astray. */
Test(config, shipped_file_uncommented)
{
	_cleanup_free_ char *path = source_path("src/etc/cgfifo.yaml"), *text = NULL;
	char *out;
	size_t size = 0;

	text = read_all(path, &size);
	out = text;
	for (const char *p = text; *p; p++)
		if (*p != '#' || (p > text && p[-1] != '\n') || p[1] == ' ' || p[1] == '\n')
			*out++ = *p;
	*out = '\0';
	cr_expect_lt((size_t)(out - text), size, "no setting is commented out");
	expect_parses(path, text, (size_t)(out - text));
}

/* Each ```yaml block of a document. */
static size_t expect_blocks_parse(const char *path)
{
	_cleanup_free_ char *text = read_all(path, NULL);
	const char *p = text, *end;
	size_t n = 0;

	while ((p = strstr(p, "```yaml\n"))) {
		p += strlen("```yaml\n");
		end = strstr(p, "```");
		cr_assert_not_null(end, "%s: block %zu has no end", path, n + 1);
		expect_parses(path, p, (size_t)(end - p));
		p = end;
		n++;
	}
	return n;
}

Test(config, examples_in_readme)
{
	_cleanup_free_ char *path = source_path("README.md");

	if (access(path, F_OK) < 0)
		cr_skip_test("there is no README.md yet");
	cr_expect_gt(expect_blocks_parse(path), 0, "README.md shows no configuration");
}

/* The indented blocks of a manual page that start with the version, without their indentation. */
static size_t expect_manual_parses(const char *path)
{
	static const char indent[] = "    ", start[] = "\n    version: 1\n";
	_cleanup_free_ char *text = read_all(path, NULL);
	size_t n = 0;

	for (char *p = text; (p = strstr(p, start)); n++) {
		char *block = ++p, *out = block, *end;

		for (; strncmp(p, indent, strlen(indent)) == 0 || *p == '\n'; p = end) {
			end = strchr(p, '\n') + 1;
			p += *p == '\n' ? 0 : strlen(indent);
			memmove(out, p, (size_t)(end - p));
			out += end - p;
		}
		expect_parses(path, block, (size_t)(out - block));
	}
	return n;
}

Test(config, examples_in_manual)
{
	_cleanup_free_ char *path = source_path("docs/man/cgfifo.yaml.5.rst");

	cr_expect_geq(expect_manual_parses(path), 5);
}
