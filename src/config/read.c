// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walks the tree of a file along the tables of the schema and stores the values, see read.h. A
 * mistake costs one value, never the rest of the file, so that all of them are found at once.
 */
#include "config/read.h"

#include <stdlib.h>
#include <string.h>

#include "config/schema.h"
#include "config/values.h"
#include "config/yaml.h"
#include "util/alloc.h"
#include "util/text.h"

/* No table has more keys than this. */
#define KEYS_MAX 16

static void read_map(struct reader *rd, const struct node *map, const struct schema_key *keys,
		     char *base);

/* The names of a table, "a, b, c". The caller's. */
static char *list_names(const struct schema_key *keys)
{
	char *list = xstrdup(keys->name), *longer;

	while ((++keys)->name) {
		longer = xasprintf("%s, %s", list, keys->name);
		free(list);
		list = longer;
	}
	return list;
}

/* The key of this table under which a key of this name could stand; NULL: none. */
static const char *find_below(const struct schema_key *keys, const char *name)
{
	for (; keys->name; keys++)
		if (keys->type == TYPE_MAP && schema_find(keys->keys, name))
			return keys->name;
	return NULL;
}

static const char *closest_key(const struct schema_key *keys, const char *name)
{
	const char *names[KEYS_MAX] = {};
	size_t n = 0;

	for (; n < KEYS_MAX && keys[n].name; n++)
		names[n] = keys[n].name;
	return text_closest(name, names, n);
}

/* Says where it belongs, or what may have been meant, or else all that could stand there. */
static void complain_unknown(struct reader *rd, const struct node *n, const struct schema_key *keys)
{
	_cleanup_free_ char *shown = text_escape(n->key, TEXT_ESCAPE_MAX), *list = NULL;
	const char *below = find_below(keys, n->key), *closest = closest_key(keys, n->key);

	if (below) {
		reader_complain(rd, n->key_mark, "unknown key \"%s\"; it belongs under %s", shown,
				below);
	} else if (closest) {
		reader_complain(rd, n->key_mark, "unknown key \"%s\"; did you mean %s?", shown,
				closest);
	} else {
		list = list_names(keys);
		reader_complain(rd, n->key_mark, "unknown key \"%s\"; it can be %s", shown, list);
	}
}

/* An unknown key may be the missing one misspelt, and has been complained about. */
static void check_required(struct reader *rd, const struct node *map, const struct schema_key *keys)
{
	for (; keys->name; keys++) {
		_cleanup_free_ char *what = NULL;
		bool found = false;

		VEC_FOREACH (child, &map->children)
			found = found || strcmp((*child)->key, keys->name) == 0;
		if (found || !keys->required)
			continue;
		what = keys->keys ? list_names(keys->keys) : schema_expectation(keys);
		reader_complain(rd, map->mark, "%s is missing; it %s %s", keys->name,
				keys->keys ? "can hold" : "must be", what);
	}
}

static void complain_empty(struct reader *rd, const struct schema_key *key, const struct node *n)
{
	_cleanup_free_ char *list = list_names(key->keys);

	reader_complain(rd, n->key_mark, "%s must not be empty; it can hold %s", key->name, list);
}

static bool expect_kind(struct reader *rd, const struct schema_key *key, const struct node *n,
			enum node_kind kind)
{
	if (n->kind == NODE_BAD)
		return false;
	if (key->filled && (node_is_null(n) || (n->kind == kind && n->children.n == 0))) {
		complain_empty(rd, key, n);
		return false;
	}
	if (n->kind == kind)
		return true;
	/* A key whose content is commented out says nothing, which is no mistake. */
	if (node_is_null(n))
		return false;
	reader_complain_type(rd, key, n);
	return false;
}

static void *add_item(struct reader *rd, const struct schema_key *key, const char *name,
		      struct mark mark)
{
	struct origin origin = reader_origin(rd, mark);
	void *item = key->items->add(rd->config, name, &origin);

	if (!item)
		reader_complain(rd, mark, "too many entries in %s", key->name);
	return item;
}

/* what: "class gold" or "a rule". */
static void complain_not_map(struct reader *rd, const struct node *n, const char *what,
			     const char *name)
{
	_cleanup_free_ char *found = node_describe(n);

	reader_complain(rd, n->mark, "%s %s must be a mapping (key: value), not %s", what, name,
			found);
}

