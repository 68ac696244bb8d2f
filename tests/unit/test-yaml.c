// SPDX-License-Identifier: GPL-2.0-only
/* config/yaml: the tree, and the limits that keep it small. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "config/diag.h"
#include "config/source.h"
#include "config/yaml.h"
#include "util/alloc.h"

/* The message of the first mistake, "" for none. */
static int read_text(const char *text, size_t size, struct node **ret, char *message)
{
	_cleanup_(source_freep) struct source *src = source_new("t", text, size);
	_cleanup_(diags_done) struct diags diags = {};
	int r;

	r = yaml_read(src, ret, &diags);
	snprintf(message, 256, "%s", diags.n ? diags.items[0].message : "");
	return r;
}

Test(yaml, tree)
{
	static const char text[] = "a: 1\nb:\n  - x\n  - 'y'\nc: {d: ~}\n";
	_cleanup_(node_freep) struct node *root = NULL;
	char message[256];
	struct node *a, *b, *c;

	cr_assert_eq(read_text(text, strlen(text), &root, message), 0);
	cr_assert_eq(root->kind, NODE_MAP);
	cr_assert_eq(root->children.n, 3);
	a = root->children.items[0];
	b = root->children.items[1];
	c = root->children.items[2];

	cr_expect_str_eq(a->key, "a");
	cr_expect_str_eq(a->text, "1");
	cr_expect_not(a->quoted);
	cr_expect_eq(a->mark.line, 1);
	cr_expect_eq(a->mark.col, 4);
	cr_expect_eq(a->mark.len, 1);
	cr_expect_eq(a->key_mark.col, 1);

	cr_expect_eq(b->kind, NODE_LIST);
	cr_assert_eq(b->children.n, 2);
	cr_expect(b->children.items[1]->quoted);
	cr_expect_eq(b->children.items[1]->mark.line, 4);
	cr_expect_null(b->children.items[1]->key);

	cr_expect_eq(c->kind, NODE_MAP);
	cr_assert_eq(c->children.n, 1);
	cr_expect(node_is_null(c->children.items[0]));
}

Test(yaml, empty_document_is_no_tree)
{
	struct node *root = NULL;
	char message[256];

	cr_expect_eq(read_text("# nothing\n", 10, &root, message), 0);
	cr_expect_null(root);
}

static const struct {
	const char *text;
	bool null;
} scalars[] = {
	{"", true},	  {"~", true},	   {"null", true}, {"''", false},
	{"\"~\"", false}, {"Null", false}, {"0", false},
};

Test(yaml, what_is_nothing)
{
	for (size_t i = 0; i < ARRAY_SIZE(scalars); i++) {
		_cleanup_free_ char *text = xasprintf("a: %s\n", scalars[i].text);
		_cleanup_(node_freep) struct node *root = NULL;
		char message[256];

		cr_assert_eq(read_text(text, strlen(text), &root, message), 0, "%s", text);
		cr_expect_eq(node_is_null(root->children.items[0]), scalars[i].null, "%s", text);
	}
}

/* A list with n entries: two events for the list, two each for document and stream. */
static char *make_list(size_t n)
{
	char *text = xmalloc(4 + 2 * n), *p = text;

	*p++ = '[';
	for (size_t i = 0; i < n; i++) {
		*p++ = 'x';
		*p++ = ',';
	}
	*p++ = ']';
	*p = '\0';
	return text;
}

/* "[{x: y}, {x: y}]" with n of them. */
static char *make_mappings(size_t n)
{
	static const char one[] = "{x: y},";
	char *text = xmalloc(3 + n * strlen(one)), *p = text;

	*p++ = '[';
	for (size_t i = 0; i < n; i++)
		p = mempcpy(p, one, strlen(one));
	strcpy(p, "]");
	return text;
}

static void expect_limit(const char *fits, const char *bursts)
{
	_cleanup_(node_freep) struct node *root = NULL;
	struct node *none = NULL;
	char message[256] = "";

	cr_expect_eq(read_text(fits, strlen(fits), &root, message), 0, "%s", message);
	cr_expect_eq(read_text(bursts, strlen(bursts), &none, message), -EINVAL);
	cr_expect_str_eq(message, "more than 20000 keys and values in one file");
	cr_expect_null(none);
}

/* The list itself is a value as well, and so is each mapping, but once. */
Test(yaml, number_of_keys_and_values)
{
	_cleanup_free_ char *fits = make_list(YAML_MAX_NODES - 1);
	_cleanup_free_ char *bursts = make_list(YAML_MAX_NODES);
	_cleanup_free_ char *mappings = make_mappings((YAML_MAX_NODES - 1) / 3);
	_cleanup_free_ char *too_many = make_mappings((YAML_MAX_NODES - 1) / 3 + 1);

	expect_limit(fits, bursts);
	expect_limit(mappings, too_many);
}

