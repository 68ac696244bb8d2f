// SPDX-License-Identifier: GPL-2.0-only
/* agent/override: weights by hand, their ends, and their file. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/override.h"
#include "util/cleanup.h"
#include "util/file.h"

static struct overrides list;

static void teardown(void)
{
	overrides_done(&list);
}

TestSuite(override, .fini = teardown);

Test(override, the_last_one_counts)
{
	cr_expect_null(overrides_find(&list, 7));
	cr_expect_eq(overrides_set(&list, 7, 300, 0), 0);
	cr_expect_eq(overrides_set(&list, 8, 400, 0), 0);
	cr_expect_eq(overrides_set(&list, 7, 500, 9), 0);
	cr_expect_eq(list.n, 2);
	cr_expect_eq(overrides_find(&list, 7)->weight, 500);
	cr_expect_eq(overrides_find(&list, 7)->until_usec, 9);
	cr_expect(overrides_remove(&list, 7));
	cr_expect_not(overrides_remove(&list, 7));
	cr_expect_eq(overrides_find(&list, 8)->weight, 400);
}

Test(override, there_is_a_limit)
{
	for (uint64_t i = 1; i <= OVERRIDES_MAX; i++)
		cr_assert_eq(overrides_set(&list, i, 1, 0), 0);
	cr_expect_eq(overrides_set(&list, 9999, 1, 0), -ENOSPC);
	cr_expect_eq(overrides_set(&list, 1, 2, 0), 0, "a known one can be changed");
}

Test(override, ends_in_order)
{
	struct override o;

	cr_expect_eq(overrides_next_end(&list), 0);
	overrides_set(&list, 1, 10, 0);
	cr_expect_eq(overrides_next_end(&list), 0, "it has no end");
	overrides_set(&list, 2, 20, 500);
	overrides_set(&list, 3, 30, 400);
	cr_expect_eq(overrides_next_end(&list), 400);
	cr_expect_not(overrides_take_ended(&list, 399, &o));
	cr_expect(overrides_take_ended(&list, 600, &o));
	cr_expect_eq(o.cgid, 3);
	cr_expect(overrides_take_ended(&list, 600, &o));
	cr_expect_eq(o.cgid, 2);
	cr_expect_not(overrides_take_ended(&list, UINT64_MAX, &o));
	cr_expect_not_null(overrides_find(&list, 1));
}

/* As if the machine had been started again since. */
static void replace_boot(const char *path)
{
	_cleanup_free_ char *text = NULL;
	char *line;

	cr_assert_eq(file_read(AT_FDCWD, path, 4096, &text, NULL), 0);
	line = strstr(text, "\nboot ");
	cr_assert_not_null(line, "%s", text);
	line[6] = line[6] == '0' ? '1' : '0';
	cr_assert_eq(file_replace(AT_FDCWD, path, text, strlen(text), 0600), 0);
}

Test(override, the_file_keeps_them)
{
	char path[] = "/tmp/cgfifo-set-XXXXXX";
	struct overrides again = {};

	close(mkstemp(path));
	overrides_set(&list, 7, 300, 0);
	overrides_set(&list, UINT64_MAX, 10000, 123456789);
	cr_expect_eq(overrides_save(&list, path), 0);
	cr_expect_eq(overrides_load(&again, path), 0);
	cr_expect_eq(again.n, 2);
	cr_expect_eq(overrides_find(&again, UINT64_MAX)->until_usec, 123456789);
	cr_expect_eq(overrides_find(&again, 7)->weight, 300);

	/* After another boot, ids and times are those of others. */
	again.n = 0;
	replace_boot(path);
	cr_expect_eq(overrides_load(&again, path), -ENOENT);
	cr_expect_eq(again.n, 0);

	cr_expect_eq(overrides_save(&again, path), 0);
	cr_expect_eq(overrides_load(&again, path), -ENOENT, "nothing is kept in no file");
	cr_expect_eq(overrides_save(&again, path), 0);
	overrides_done(&again);
}

Test(override, files_that_are_not_ours)
{
	static const char *const bad[] = {"x",	   "1",		"1 2",	   "0 2 3",
					  "1 0 3", "1 10001 3", "1 2 3 4", "1 2 -3"};
	char path[] = "/tmp/cgfifo-set-XXXXXX";

	close(mkstemp(path));
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		cr_assert_eq(file_replace(AT_FDCWD, path, bad[i], strlen(bad[i]), 0600), 0);
		cr_expect_eq(overrides_load(&list, path), -EBADMSG, "%s", bad[i]);
	}
	cr_expect_eq(list.n, 0);
	unlink(path);
}
