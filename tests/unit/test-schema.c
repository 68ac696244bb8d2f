// SPDX-License-Identifier: GPL-2.0-only
/* config/schema: the tables are complete, and the manual says the same. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "config/schema.h"
#include "util/alloc.h"
#include "util/file.h"

struct count {
	const char *manual;
	size_t n;
};

static void expect_complete(const struct schema_key *key, const char *path, void *userdata)
{
	_cleanup_free_ char *expected = schema_expectation(key);
	struct count *count = userdata;
	size_t len;

	count->n++;
	cr_assert_not_null(key->help, "%s: no help", path);
	len = strlen(key->help);
	cr_expect(len > 0 && strchr(".?", key->help[len - 1]), "%s: help is no sentence", path);
	cr_expect_str_neq(expected, "", "%s", path);
	if (key->type == TYPE_U32 || key->type == TYPE_DURATION)
		cr_expect_lt(key->min, key->max, "%s", path);
	if (key->type == TYPE_WORD)
		cr_expect_not_null(key->words, "%s", path);
	if (key->type == TYPE_MAP)
		cr_expect_not_null(key->keys, "%s", path);
	if (key->type == TYPE_NAMED || key->type == TYPE_LIST)
		cr_expect(key->keys && key->items, "%s", path);
}

Test(schema, complete)
{
	struct count count = {};

	schema_walk(expect_complete, &count);
	cr_expect_gt(count.n, 20);
}

/* A row of the table: the path, what the value must be, and the help, word by word. */
static void expect_in_manual(const struct schema_key *key, const char *path, void *userdata)
{
	_cleanup_free_ char *expected = schema_expectation(key), *row = NULL;
	const struct count *count = userdata;

	row = xasprintf("``%s``\n    %s\n\n    %s\n", path, expected, key->help);
	cr_expect_not_null(strstr(count->manual, row), "cgfifo.yaml.5.rst should have:\n\n%s", row);
}

Test(schema, manual_lists_all_keys)
{
	const char *source = getenv("CGFIFO_SOURCE");
	_cleanup_free_ char *path = NULL, *manual = NULL;

	cr_assert_not_null(source, "CGFIFO_SOURCE is not set");
	path = xasprintf("%s/docs/man/cgfifo.yaml.5.rst", source);
	cr_assert_eq(file_read(AT_FDCWD, path, 1024 * 1024, &manual, NULL), 0, "%s", path);
	schema_walk(expect_in_manual, &(struct count){.manual = manual});
}

Test(schema, find)
{
	cr_expect_str_eq(schema_find(schema_root, "rules")->name, "rules");
	cr_expect_null(schema_find(schema_root, "rule"));
	cr_expect_null(schema_find(schema_root, ""));
}

Test(schema, every_type_has_a_shape)
{
	for (enum schema_type type = 0; type < TYPE_N; type++)
		cr_expect_eq(schema_shape(type) == SHAPE_NONE, type == TYPE_VERSION, "%d", type);
}