static char *make_map(size_t n)
{
	char *text = xmalloc(16 * n + 1), *p = text;

	for (size_t i = 0; i < n; i++)
		p += sprintf(p, "k%zu: 1\n", i);
	return text;
}

Test(yaml, number_of_keys)
{
	_cleanup_free_ char *fits = make_map(YAML_MAX_KEYS), *bursts = make_map(YAML_MAX_KEYS + 1);
	_cleanup_(node_freep) struct node *root = NULL;
	struct node *none = NULL;
	char message[256];

	cr_expect_eq(read_text(fits, strlen(fits), &root, message), 0, "%s", message);
	cr_expect_eq(read_text(bursts, strlen(bursts), &none, message), -EINVAL);
	cr_expect_str_eq(message, "more than 1024 keys in one mapping");
}

static int read_depth(unsigned int depth, char *message)
{
	char text[2 * YAML_MAX_DEPTH + 8] = "";
	_cleanup_(node_freep) struct node *root = NULL;

	memset(text, '[', depth);
	memset(text + depth, ']', depth);
	return read_text(text, 2 * depth, &root, message);
}

Test(yaml, depth)
{
	char message[256];

	cr_expect_eq(read_depth(YAML_MAX_DEPTH, message), 0, "%s", message);
	cr_expect_eq(read_depth(YAML_MAX_DEPTH + 1, message), -EINVAL);
	cr_expect_str_eq(message, "nested deeper than 8 levels");
}

/* libyaml alone needs more than a minute for this one. Sanitizers and valgrind make it slower,
 * but not by that much. */
Test(yaml, megabyte_of_brackets_is_cheap)
{
	size_t size = 1024 * 1024;
	_cleanup_free_ char *text = xmalloc(size);
	struct node *none = NULL;
	char message[256];
	clock_t start = clock();

	memset(text, '[', size);
	cr_expect_eq(read_text(text, size, &none, message), -EINVAL);
	cr_expect_str_eq(message, "nested deeper than 8 levels");
	cr_expect_lt(clock() - start, 2 * CLOCKS_PER_SEC);
}

/* Likewise. Each of them has to be another one. */
Test(yaml, tag_directives_are_refused_at_the_first)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *f = xmemstream(&text, &size);
	struct node *none = NULL;
	char message[256];
	clock_t start;

	fputs("# nothing\n", f);
	for (int i = 0; i < 100000; i++)
		fprintf(f, "%%TAG !%05x! x\n", i);
	fputs("---\na: 1\n", f);
	fclose(f);
	start = clock();
	cr_expect_eq(read_text(text, size, &none, message), -EINVAL);
	cr_expect_str_eq(message, "directives (%) are not supported");
	cr_expect_lt(clock() - start, 2 * CLOCKS_PER_SEC);
	cr_expect_eq(read_text("a: '%TAG'\n", 10, &none, message), 0);
	node_free(none);
}

Test(yaml, repeated_key_keeps_the_first)
{
	static const char text[] = "a: 1\na: 2\n";
	_cleanup_(node_freep) struct node *root = NULL;
	char message[256];

	cr_assert_eq(read_text(text, strlen(text), &root, message), 0);
	cr_expect_str_eq(message, "the key a was already given in line 1");
	cr_assert_eq(root->children.n, 2);
	cr_expect_not(root->children.items[0]->repeats);
	cr_expect(root->children.items[1]->repeats);
}

/* A mistake in one value leaves the others to be looked at. */
Test(yaml, alias_is_a_bad_node)
{
	static const char text[] = "a: *x\nb: 2\n";
	_cleanup_(node_freep) struct node *root = NULL;
	char message[256];

	cr_assert_eq(read_text(text, strlen(text), &root, message), 0);
	cr_expect_eq(strncmp(message, "aliases", 7), 0, "%s", message);
	cr_assert_eq(root->children.n, 2);
	cr_expect_eq(root->children.items[0]->kind, NODE_BAD);
	cr_expect_eq(root->children.items[1]->kind, NODE_SCALAR);
}

/* Every prefix of a valid file ends somewhere: between a key and its value, in a quote, in a list.
 * Nothing may leak or crash, whatever it is called. */
Test(yaml, every_prefix)
{
	static const char text[] =
		"version: 1\nrules:\n  - match: {unit: \"a\\x41b\", pod: {labels: "
		"{x: [y, 'z']}}}\n    ? a\n    : b\nanchor: &x !t y\n...\n";

	for (size_t n = 0; n <= strlen(text); n++) {
		_cleanup_(node_freep) struct node *root = NULL;
		char message[256];
		int r;

		r = read_text(text, n, &root, message);
		cr_expect(r == 0 || (r == -EINVAL && message[0] && !root), "prefix of %zu: %d", n,
			  r);
	}
}
