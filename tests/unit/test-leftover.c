// SPDX-License-Identifier: GPL-2.0-only
/* apply/leftover: there and back, and files that somebody else wrote. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apply/leftover.h"
#include "apply/plan.h"
#include "util/cleanup.h"
#include "util/file.h"

static char path[] = "/tmp/cgfifo-leftover-XXXXXX";
static char loaded[1024];

static void setup(void)
{
	close(mkstemp(path));
	loaded[0] = '\0';
}

static void teardown(void)
{
	unlink(path);
}

TestSuite(leftover, .init = setup, .fini = teardown);

static void note(uint64_t id, const char *cgroup, uint32_t written, uint64_t undo, void *userdata)
{
	size_t n = strlen(loaded);

	cr_expect_null(userdata);
	snprintf(loaded + n, sizeof(loaded) - n, "[%" PRIu64 " %" PRIu32 " %" PRId64 " %s]", id,
		 written, (int64_t)undo, cgroup);
}

Test(leftover, there_and_back)
{
	struct applied a = {.id = 7,
			    .path = "/a b/c",
			    .written = true,
			    .written_weight = 300,
			    .undo_weight = 100};
	struct applied b = {.id = 8, .path = "/b", .written = false};
	struct applied c = {.id = UINT64_MAX,
			    .path = "/\033",
			    .written = true,
			    .written_weight = 10000,
			    .undo_weight = WEIGHT_NONE};
	struct idmap applied = {};
	struct stat st;

	idmap_put(&applied, a.id, &a);
	cr_assert_eq(leftover_save(path, &applied), 0);
	cr_assert_eq(leftover_load(path, note, NULL), 0);
	cr_expect_str_eq(loaded, "[7 300 100 /a b/c]");
	cr_expect_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_mode & 0777, 0600);

	a.asked_weight = 400;
	cr_assert_eq(leftover_save(path, &applied), 0);
	loaded[0] = '\0';
	cr_assert_eq(leftover_load(path, note, NULL), 0);
	cr_expect_str_eq(loaded, "[7 300 100 /a b/c][7 400 100 /a b/c]", "one of the two");

	idmap_put(&applied, b.id, &b);
	idmap_put(&applied, c.id, &c);
	cr_assert_eq(leftover_save(path, &applied), 0);
	loaded[0] = '\0';
	cr_assert_eq(leftover_load(path, note, NULL), 0);
	cr_expect(strstr(loaded, "[7 300 100 /a b/c]"), "%s", loaded);
	cr_expect(strstr(loaded, "[-1 10000 -1 /\033]") == NULL);
	cr_expect(strstr(loaded, "[18446744073709551615 10000 -1 /\033]"), "%s", loaded);
	cr_expect_null(strstr(loaded, "/b]"));
	idmap_done(&applied);
}

Test(leftover, nothing_to_undo_leaves_no_file)
{
	struct idmap empty = {};

	cr_expect_eq(leftover_save(path, &empty), 0);
	cr_expect_eq(leftover_load(path, note, NULL), -ENOENT);
	cr_expect_eq(leftover_save(path, &empty), 0);
}

Test(leftover, other_peoples_files)
{
	static const struct {
		const char *text;
		int r;
		const char *loaded;
	} cases[] = {
		{"", 0, ""},
		{"7 300 100 /a\n", 0, "[7 300 100 /a]"},
		{"7 300 - /a\n8 1 2 /b\n", 0, "[7 300 -1 /a][8 1 2 /b]"},
		{"7 300 100 /a", -EBADMSG, ""},
		{"7 300 100 /a\n8", -EBADMSG, "[7 300 100 /a]"},
		{"\n", -EBADMSG, ""},
		{"7\n", -EBADMSG, ""},
		{"7 300\n", -EBADMSG, ""},
		{"7 300 100\n", -EBADMSG, ""},
		{"7 300 100 a\n", -EBADMSG, ""},
		{"0 300 100 /a\n", -EBADMSG, ""},
		{"x 300 100 /a\n", -EBADMSG, ""},
		{"7 0 100 /a\n", -EBADMSG, ""},
		{"7 10001 100 /a\n", -EBADMSG, ""},
		{"7 300 0 /a\n8 1 2 /b\n", 0, "[7 300 0 /a][8 1 2 /b]"}, /* of CPUWeight=idle */
		{"7 300 -1 /a\n", -EBADMSG, ""},
		{"7 300 10001 /a\n", -EBADMSG, ""},
		{"7  300 100 /a\n", -EBADMSG, ""},
		{"18446744073709551616 300 100 /a\n", -EBADMSG, ""},
		{"7 300 100 /a\nboot 0-0\n", -ENOENT, ""}, /* of another boot */
		{"boot 0-0\n7 300 100 /a\n", -EBADMSG, ""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		loaded[0] = '\0';
		cr_assert_eq(
			file_replace(AT_FDCWD, path, cases[i].text, strlen(cases[i].text), 0600),
			0);
		cr_expect_eq(leftover_load(path, note, NULL), cases[i].r, "'%s'", cases[i].text);
		cr_expect_str_eq(loaded, cases[i].loaded, "'%s': %s", cases[i].text, loaded);
	}
	cr_assert_eq(file_replace(AT_FDCWD, path, "7 3\0 1 /a\n", 10, 0600), 0);
	cr_expect_eq(leftover_load(path, note, NULL), -EBADMSG);
}
