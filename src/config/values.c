// SPDX-License-Identifier: GPL-2.0-only
/* Single values of a configuration file, see values.h. */
#include "config/values.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/parse.h"
#include "util/text.h"

/* As long as a label of a DNS name, which is what Kubernetes allows for its names. */
#define NAME_MAX_LEN 63

char *node_describe(const struct node *n)
{
	_cleanup_free_ char *text = NULL;

	if (n->kind == NODE_MAP)
		return xstrdup("a mapping");
	if (n->kind == NODE_LIST)
		return xstrdup("a list");
	if (node_is_null(n))
		return xstrdup("nothing");
	text = text_escape(n->text, TEXT_ESCAPE_MAX);
	return xasprintf(n->quoted ? "\"%s\"" : "%s", text);
}

/* Where nothing was written, the key is the place. */
static struct mark mark_of_value(const struct node *n)
{
	return node_is_null(n) && n->key ? n->key_mark : n->mark;
}

void reader_complain_type(struct reader *rd, const struct schema_key *key, const struct node *n)
{
	_cleanup_free_ char *expected = schema_expectation(key), *found = node_describe(n);

	reader_complain(rd, mark_of_value(n), "%s must be %s, not %s", key->name, expected, found);
}

struct origin reader_origin(const struct reader *rd, struct mark mark)
{
	return (struct origin){.file = rd->file, .line = mark.line, .col = mark.col};
}

bool value_is_name(const char *text)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
		"._-";
	size_t len = strlen(text);

	return len > 0 && len <= NAME_MAX_LEN && strspn(text, allowed) == len;
}

bool reader_check_name(struct reader *rd, const char *what, const char *name, struct mark mark)
{
	if (value_is_name(name))
		return true;
	reader_complain(rd, mark, "the name of a %s is 1 to %d letters, digits, '.', '_' or '-'",
			what, NAME_MAX_LEN);
	return false;
}

static int word_index(const struct schema_key *key, const char *text, uint32_t *ret)
{
	for (uint32_t i = 0; key->words[i]; i++)
		if (strcmp(key->words[i], text) == 0) {
			*ret = i;
			return 0;
		}
	return -EINVAL;
}

static int parse_param(const struct schema_key *key, const char *text, uint32_t *ret)
{
	uint64_t usec;
	bool yes;
	int r;

	switch (key->type) {
	case TYPE_DURATION:
		r = parse_duration_usec(text, key->min, key->max, &usec);
		if (r == 0)
			*ret = (uint32_t)usec;
		return r;
	case TYPE_BOOL:
		r = parse_bool(text, &yes);
		if (r == 0)
			*ret = yes;
		return r;
	case TYPE_WORD:
		return word_index(key, text, ret);
	default:
		return parse_u32(text, key->min, key->max, ret);
	}
}

/* Numbers, times, booleans and words. Text in quotes is text, and not a number. */
static void read_param(struct reader *rd, const struct schema_key *key, const struct node *n,
		       struct param *place)
{
	uint32_t value;

	if (n->kind != NODE_SCALAR || (n->quoted && key->type != TYPE_WORD) ||
	    parse_param(key, n->text, &value) < 0) {
		reader_complain_type(rd, key, n);
		return;
	}
	*place = (struct param){.set = true, .value = value, .origin = reader_origin(rd, n->mark)};
}

static void read_version(struct reader *rd, const struct schema_key *key, const struct node *n)
{
	uint32_t value;

	if (n->kind != NODE_SCALAR || n->quoted || parse_u32(n->text, 0, UINT32_MAX, &value) < 0)
		reader_complain_type(rd, key, n);
	else if (value < key->min || value > key->max)
		reader_complain(rd, n->mark,
				"version %u of the format is not known; this is a "
				"cgfifo for version %u",
				value, key->max);
}

/* A scalar that says something. The caller's, or NULL after a complaint. what is the key, or
 * what the scalar is to the key; expected is what stands behind "must be". */
static char *read_text(struct reader *rd, const char *what, const char *expected,
		       const struct node *n)
{
	_cleanup_free_ char *found = NULL;

	if (n->kind != NODE_SCALAR || node_is_null(n)) {
		found = node_describe(n);
		reader_complain(rd, mark_of_value(n), "%s must be %s, not %s", what, expected,
				found);
		return NULL;
	}
	if (n->text[0] == '\0') {
		reader_complain(rd, n->mark, "%s must not be empty", what);
		return NULL;
	}
	return xstrdup(n->text);
}

