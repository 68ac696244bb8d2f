// SPDX-License-Identifier: GPL-2.0-only
/* report/json: valid whatever is in it, and nothing that changes unnoticed. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/resolve.h"
#include "report/json.h"
#include "report/object.h"
#include "util/alloc.h"
#include "util/file.h"
#include "util/text.h"

static struct snapshot *s;
static struct sample samples[8];
static char *out;

static struct snapshot_row *add(const char *path)
{
	size_t i = snapshot_n_rows(s);
	struct snapshot_row *row = snapshot_add_row(s);

	*row = (struct snapshot_row){.cgid = i + 1};
	row->name = snapshot_add_string(s, path);
	row->path = snapshot_add_string(s, path);
	return row;
}

static void setup(void)
{
	s = snapshot_new();
	snapshot_edit_header(s)->nr_cpus = 4;
	add("/");
}

static void teardown(void)
{
	s = snapshot_free(s);
	free(out);
}

TestSuite(json, .init = setup, .fini = teardown);

static const char *printed(void)
{
	static const struct view_options all = {.all = true};
	size_t size;
	FILE *f;

	free(out);
	f = open_memstream(&out, &size);
	json_print(f, s, samples, 1000000000, &all);
	fclose(f);
	return out;
}

/* Skips one value; NULL: it is not JSON (RFC 8259, as far as this program uses it). */
static const char *skip_value(const char *p)
{
	static const char *const words[] = {"true", "false", "null"};
	char close = *p == '{' ? '}' : ']';

	if (*p == '"') {
		for (p++; *p != '"'; p++) {
			if ((unsigned char)*p < ' ')
				return NULL;
			if (*p == '\\' && !strchr("\"\\/bfnrtu", *++p))
				return NULL;
		}
		return p + 1;
	}
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strncmp(p, words[i], strlen(words[i])) == 0)
			return p + strlen(words[i]);
	if (*p != '{' && *p != '[') {
		size_t n = strspn(p, "-0123456789.");

		return n ? p + n : NULL;
	}
	p += 1 + strspn(p + 1, " \n");
	while (*p != close) {
		if (close == '}') {
			p = *p == '"' ? skip_value(p) : NULL;
			if (!p || strncmp(p, ": ", 2) != 0)
				return NULL;
			p += 2;
		}
		p = skip_value(p);
		if (!p)
			return NULL;
		p += strspn(p, " \n");
		if (*p == ',')
			p += 1 + strspn(p + 1, " \n");
		else if (*p != close)
			return NULL;
	}
	return p + 1;
}

static void expect_valid(void)
{
	const char *end;
	size_t bad = 0;

	printed();
	cr_assert(text_is_utf8(out, strlen(out), &bad), "byte %zu of %s", bad, out);
	end = skip_value(out);
	cr_assert_not_null(end, "%s", out);
	cr_expect_str_eq(end, "\n");
}

Test(json, the_whole_of_it)
{
	struct snapshot_row *row = add("/system.slice/a.service");
	struct snapshot_header *h = snapshot_edit_header(s);

	row->weight = 300;
	row->own_weight = 100;
	row->conf_weight = 300;
	row->slice_us = 1000;
	row->policy = CGFIFO_POLICY_FIFO;
	row->isolate = CGFIFO_ISOLATE_NONE;
	row->source = SOURCE_CLASS;
	row->origin = snapshot_add_string(s, "f.yaml:7");
	row->flags = ROW_WANTED | ROW_USAGE | ROW_READY;
	samples[1] = (struct sample){
		.got = .25, .entitled = .5, .wants_more = true, .usage_ns = 1234567};
	h->state = STATE_SCHED;
	h->has_agent = 1;
	h->n_ejected = 2;
	cr_expect_str_eq(
		printed(),
		"{\"version\": 1, \"cpus\": 4, \"interval_usec\": 1000000, "
		"\"scheduler\": {\"state\": \"cgfifo\", \"partial\": false, \"agent\": true, "
		"\"ejected\": 2}, "
		"\"counters\": {}, \"cgroups\": [\n"
		"{\"name\": \"/system.slice/a.service\", \"path\": \"/system.slice/a.service\", "
		"\"cgroup_id\": 2, \"kind\": \"unit\", \"own\": true, \"unit\": \"a.service\", "
		"\"weight\": 300, \"source\": \"class\", \"origin\": \"f.yaml:7\", "
		"\"cpu_weight\": 100, \"asked_weight\": 300, \"asked_slice_us\": 1000, "
		"\"asked_policy\": \"fifo\", \"asked_isolate\": \"none\", "
		"\"in_force\": true, \"idle\": false, \"entitled_pct\": 50.0000, \"got_pct\": "
		"25.0000, "
		"\"wants_more\": true, \"new\": false, \"usage_usec\": 1234, \"waits\": 0}\n"
		"]}\n",
		"%s", out);
	expect_valid();
}

Test(json, hostile_text)
{
	static const char *const paths[] = {
		"/a\"b",
		"/a\\b",
		"/a\nb",
		"/\001\002\037\177",
		"/\xff\xfe",
		"/\xc3",
		"/\xe2\x80\xae",
		"/\xed\xa0\x80",
		"/system.slice/\\x00.service",
		"/\xf0\x9f\x90\xa7",
	};

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		teardown();
		out = NULL;
		setup();
		add(paths[i]);
		snapshot_edit_header(s)->note = snapshot_add_string(s, paths[i]);
		expect_valid();
	}
}

