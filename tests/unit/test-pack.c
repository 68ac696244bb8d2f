// SPDX-License-Identifier: GPL-2.0-only
/* config/pack, config/unpack: what is read arrives, and what nobody would have read does not. */
#include <criterion/criterion.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "config/load.h"
#include "config/pack.h"
#include "fixture.h"
#include "util/deadline.h"

/* A stream in memory. */
struct stream {
	struct record *records;
	size_t n;
};

static void stream_done(struct stream *s)
{
	free(s->records);
}

static struct stream pack(const struct config *c, const struct diags *diags)
{
	struct stream s = {};
	size_t size;
	FILE *f = open_memstream((char **)&s.records, &size);

	config_pack(c, diags, f);
	fclose(f);
	cr_assert_eq(size % sizeof(struct record), 0);
	s.n = size / sizeof(struct record);
	return s;
}

static struct stream pack_yaml(const char *yaml)
{
	_cleanup_(config_freep) struct config *c = NULL;
	_cleanup_(diags_done) struct diags diags = {};

	cr_assert_eq(config_parse_text("f.yaml", yaml, strlen(yaml), &c, &diags), 0);
	return pack(c, &diags);
}

static void collect(enum diag_severity severity, const char *headline, void *userdata)
{
	char **all = userdata, *longer = xasprintf("%s%s\n", *all, headline);

	free(*all);
	*all = longer;
}

