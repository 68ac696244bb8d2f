// SPDX-License-Identifier: GPL-2.0-only
/*
 * libyaml's events into a tree of nodes, see yaml.h.
 *
 * The limits are checked here and not in libyaml, which has none: 0.2.5 spends 24 s on 100 KB of
 * '[', and a file of 442 bytes with aliases makes a tree of 50 million visits. Stopping at the
 * ninth level costs microseconds.
 */
#include "config/yaml.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "util/alloc.h"
#include "util/text.h"

struct builder {
	yaml_parser_t parser;
	const struct source *src;
	struct diags *diags;
	struct node *root;
	struct node *stack[YAML_MAX_DEPTH]; /* open mappings and lists, outermost first */
	unsigned int depth;
	char *key; /* read, and waiting for its value */
	struct mark key_mark;
	bool key_repeats;
	bool has_anchors; /* complained about; what refers to them need not be as well */
	unsigned int n_nodes, n_documents;
};

struct node *node_free(struct node *n)
{
	if (!n)
		return NULL;
	/* Not deeper than YAML_MAX_DEPTH. */
	VEC_FOREACH (child, &n->children)
		node_free(*child);
	VEC_DONE(&n->children);
	free(n->key);
	free(n->text);
	free(n);
	return NULL;
}

bool node_is_null(const struct node *n)
{
	return n->kind == NODE_SCALAR && !n->quoted &&
	       (n->text[0] == '\0' || strcmp(n->text, "~") == 0 || strcmp(n->text, "null") == 0);
}

static struct mark mark_at(yaml_mark_t at)
{
	return (struct mark){(unsigned int)at.line + 1, (unsigned int)at.column + 1, 1};
}

static struct mark mark_of(const yaml_event_t *e)
{
	struct mark m = mark_at(e->start_mark);

	if (e->end_mark.line == e->start_mark.line && e->end_mark.column > e->start_mark.column)
		m.len = (unsigned int)(e->end_mark.column - e->start_mark.column);
	return m;
}

#define complain(b, mark, ...) diags_add((b)->diags, DIAG_ERROR, (b)->src, mark, __VA_ARGS__)

/* Where the n-th character is, from 0, which is how libyaml counts; NULL: past the end. */
static const char *find_character(const struct source *src, size_t n)
{
	uint32_t c;

	for (size_t i = 0, len; i < src->size; i += len ? len : 1, n--) {
		if (n == 0)
			return src->text + i;
		len = text_decode(src->text + i, src->size - i, &c);
	}
	return NULL;
}

/*
 * Characters with a meaning in YAML, at the start of a value: "unit: *.service" is the mistake
 * that a file full of globs invites. libyaml speaks of aliases and tokens then. 0: not that.
 */
static char needs_quotes(const struct builder *b)
{
	const yaml_parser_t *p = &b->parser;
	const char *at;

	if (!p->context)
		return 0;
	if (strcmp(p->context, "while scanning an alias") == 0)
		return '*';
	if (strcmp(p->context, "while scanning an anchor") == 0)
		return '&';
	if (strcmp(p->context, "while scanning for the next token") != 0)
		return 0;
	at = find_character(b->src, p->problem_mark.index);
	if (!at)
		return 0;
	return *at;
}

/* libyaml's words, and where it stood when they came to its mind. */
static int syntax_error(struct builder *b)
{
	const yaml_parser_t *p = &b->parser;
	struct mark m = mark_at(p->problem_mark);
	char c = needs_quotes(b);

	if (c == '\t')
		complain(b, m, "not valid YAML: a tab cannot stand here; use spaces");
	else if (c)
		complain(b, m, "not valid YAML: a value that starts with %c needs quotes", c);
	else if (p->context && p->context_mark.line != p->problem_mark.line)
		complain(b, m, "not valid YAML: %s, %s that starts in line %zu", p->problem,
			 p->context, p->context_mark.line + 1);
	else if (p->context)
		complain(b, m, "not valid YAML: %s, %s", p->problem, p->context);
	else
		complain(b, m, "not valid YAML: %s", p->problem ? p->problem : "cannot be read");
	return -EINVAL;
}

