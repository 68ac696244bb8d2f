/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The subset of YAML that configuration needs, as a small tree: mappings, lists and words. What
 * makes YAML dangerous (aliases, tags, unbounded depth) is refused while reading, so nothing
 * behind this file meets it. Non-logging.
 */
#ifndef CONFIG_YAML_H
#define CONFIG_YAML_H

#include <stdbool.h>

#include "config/diag.h"
#include "config/source.h"
#include "util/cleanup.h"
#include "util/vec.h"

/* What one file may hold. */
#define YAML_MAX_DEPTH	8
#define YAML_MAX_NODES	20000 /* keys and values; a mapping or list is one */
#define YAML_MAX_KEYS	1024  /* of one mapping */
#define YAML_MAX_SCALAR 4096

enum node_kind {
	NODE_BAD, /* already complained about: pass over it */
	NODE_SCALAR,
	NODE_MAP,
	NODE_LIST,
};

struct node {
	enum node_kind kind;
	struct mark mark;
	char *key; /* in a mapping: under which key */
	struct mark key_mark;
	bool repeats; /* ... which was given before, and complained about: pass over it */
	char *text;   /* of a scalar */
	bool quoted;  /* ... is it in quotes? Then it is text even if it looks like a number */
	VEC(struct node *) children;
};

/*
 * Reads one document. *ret is NULL for an empty one. -EINVAL: it is not YAML, or goes beyond a
 * limit, and what *ret would hold is of no use. Mistakes that concern one value only (an alias, a
 * key given twice) go to diags and the rest of the tree is returned, so that its mistakes can be
 * found as well.
 */
int yaml_read(const struct source *src, struct node **ret, struct diags *diags);

struct node *node_free(struct node *n);
DEFINE_CLEANUP(struct node *, node_free);

/* Nothing was written: empty, ~ or null. */
bool node_is_null(const struct node *n);

#endif