/* *ret_said: all complaints, the caller's; or NULL. */
static int unpack(const struct stream *s, struct config **ret, char **ret_said)
{
	FILE *f = fmemopen(s->records, s->n * sizeof(struct record), "r");
	_cleanup_free_ char *said = xstrdup("");
	int r = config_unpack(f, collect, &said, ret);

	fclose(f);
	if (ret_said)
		*ret_said = TAKE_PTR(said);
	return r;
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

static void expect_same(const char *path)
{
	_cleanup_(config_freep) struct config *c = NULL, *again = NULL;
	_cleanup_free_ char *first = NULL, *second = NULL, *said = NULL, *want = xstrdup("");
	_cleanup_(diags_done) struct diags diags = {};
	int r = config_load_files(&path, 1, &c, &diags);
	_cleanup_(stream_done) struct stream s = pack(c, &diags);

	VEC_FOREACH (d, &diags) {
		_cleanup_free_ char *line = diag_headline(d);

		collect(d->severity, line, &want);
	}
	cr_expect_eq(unpack(&s, &again, &said), r, "%s", path);
	cr_expect_str_eq(said, want, "%s", path);
	cr_expect_eq(again == NULL, c == NULL, "%s", path);
	if (!c || !again)
		return;
	first = dump(c);
	second = dump(again);
	cr_expect_str_eq(second, first, "%s", path);
}

/* With all places, and with all complaints where it is refused. */
Test(pack, every_fixture_arrives)
{
	_cleanup_free_ char *pattern = xasprintf("%s/config/*/*.yaml", getenv("CGFIFO_FIXTURES"));
	glob_t found;

	cr_assert_eq(glob(pattern, 0, NULL, &found), 0, "%s", pattern);
	cr_assert_gt(found.gl_pathc, 100);
	for (size_t i = 0; i < found.gl_pathc; i++)
		expect_same(found.gl_pathv[i]);
	globfree(&found);
}

Test(pack, long_text_takes_several_records)
{
	_cleanup_(config_freep) struct config *c = NULL;
	_cleanup_(stream_done) struct stream s = {};
	_cleanup_free_ char *yaml = NULL;
	char name[RECORD_TEXT_MAX + 1] = "";

	for (size_t i = 0; i + 3 < sizeof(name); i += 3)
		memcpy(name + i, "\xe2\x82\xac", 3); /* a euro sign: cut anywhere */
	yaml = xasprintf("version: 1\nrules: [{name: %s, match: {unit: a.service}}]\n", name);
	s = pack_yaml(yaml);
	cr_assert_eq(unpack(&s, &c, NULL), 0);
	cr_expect_str_eq(c->rules.items[0].name, name);
}

static const char yaml[] =
	"version: 1\n"
	"defaults: {weight: 100}\n"
	"classes: {gold: {policy: fair}}\n"
	"rules: [{match: {cgroup: /a, labels: {k: v}}, class: gold, slice: 2ms}]\n"
	"kubernetes: {kubelet: {url: 'https://n'}, manifests: /m,\n"
	"  namespaces: {prod: {classes: [gold], raw_weights: false}}}\n";

/* The number of the first record of this type with this text (NULL: any). */
static size_t find(const struct stream *s, enum record_type type, const char *text)
{
	size_t i = 0;

	while (i < s->n &&
	       (s->records[i].type != type || (text && strcmp(s->records[i].text, text) != 0)))
		i++;
	cr_assert_lt(i, s->n, "no record of type %d with '%s'", type, text ? text : "");
	return i;
}

/* One record of a good stream with another value, key, file, type or text. */
struct forgery {
	enum record_type type;
	const char *text, *new_text;
	uint32_t value, key, file, new_type;
};

static void expect_refused(const struct forgery *forgery, int want)
{
	_cleanup_(config_freep) struct config *c = NULL;
	_cleanup_(stream_done) struct stream s = pack_yaml(yaml);
	struct record *r = &s.records[find(&s, forgery->type, forgery->text)];

	if (forgery->value)
		r->value = forgery->value;
	if (forgery->key)
		r->key = forgery->key;
	if (forgery->file)
		r->file = forgery->file;
	if (forgery->new_type)
		r->type = forgery->new_type;
	if (forgery->new_text)
		strcpy(r->text, forgery->new_text);
	cr_expect_eq(unpack(&s, &c, NULL), want, "%d '%s' -> '%s' %u %u %u %u", forgery->type,
		     forgery->text ? forgery->text : "", forgery->new_text ? forgery->new_text : "",
		     forgery->value, forgery->key, forgery->file, forgery->new_type);
	cr_expect_null(c);
}

Test(unpack, refuses_what_the_reader_would)
{
	static const struct forgery forgeries[] = {
		{.type = RECORD_NUMBER, .value = 10001},
		{.type = RECORD_NUMBER, .value = UINT32_MAX},
		{.type = RECORD_NUMBER, .key = 9999},
		{.type = RECORD_NUMBER, .key = UINT32_MAX},
		{.type = RECORD_NUMBER, .key = 1}, /* a mapping */
		{.type = RECORD_NUMBER, .key = 7}, /* of a class, and there is none yet */
		{.type = RECORD_NUMBER, .file = 1},
		{.type = RECORD_NUMBER, .file = RECORD_NO_FILE},
		{.type = RECORD_NUMBER, .new_type = 77},
		{.type = RECORD_NUMBER, .new_type = RECORD_TEXT},
		{.type = RECORD_NUMBER, .new_type = RECORD_BEGIN},
		{.type = RECORD_NUMBER, .new_type = RECORD_ITEM},
		{.type = RECORD_ITEM, .text = "gold", .new_text = "go ld"},
		{.type = RECORD_ITEM, .text = "gold", .new_text = "\033[2J"},
		{.type = RECORD_ITEM, .text = "gold", .new_text = "silver"}, /* a rule names gold */
		{.type = RECORD_ITEM, .text = "gold", .file = 7},
		{.type = RECORD_TEXT, .text = "/a", .new_text = "a"},
		{.type = RECORD_TEXT, .text = "/a", .new_text = "/a\nb"},
		{.type = RECORD_TEXT, .text = "/a", .new_text = "/\xff"},
		{.type = RECORD_TEXT, .text = "/a", .new_type = RECORD_LABEL},
		{.type = RECORD_TEXT, .text = "/m", .new_text = "m"},
		{.type = RECORD_TEXT, .text = "https://n", .new_text = "file:///n"},
		{.type = RECORD_TEXT, .text = "v", .new_type = RECORD_LABEL},
		{.type = RECORD_LABEL, .text = "k", .new_type = RECORD_DIAG},
		{.type = RECORD_LIST, .key = 3},
		{.type = RECORD_FILE, .new_type = RECORD_DIAG}, /* and nothing has a place */
		{.type = RECORD_END, .new_type = RECORD_LIST},
	};

	for (size_t i = 0; i < ARRAY_SIZE(forgeries); i++)
		expect_refused(&forgeries[i], -EBADMSG);
	expect_refused(&(struct forgery){.type = RECORD_BEGIN, .value = 99}, -EPROTO);
	expect_refused(&(struct forgery){.type = RECORD_BEGIN, .new_text = "0.0.0"}, -EPROTO);
	expect_refused(&(struct forgery){.type = RECORD_END, .value = 2}, -EINVAL);
}

/* Anything cut short, wherever. */
Test(unpack, refuses_part_of_a_stream)
{
	_cleanup_(stream_done) struct stream s = pack_yaml(yaml);
	size_t n = s.n;

	for (s.n = 1; s.n < n; s.n++) {
		_cleanup_(config_freep) struct config *c = NULL;

		cr_expect_eq(unpack(&s, &c, NULL), -EBADMSG, "%zu records", s.n);
	}
}

Test(unpack, a_rule_without_a_match_would_be_for_everybody)
{
	_cleanup_(config_freep) struct config *c = NULL;
	_cleanup_(stream_done) struct stream s =
		pack_yaml("version: 1\nrules: [{match: {cgroup: /a}, weight: 5}]\n");
	size_t i = find(&s, RECORD_TEXT, "/a");

	memmove(&s.records[i], &s.records[i + 1], (s.n - i - 1) * sizeof(struct record));
	s.n--;
	cr_expect_eq(unpack(&s, &c, NULL), -EBADMSG);
}

Test(unpack, text_has_an_end)
{
	_cleanup_(stream_done) struct stream s = pack_yaml(yaml);
	struct record *r = &s.records[find(&s, RECORD_TEXT, "/a")];
	_cleanup_(config_freep) struct config *c = NULL;

	memset(r->text, '/', sizeof(r->text));
	cr_expect_eq(unpack(&s, &c, NULL), -EBADMSG, "no NUL");
	memset(r->text, 0, sizeof(r->text));
	strcpy(r->text, "/a");
	r->more = 1;
	cr_expect_eq(unpack(&s, &c, NULL), -EBADMSG, "the next one is another text");
}

Test(unpack, too_slow)
{
	_cleanup_(stream_done) struct stream s = pack_yaml(yaml);
	size_t size = s.n * sizeof(struct record);
	int fd = memfd_create("records", MFD_CLOEXEC);
	struct config *c = NULL;
	FILE *f;

	cr_assert_eq(pwrite(fd, s.records, size, 0), (ssize_t)size);
	f = deadline_open(fd, 1);
	cr_expect_eq(config_unpack(f, NULL, NULL, &c), -ETIMEDOUT);
	fclose(f);
}

/* One byte now and then: 5 s for a record, if nobody ends it. 0: somebody did. */
static int drip(int fd)
{
	for (int i = 0; i < RECORD_SIZE; i++) {
		if (send(fd, "", 1, MSG_NOSIGNAL) < 0)
			return 0;
		usleep(10000);
	}
	return 1;
}

Test(unpack, a_record_that_drips)
{
	struct config *c = NULL;
	struct timespec t;
	int ends[2], status;
	pid_t pid;
	FILE *f;

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		_exit(drip(ends[1]));
	}
	close(ends[1]);
	clock_gettime(CLOCK_MONOTONIC, &t);
	f = deadline_open(ends[0],
			  (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec + 50000000);
	cr_expect_eq(config_unpack(f, NULL, NULL, &c), -ETIMEDOUT);
	fclose(f);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "it could send a whole record");
}