static struct node *top(const struct builder *b)
{
	return b->depth ? b->stack[b->depth - 1] : NULL;
}

static bool awaits_key(const struct builder *b)
{
	return b->depth && top(b)->kind == NODE_MAP && !b->key;
}

/* Two values under one key: which one counts would be luck. */
static bool is_duplicate(struct builder *b, struct node *parent)
{
	VEC_FOREACH (other, &parent->children)
		if (strcmp((*other)->key, b->key) == 0) {
			complain(b, b->key_mark, "the key %s was already given in line %u", b->key,
				 (*other)->key_mark.line);
			return true;
		}
	return false;
}

/* Puts a node where the document stands; the tree owns it from here on. */
static int place(struct builder *b, struct node *n)
{
	struct node *parent = top(b), **slot;

	if (!parent) {
		b->root = n;
		return 0;
	}
	/* A file has 20000 values at most, so a list needs no limit of its own. But a mapping is
	 * searched for each new key. */
	slot = VEC_PUSH(&parent->children,
			parent->kind == NODE_MAP ? YAML_MAX_KEYS : YAML_MAX_NODES);
	if (!slot) {
		complain(b, n->mark, "more than %d keys in one mapping", YAML_MAX_KEYS);
		node_free(n);
		return -EINVAL;
	}
	if (parent->kind == NODE_MAP) {
		n->key = TAKE_PTR(b->key);
		n->key_mark = b->key_mark;
		n->repeats = b->key_repeats;
	}
	*slot = n;
	return 0;
}

static struct node *new_node(enum node_kind kind, struct mark mark)
{
	struct node *n = xcalloc(1, sizeof(*n));

	n->kind = kind;
	n->mark = mark;
	return n;
}

/* Anchors exist to be referred to, and tags to construct objects: neither has a use here. */
static void refuse_decoration(struct builder *b, struct mark m, const void *anchor, const void *tag)
{
	if (anchor && !b->has_anchors) {
		complain(b, m,
			 "anchors (&name) are not supported; a value that starts with & needs "
			 "quotes");
		b->has_anchors = true;
	}
	if (tag)
		complain(b, m,
			 "tags (!name) are not supported; a value that starts with ! needs quotes");
}

/* A double-quoted scalar can spell any character, which clean text does not prevent. */
static const char *scalar_flaw(const char *text, size_t size)
{
	uint32_t c = 0;

	if (size > YAML_MAX_SCALAR)
		return "the value is too long";
	for (size_t i = 0, len; i < size; i += len) {
		len = text_decode(text + i, size - i, &c);
		if (len == 0 || text_is_control(c))
			return "control characters and line breaks are not allowed here";
	}
	return NULL;
}

static void on_key(struct builder *b, struct mark m, const char *text)
{
	b->key = xstrdup(text);
	b->key_mark = m;
	b->key_repeats = is_duplicate(b, top(b));
}

static int on_scalar(struct builder *b, const yaml_event_t *e)
{
	const char *text = (const char *)e->data.scalar.value, *flaw;
	struct mark m = mark_of(e);
	struct node *n;

	refuse_decoration(b, m, e->data.scalar.anchor, e->data.scalar.tag);
	flaw = scalar_flaw(text, e->data.scalar.length);
	if (flaw)
		complain(b, m, "%s", flaw);
	if (awaits_key(b)) {
		on_key(b, m, text);
		return flaw ? -EINVAL : 0;
	}
	n = new_node(flaw ? NODE_BAD : NODE_SCALAR, m);
	n->text = xstrdup(text);
	n->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	return place(b, n);
}

static int on_start(struct builder *b, enum node_kind kind, struct mark m)
{
	struct node *n;
	int r;

	if (awaits_key(b)) {
		complain(b, m, "a key must be a word; a value that starts with %c needs quotes",
			 kind == NODE_MAP ? '{' : '[');
		return -EINVAL;
	}
	if (b->depth == YAML_MAX_DEPTH) {
		complain(b, m, "nested deeper than %d levels", YAML_MAX_DEPTH);
		return -EINVAL;
	}
	n = new_node(kind, m);
	r = place(b, n);
	if (r < 0)
		return r;
	b->stack[b->depth++] = n;
	return 0;
}

