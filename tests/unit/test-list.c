// SPDX-License-Identifier: GPL-2.0-only
/* report/list: the table of cgfifo list. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/verdict.h"
#include "report/list.h"
#include "util/cleanup.h"

static struct snapshot *s;

static void add(uint32_t parent, const char *name, const char *path, uint32_t weight,
		enum verdict_source source, const char *origin)
{
	struct snapshot_row *row = snapshot_add_row(s);

	row->parent = parent;
	row->name = snapshot_add_string(s, name);
	row->path = snapshot_add_string(s, path);
	row->weight = weight;
	row->source = source;
	row->origin = snapshot_add_string(s, origin);
}

static void setup(void)
{
	s = snapshot_new();
	add(0, "/", "/", 100, SOURCE_OWN, "");
	add(0, "system.slice", "/system.slice", 100, SOURCE_OWN, "");
	add(1, "web.service", "/system.slice/web.service", 400, SOURCE_RULE,
	    "/etc/cgfifo/cgfifo.yaml:7");
	add(2, "web.service/part", "/system.slice/web.service/part", 100, SOURCE_OWN, "");
	add(1, "cron.service", "/system.slice/cron.service", 0, SOURCE_OWN, "");
	snapshot_row(s, 2)->flags = ROW_WANTED | ROW_FAILED;
}

static void teardown(void)
{
	snapshot_free(s);
}

TestSuite(list, .init = setup, .fini = teardown);

static void expect(const struct table_options *options, const char *text)
{
	_cleanup_free_ char *got = NULL;
	size_t size;
	FILE *f = open_memstream(&got, &size);

	list_print(f, s, options);
	fclose(f);
	cr_expect_str_eq(got, text, "got:\n%s", got);
}

Test(list, things)
{
	struct table_options options = {.view.idle = true, .columns = 80};

	expect(&options, "NAME                  KIND       WEIGHT  FROM        RULE\n"
			 "system.slice          slice         100  cgroup\n"
			 "  cron.service        unit            -  cgroup\n"
			 "  web.service         unit          400  rule        "
			 "/etc/cgfifo/cgfifo.yaml:7 (not in force)\n");
}

/* The longest word for where a weight is from moves nothing. */
Test(list, annotation)
{
	struct table_options options = {.view.filter = "web.service", .columns = 80};

	snapshot_row(s, 2)->source = SOURCE_ANNOTATION;
	expect(&options, "NAME                  KIND       WEIGHT  FROM        RULE\n"
			 "web.service           unit          400  annotation  "
			 "/etc/cgfifo/cgfifo.yaml:7 (not in force)\n"
			 "web.service/part      unit          100  cgroup\n");
}

/* What no file asks for is not in force either. */
Test(list, set_by_hand)
{
	struct table_options options = {.view.filter = "cron*", .columns = 80};
	struct snapshot_row *row = snapshot_row(s, 4);

	row->weight = 100;
	row->flags = ROW_WANTED | ROW_FAILED;
	expect(&options, "NAME                  KIND       WEIGHT  FROM        RULE\n"
			 "cron.service          unit          100  cgroup      "
			 "\"cgfifo set\" (not in force)\n");
	row->source = SOURCE_SET;
	row->flags = ROW_WANTED;
	expect(&options, "NAME                  KIND       WEIGHT  FROM        RULE\n"
			 "cron.service          unit          100  set\n");
}

Test(list, all_and_filter)
{
	struct table_options options = {.view = {.all = true}, .columns = 80};
	_cleanup_free_ char *json = NULL;
	size_t size;
	FILE *f = open_memstream(&json, &size);

	cr_expect_eq(list_print_json(f, s, &options.view), 4);
	fclose(f);
	cr_expect_not_null(strstr(json, "\"origin\": \"/etc/cgfifo/cgfifo.yaml:7\""), "%s", json);
	cr_expect_not_null(strstr(json, "\"in_force\": false"));
	cr_expect_null(strstr(json, "got_pct"), "nothing was measured");
	options.view.filter = "cron*";
	expect(&options, "NAME                  KIND       WEIGHT  FROM        RULE\n"
			 "cron.service          unit            -  cgroup\n");
}
