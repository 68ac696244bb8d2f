// SPDX-License-Identifier: GPL-2.0-only
/*
 * config/: files that nobody thought of. Each fixture is damaged in many small ways, always the
 * same ones, and whatever comes out must be refused with a word, or taken and then printed so that
 * it can be read again. Built with sanitizers this also finds what does not show.
 *
 * CGFIFO_MUTANTS=N makes N mutants of each fixture instead of the default.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/load.h"
#include "util/alloc.h"
#include "util/file.h"
#include "util/parse.h"

#define MAX_BYTES (64 * 1024)

/* Pieces with a meaning in YAML or in text, which random bytes would hardly hit. */
static const char *const pieces[] = {
	"*",
	"&a ",
	"!t ",
	"[",
	"]",
	"{",
	"}",
	": ",
	"- ",
	"? ",
	"\n",
	"\n\n",
	"  ",
	"\t",
	"\"",
	"'",
	"\\",
	"\\L",
	"\\0",
	"\\x1b",
	"|\n",
	">\n",
	"# ",
	"---\n",
	"...\n",
	"%YAML 1.2\n",
	"~",
	"<<: ",
	",",
	"\r",
	"\xff",
	"\xc3",
	"\xe2\x80\xa8",
	"\xef\xbb\xbf",
	"null",
	"-1",
	"99999999999999999999",
};

static uint64_t state;

/* Knuth's MMIX generator; the same mutants on every machine. */
static size_t any(size_t n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(state >> 33) % n;
}

/* Puts a piece at a place, over as many bytes as chance says. */
static size_t insert_piece(char *text, size_t size)
{
	const char *piece = pieces[any(ARRAY_SIZE(pieces))];
	size_t len = strlen(piece), at = any(size + 1), over = any(3) ? 0 : any(size - at + 1);

	memmove(text + at + len, text + at + over, size - at - over);
	memcpy(text + at, piece, len);
	return size - over + len;
}

/* Repeats a part of the file somewhere else: keys twice, lists in lists. */
static size_t repeat_part(char *text, size_t size)
{
	size_t from = any(size + 1), len = any(size - from + 1), at = any(size + 1);
	char part[512];

	len = len > sizeof(part) ? sizeof(part) : len;
	memcpy(part, text + from, len);
	memmove(text + at + len, text + at, size - at);
	memcpy(text + at, part, len);
	return size + len;
}

static size_t damage(char *text, size_t size)
{
	switch (any(4)) {
	case 0:
		if (size > 0)
			text[any(size)] = (char)any(256);
		return size;
	case 1:
		return repeat_part(text, size);
	default:
		return insert_piece(text, size);
	}
}

static void expect_reads_back(const struct config *c)
{
	_cleanup_(config_freep) struct config *again = NULL;
	_cleanup_(diags_done) struct diags diags = {};
	_cleanup_free_ char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	config_dump(c, f);
	fclose(f);
	cr_expect_eq(config_parse_text("again", text, size, &again, &diags), 0,
		     "what is printed cannot be read: %s\n%s",
		     diags.n ? diags.items[0].message : "", text);
}

static bool is_printable(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 && *s != '\n')
			return false;
	return true;
}

static void expect_sane(const char *text, size_t size, size_t *n_good)
{
	_cleanup_(config_freep) struct config *c = NULL;
	_cleanup_(diags_done) struct diags diags = {};
	int r;

	r = config_parse_text("mutant", text, size, &c, &diags);
	VEC_FOREACH (d, &diags) {
		_cleanup_free_ char *shown = diag_format(d, false);

		cr_expect(is_printable(shown), "%s", shown);
	}
	if (r == 0) {
		++*n_good;
		cr_expect_eq(diags.n_errors, 0);
		expect_reads_back(c);
	} else {
		cr_expect_eq(r, -EINVAL);
		cr_expect_null(c);
		cr_expect_gt(diags.n, 0, "refused without a word: %.*s", (int)size, text);
	}
}

/* Up to max_damages in each mutant. */
static void mutate(const char *path, size_t n_mutants, size_t max_damages, size_t *n_good)
{
	_cleanup_free_ char *original = NULL, *text = xmalloc(MAX_BYTES);
	size_t size = 0;

	cr_assert_eq(file_read(AT_FDCWD, path, MAX_BYTES / 2, &original, &size), 0, "%s", path);
	for (size_t i = 0; i < n_mutants; i++) {
		size_t n = size;

		memcpy(text, original, size);
		for (size_t times = 1 + any(max_damages); times > 0; times--)
			n = damage(text, n);
		expect_sane(text, n, n_good);
	}
}

/* Answers how many mutants were taken. */
static size_t mutate_all(const char *folder, size_t factor, size_t max_damages)
{
	_cleanup_free_ char *pattern =
		xasprintf("%s/config/%s/*.yaml", getenv("CGFIFO_FIXTURES"), folder);
	const char *wanted = getenv("CGFIFO_MUTANTS");
	uint32_t n_mutants = 100;
	size_t n_good = 0;
	glob_t g = {};

	if (wanted)
		cr_assert_eq(parse_u32(wanted, 1, 1000000, &n_mutants), 0);
	cr_assert_eq(glob(pattern, 0, NULL, &g), 0, "nothing like %s", pattern);
	for (size_t i = 0; i < g.gl_pathc; i++)
		mutate(g.gl_pathv[i], n_mutants * factor, max_damages, &n_good);
	globfree(&g);
	return n_good;
}

Test(config_mutants, of_bad_files, .timeout = 600)
{
	mutate_all("bad", 1, 3);
}

/* One damage often leaves a file usable; were all refused, nothing that is taken was tested. */
Test(config_mutants, of_good_files, .timeout = 600)
{
	size_t n_good = mutate_all("good", 10, 1);

	cr_expect_gt(n_good, 1000, "only %zu were taken", n_good);
}