static void read_named(struct reader *rd, const struct schema_key *key, const struct node *map)
{
	void *item;

	VEC_FOREACH (child, &map->children) {
		const struct node *n = *child;

		if (n->repeats || !reader_check_name(rd, key->items->what, n->key, n->key_mark))
			continue;
		item = add_item(rd, key, n->key, n->key_mark);
		if (!item)
			return;
		if (n->kind == NODE_MAP)
			read_map(rd, n, key->keys, item);
		else if (n->kind != NODE_BAD && !node_is_null(n))
			complain_not_map(rd, n, key->items->what, n->key);
	}
}

static void read_list(struct reader *rd, const struct schema_key *key, const struct node *list)
{
	void *item;

	VEC_FOREACH (child, &list->children) {
		const struct node *n = *child;

		if (n->kind == NODE_BAD)
			continue;
		if (n->kind != NODE_MAP) {
			complain_not_map(rd, n, "a", key->items->what);
			continue;
		}
		item = add_item(rd, key, NULL, n->mark);
		if (!item)
			return;
		read_map(rd, n, key->keys, item);
	}
}

static void read_key(struct reader *rd, const struct schema_key *key, const struct node *n,
		     char *base)
{
	switch (key->type) {
	case TYPE_MAP:
		if (expect_kind(rd, key, n, NODE_MAP))
			read_map(rd, n, key->keys, base + key->offset);
		return;
	case TYPE_NAMED:
		if (expect_kind(rd, key, n, NODE_MAP))
			read_named(rd, key, n);
		return;
	case TYPE_LIST:
		if (expect_kind(rd, key, n, NODE_LIST))
			read_list(rd, key, n);
		return;
	default:
		reader_value(rd, key, n, base + key->offset);
		if (key->origin_offset)
			*(struct origin *)(void *)(base + key->origin_offset) =
				reader_origin(rd, n->mark);
		return;
	}
}

static void read_map(struct reader *rd, const struct node *map, const struct schema_key *keys,
		     char *base)
{
	const struct schema_key *key;
	bool unknown = false;

	VEC_FOREACH (child, &map->children) {
		const struct node *n = *child;

		if (n->repeats)
			continue;
		key = schema_find(keys, n->key);
		if (!key) {
			complain_unknown(rd, n, keys);
			unknown = true;
			continue;
		}
		read_key(rd, key, n, base);
	}
	if (!unknown)
		check_required(rd, map, keys);
}

static void read_root(struct reader *rd, const struct node *root)
{
	static const struct node empty = {.kind = NODE_MAP, .mark = {.line = 1, .col = 1}};

	if (root && root->kind == NODE_BAD)
		return;
	if (root && root->kind != NODE_MAP && !node_is_null(root)) {
		complain_not_map(rd, root, "a", "configuration");
		return;
	}
	read_map(rd, root && root->kind == NODE_MAP ? root : &empty, schema_root,
		 (char *)rd->config);
}

/* The rules of this file were appended; the first match wins and a later file has the last word,
 * so they go to the front, in their order. */
static void move_to_front(struct config *c, size_t n_before)
{
	size_t n_new = c->rules.n - n_before;
	_cleanup_free_ struct rule *old = NULL;

	if (n_before == 0 || n_new == 0)
		return;
	old = xreallocarray(NULL, n_before, sizeof(*old));
	memcpy(old, c->rules.items, n_before * sizeof(*old));
	memmove(c->rules.items, c->rules.items + n_before, n_new * sizeof(*old));
	memcpy(c->rules.items + n_new, old, n_before * sizeof(*old));
}

void config_read(struct config *c, const struct source *src, struct diags *diags)
{
	struct reader rd = {.config = c, .src = src, .diags = diags};
	_cleanup_(node_freep) struct node *root = NULL;
	size_t n_rules = c->rules.n;
	char **file;

	file = VEC_PUSH(&c->files, CONFIG_MAX_FILES);
	if (!file) {
		reader_complain(&rd, (struct mark){}, "more than %d files", CONFIG_MAX_FILES);
		return;
	}
	rd.file = *file = xstrdup(src->name);
	if (!source_is_clean(src, diags) || yaml_read(src, &root, diags) < 0)
		return;
	read_root(&rd, root);
	move_to_front(c, n_rules);
}