static void store_text(struct reader *rd, const struct schema_key *key, const struct node *n,
		       char **place)
{
	_cleanup_free_ char *expected = schema_expectation(key);
	char *text = read_text(rd, key->name, expected, n);

	if (!text)
		return;
	free(*place);
	*place = text;
}

static void complain_long(struct reader *rd, const struct schema_key *key, const struct node *n)
{
	reader_complain(rd, n->mark, "%s must not be longer than %d bytes", key->name,
			CONFIG_MAX_PATH);
}

static void read_url(struct reader *rd, const struct schema_key *key, const struct node *n,
		     char **place)
{
	const char *text = n->kind == NODE_SCALAR ? n->text : "";

	if (strncmp(text, "https://", 8) != 0 && strncmp(text, "http://", 7) != 0)
		reader_complain_type(rd, key, n);
	else if (strlen(text) > CONFIG_MAX_PATH)
		complain_long(rd, key, n);
	else
		store_text(rd, key, n, place);
}

/* A path that ends in '/' or does not start with it would match nothing. */
static void read_path(struct reader *rd, const struct schema_key *key, const struct node *n,
		      char **place)
{
	size_t len = n->kind == NODE_SCALAR ? strlen(n->text) : 0;

	if (len > 0 && n->text[0] != '/')
		reader_complain_type(rd, key, n);
	else if (len > 1 && n->text[len - 1] == '/')
		reader_complain(rd, n->mark, "%s must not end in /", key->name);
	else if (key->type == TYPE_PATH && len > CONFIG_MAX_PATH)
		complain_long(rd, key, n);
	else
		store_text(rd, key, n, place);
}

/* A list replaces the one of an earlier file as a whole: it is one value. */
static void read_classes(struct reader *rd, const struct schema_key *key, const struct node *n,
			 struct names *place)
{
	struct name *name;

	if (n->kind != NODE_LIST) {
		reader_complain_type(rd, key, n);
		return;
	}
	VEC_FOREACH (old, place)
		free(old->text);
	place->n = 0;
	place->set = true;
	VEC_FOREACH (child, &n->children) {
		char *text;

		if ((*child)->kind == NODE_BAD)
			continue;
		text = read_text(rd, "an entry", "the name of a class", *child);
		if (!text)
			continue;
		name = VEC_PUSH(place, CONFIG_MAX_CLASSES);
		if (!name) {
			free(text);
			reader_complain(rd, (*child)->mark, "too many entries in %s", key->name);
			return;
		}
		name->text = text;
		name->origin = reader_origin(rd, (*child)->mark);
	}
}

static void read_labels(struct reader *rd, const struct schema_key *key, const struct node *n,
			struct labels *place)
{
	struct label *label;
	char *value;

	if (n->kind != NODE_MAP) {
		reader_complain_type(rd, key, n);
		return;
	}
	/* It would mean nothing, and a rule without another condition match nothing. */
	if (n->children.n == 0)
		reader_complain(rd, n->key_mark, "%s must not be empty", key->name);
	VEC_FOREACH (child, &n->children) {
		if ((*child)->repeats || (*child)->kind == NODE_BAD)
			continue;
		value = read_text(rd, "the value of a label", "a name or glob", *child);
		if (!value)
			continue;
		label = VEC_PUSH(place, CONFIG_MAX_LABELS);
		if (!label) {
			free(value);
			reader_complain(rd, (*child)->key_mark, "more than %d labels",
					CONFIG_MAX_LABELS);
			return;
		}
		label->key = xstrdup((*child)->key);
		label->value = value;
	}
}

void reader_value(struct reader *rd, const struct schema_key *key, const struct node *n,
		  void *place)
{
	if (n->kind == NODE_BAD)
		return;
	switch (key->type) {
	case TYPE_VERSION:
		read_version(rd, key, n);
		return;
	case TYPE_TEXT:
	case TYPE_GLOB:
	case TYPE_CLASS:
		store_text(rd, key, n, place);
		return;
	case TYPE_PATH_GLOB:
	case TYPE_PATH:
		read_path(rd, key, n, place);
		return;
	case TYPE_URL:
		read_url(rd, key, n, place);
		return;
	case TYPE_CLASSES:
		read_classes(rd, key, n, place);
		return;
	case TYPE_LABELS:
		read_labels(rd, key, n, place);
		return;
	default:
		read_param(rd, key, n, place);
		return;
	}
}