Test(unpack, complaints_cannot_move_the_cursor)
{
	_cleanup_(stream_done) struct stream s = pack_yaml(yaml);
	_cleanup_(config_freep) struct config *c = NULL;
	struct record *r = &s.records[find(&s, RECORD_FILE, NULL)];
	_cleanup_free_ char *said = NULL;

	*r = (struct record){.type = RECORD_DIAG, .value = DIAG_ERROR, .text = "a\033[2J"};
	cr_expect_eq(unpack(&s, &c, &said), -EBADMSG, "the file is missing now");
	cr_expect_null(strchr(said, '\033'), "%s", said);
}

static void add_labels(struct labels *labels)
{
	for (int i = 0; i < CONFIG_MAX_LABELS; i++) {
		struct label *label = VEC_PUSH(labels, CONFIG_MAX_LABELS);

		label->key = xasprintf("k%d", i);
		label->value = xstrdup("v");
	}
}

/* As many rules as there may be, each with all labels that it may have. */
static struct config *make_large(void)
{
	struct config *c = xcalloc(1, sizeof(*c));
	char **file = VEC_PUSH(&c->files, CONFIG_MAX_FILES);
	struct rule *rule;

	*file = xstrdup("f.yaml");
	while ((rule = VEC_PUSH(&c->rules, CONFIG_MAX_RULES))) {
		rule->origin = (struct origin){*file, 1, 1};
		rule->match.unit = xasprintf("u%zu.service", c->rules.n);
		add_labels(&rule->match.labels);
		add_labels(&rule->match.pod_labels);
	}
	return c;
}

/* Through a pipe, since it is more than anybody wants in memory. */
Test(pack, the_largest_configuration_arrives)
{
	_cleanup_(config_freep) struct config *c = make_large(), *again = NULL;
	struct diags none = {};
	int ends[2], status;
	FILE *f;
	pid_t pid;

	cr_assert_eq(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		f = fdopen(ends[1], "w");
		config_pack(c, &none, f);
		_exit(fclose(f) == 0 ? 0 : 1);
	}
	close(ends[1]);
	f = fdopen(ends[0], "r");
	cr_expect_eq(config_unpack(f, NULL, NULL, &again), 0);
	fclose(f);
	waitpid(pid, &status, 0);
	cr_assert_not_null(again);
	cr_expect_eq(again->rules.n, CONFIG_MAX_RULES);
	cr_expect_eq(again->rules.items[CONFIG_MAX_RULES - 1].match.pod_labels.n,
		     CONFIG_MAX_LABELS);
}