static int on_alias(struct builder *b, const yaml_event_t *e)
{
	struct mark m = mark_of(e);

	if (!b->has_anchors)
		complain(b, m,
			 "aliases (*name) are not supported; a value that starts with * needs "
			 "quotes");
	if (awaits_key(b))
		return -EINVAL;
	return place(b, new_node(NODE_BAD, m));
}

static int refuse_directive(struct builder *b, struct mark m)
{
	complain(b, m, "directives (%%) are not supported");
	return -EINVAL;
}

/*
 * At the start of a line it is a directive, or nothing that anybody would write. libyaml compares
 * each of them with all before, and tells of none before it has seen the last: a third of a second
 * for a whole file.
 */
static int find_tag_directive(struct builder *b)
{
	const char *line = b->src->text, *end = line + b->src->size, *nl;
	struct mark m = {.line = 1, .col = 1, .len = 1};

	for (; line; line = nl ? nl + 1 : NULL, m.line++) {
		if (end - line >= 4 && memcmp(line, "%TAG", 4) == 0)
			return refuse_directive(b, m);
		nl = memchr(line, '\n', (size_t)(end - line));
	}
	return 0;
}

static int on_document(struct builder *b, const yaml_event_t *e)
{
	if (e->data.document_start.version_directive ||
	    e->data.document_start.tag_directives.start !=
		    e->data.document_start.tag_directives.end)
		return refuse_directive(b, mark_of(e));
	if (++b->n_documents > 1) {
		complain(b, mark_of(e), "a second document starts here; a file holds one");
		return -EINVAL;
	}
	return 0;
}

/* Does a key or a value start with it? */
static bool starts_node(const yaml_event_t *e)
{
	return e->type == YAML_SCALAR_EVENT || e->type == YAML_ALIAS_EVENT ||
	       e->type == YAML_MAPPING_START_EVENT || e->type == YAML_SEQUENCE_START_EVENT;
}

/* 1: that was the last one. */
static int on_event(struct builder *b, const yaml_event_t *e)
{
	if (starts_node(e) && ++b->n_nodes > YAML_MAX_NODES) {
		complain(b, mark_of(e), "more than %d keys and values in one file", YAML_MAX_NODES);
		return -EINVAL;
	}
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		return on_document(b, e);
	case YAML_ALIAS_EVENT:
		return on_alias(b, e);
	case YAML_SCALAR_EVENT:
		return on_scalar(b, e);
	case YAML_MAPPING_START_EVENT:
		refuse_decoration(b, mark_of(e), e->data.mapping_start.anchor,
				  e->data.mapping_start.tag);
		return on_start(b, NODE_MAP, mark_of(e));
	case YAML_SEQUENCE_START_EVENT:
		refuse_decoration(b, mark_of(e), e->data.sequence_start.anchor,
				  e->data.sequence_start.tag);
		return on_start(b, NODE_LIST, mark_of(e));
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		b->depth--;
		return 0;
	default:
		return e->type == YAML_STREAM_END_EVENT;
	}
}

static int build(struct builder *b)
{
	yaml_event_t e;
	int r;

	do {
		if (!yaml_parser_parse(&b->parser, &e))
			return syntax_error(b);
		r = on_event(b, &e);
		yaml_event_delete(&e);
	} while (r == 0);
	return r;
}

int yaml_read(const struct source *src, struct node **ret, struct diags *diags)
{
	struct builder b = {.src = src, .diags = diags};
	int r;

	if (!yaml_parser_initialize(&b.parser))
		abort(); /* out of memory, as in util/alloc.c */
	yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&b.parser, (const unsigned char *)src->text, src->size);
	r = find_tag_directive(&b);
	if (r == 0)
		r = build(&b);
	yaml_parser_delete(&b.parser);
	free(b.key);
	if (r < 0) {
		node_free(b.root);
		return r;
	}
	*ret = b.root;
	return 0;
}
