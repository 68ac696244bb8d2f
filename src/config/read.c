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

/* What somebody may have meant, else everything that could stand there. */
static void complain_unknown(struct reader *rd, const struct node *n, const struct schema_key *keys)
{
	_cleanup_free_ char *shown = text_escape(n->key, TEXT_ESCAPE_MAX), *list = xstrdup("");
	const char *names[KEYS_MAX], *closest;
	size_t count = 0;
	char *longer;

	for (; keys[count].name && count < KEYS_MAX; count++) {
		names[count] = keys[count].name;
		longer = xasprintf("%s%s%s", list, count ? ", " : "", names[count]);
		free(list);
		list = longer;
	}
	closest = text_closest(n->key, names, count);
	if (closest)
		reader_complain(rd, n->key_mark, "unknown key %s; did you mean %s?", shown,
				closest);
	else
		reader_complain(rd, n->key_mark, "unknown key %s; it can be %s", shown, list);
}

static bool expect_kind(struct reader *rd, const struct schema_key *key, const struct node *n,
			enum node_kind kind)
{
	/* A key whose content is commented out says nothing, which is no mistake. */
	if (n->kind == NODE_BAD || node_is_null(n))
		return false;
	if (n->kind == kind)
		return true;
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

	VEC_FOREACH (child, &map->children) {
		const struct node *n = *child;

		if (n->repeats)
			continue;
		key = schema_find(keys, n->key);
		if (!key) {
			complain_unknown(rd, n, keys);
			continue;
		}
		if (key->later)
			diags_add(rd->diags, DIAG_NOTICE, rd->src, n->key_mark,
				  "not in force yet in this version: %s", key->name);
		read_key(rd, key, n, base);
	}
}

static bool has_version(const struct node *root)
{
	VEC_FOREACH (child, &root->children)
		if (strcmp((*child)->key, "version") == 0)
			return true;
	return false;
}

static void read_root(struct reader *rd, const struct node *root)
{
	static const struct mark start = {.line = 1, .col = 1};

	if (root && root->kind != NODE_MAP && !node_is_null(root)) {
		complain_not_map(rd, root, "a", "configuration");
		return;
	}
	if (!root || !has_version(root))
		reader_complain(rd, root ? root->mark : start,
				"the file must say which format it is in: version: %d",
				SCHEMA_VERSION);
	if (root)
		read_map(rd, root, schema_root, (char *)rd->config);
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