Test(json, empty)
{
	cr_expect(strstr(printed(), "\"cgroups\": []}"), "%s", out);
	expect_valid();
}

Test(json, counters_by_name)
{
	snapshot_edit_header(s)->has_counters = 1;
	snapshot_edit_header(s)->counters[CGFIFO_STAT_picks] = 77;
	cr_expect(strstr(printed(), "\"picks\": 77"), "%s", out);
	expect_valid();
}

Test(json, waits_and_throttling)
{
	add("/a");
	snapshot_row(s, 1)->flags = ROW_LIMITED | ROW_READY;
	samples[1].waits = (struct cgfifo_waits){.sum_ns = 3000000, .nr_class = {[8] = 2}};
	samples[1].throttled = .25;
	cr_expect_not_null(strstr(printed(), "\"waits\": 2, \"wait_avg_usec\": 1500, "
					     "\"wait_p99_usec\": 2086, "
					     "\"throttled_pct\": 25.0000}"),
			   "%s", out);
}

/* As it is for a moment while the scheduler takes a limit in. */
Test(json, limit_without_a_period)
{
	add("/a");
	snapshot_row(s, 1)->flags = ROW_LIMITED | ROW_READY;
	cr_expect_null(strstr(printed(), "\"quota_usec\""), "%s", out);
	cr_expect_null(strstr(out, "\"period_usec\""), "%s", out);
	snapshot_row(s, 1)->limit = (struct cgfifo_limit){.quota_ns = 5000, .period_ns = 9000};
	cr_expect_not_null(strstr(printed(), "\"quota_usec\": 5, \"period_usec\": 9"), "%s", out);
}

/* Only the scheduler counts waits, and knows who yields. */
Test(json, what_is_not_known_is_absent)
{
	add("/a");
	snapshot_row(s, 1)->flags = ROW_USAGE;
	cr_expect_null(strstr(printed(), "\"waits\""), "%s", out);
	cr_expect_null(strstr(out, "\"idle\""), "%s", out);
	snapshot_row(s, 1)->flags = ROW_USAGE | ROW_READY;
	cr_expect_not_null(strstr(printed(), "\"waits\": 0}"), "%s", out);
	cr_expect_not_null(strstr(out, "\"idle\": false"), "%s", out);
	cr_expect_not_null(strstr(out, "\"usage_usec\": 0"), "%s", out);
	snapshot_row(s, 1)->flags = ROW_WANTED | ROW_FAILED; /* a rule, and no slot */
	samples[1].is_unknown = true;
	cr_expect_null(strstr(printed(), "\"usage_usec\""), "%s", out);
	cr_expect_null(strstr(out, "\"got_pct\""), "%s", out);
	cr_expect_null(strstr(out, "\"wants_more\""), "%s", out);
}

/* What the journal has is text, and may be anybody's. */
Test(json, numbers_that_were_text)
{
	size_t size;
	FILE *f = open_memstream(&out, &size);
	struct object o = {.f = f};

	object_number_of(&o, "a", "18446744073709551615");
	object_number_of(&o, "b", "0");
	object_number_of(&o, "c", "");
	object_number_of(&o, "d", "1, \"x\": 2");
	object_number_of(&o, "e", "7");
	object_end(&o);
	fclose(f);
	cr_expect_str_eq(out, "{\"a\": 18446744073709551615, \"e\": 7}", "%s", out);
}

/* The manual has each key; counters are whatever the scheduler counts. */
Test(json, the_manual_has_all_keys)
{
	_cleanup_free_ char *path = xasprintf("%s/docs/man/cgfifo.8.rst", getenv("CGFIFO_SOURCE"));
	_cleanup_free_ char *manual = NULL;
	struct snapshot_row *row = add("/system.slice/docker-0123456789ab.scope");

	cr_assert_eq(file_read(AT_FDCWD, path, 1 << 20, &manual, NULL), 0);
	row->weight = row->own_weight = row->conf_weight = row->slice_us = 1;
	row->policy = CGFIFO_POLICY_FAIR;
	row->isolate = CGFIFO_ISOLATE_CORE;
	row->container = row->image = row->pod_namespace = row->pod_name = row->origin = row->path;
	row->flags = ROW_WANTED | ROW_LIMITED | ROW_READY | ROW_USAGE;
	row->limit.quota_ns = row->limit.period_ns = 1;
	samples[1].waits.nr_class[3] = 1;
	snapshot_edit_header(s)->note = snapshot_edit_header(s)->config_note = row->path;
	printed();
	for (char *at = out, *end; (end = strstr(at, "\": ")); at = end + 1) {
		_cleanup_free_ char *key = NULL, *bold = NULL;
		char *begin = end;

		while (begin[-1] != '"')
			begin--;
		key = xstrndup(begin, (size_t)(end - begin));
		bold = xasprintf("**%s**", key);
		cr_expect(strstr(manual, bold), "%s is not in the manual", key);
	}
}
