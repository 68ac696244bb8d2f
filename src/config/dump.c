// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints a configuration as YAML, each value with its place, by walking the tables of the schema
 * as the reader does. See config_dump() in load.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/load.h"
#include "config/schema.h"
#include "util/alloc.h"
#include "util/parse.h"
#include "util/text.h"

/* Comments start here where the value leaves room. */
#define COMMENT_COLUMN 40

/* YAML has "key: value" for keys up to 1024 characters; longer ones need a "?". */
#define PLAIN_KEY_MAX 1000

struct dumper {
	FILE *f;
	const struct config *config;
	unsigned int indent; /* in steps of two spaces */
	bool dash;	     /* the next line starts an item of a list */
	struct origin item;  /* ... which was written here */
};

/* One line: "key:" and, if any, its value and where it comes from. */
static void line(struct dumper *d, const char *key, const char *value, const struct origin *o)
{
	int n;

	/* The dash takes the place of two spaces. */
	n = fprintf(d->f, "%*s%s", (int)(2 * (d->indent - d->dash)), "", d->dash ? "- " : "");
	n += fprintf(d->f, "%s:", key);
	if (value)
		n += fprintf(d->f, " %s", value);
	if (d->dash && (!o || !o->file))
		o = &d->item;
	if (o && o->file) {
		_cleanup_free_ char *file = text_escape(o->file, SIZE_MAX);

		fprintf(d->f, "%*s # %s:%u", n < COMMENT_COLUMN ? COMMENT_COLUMN - n : 0, "", file,
			o->line);
	}
	fputc('\n', d->f);
	d->dash = false;
}

/* A word that YAML reads as text without quotes, and not as a number, "null" or "true". */
static bool is_plain(const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "._/@-";
	static const char *const special[] = {"null", "true", "false", "yes", "no", "on", "off"};

	for (size_t i = 0; i < ARRAY_SIZE(special); i++)
		if (strcasecmp(s, special[i]) == 0)
			return false;
	return strspn(s, plain) == strlen(s) && strspn(s, "0123456789.-@/") == 0;
}

/* In double quotes unless it is plain. What could fool a terminal is spelt out. The caller's. */
static char *quote(const char *s)
{
	size_t n = strlen(s);
	char *buf, *out;
	uint32_t c = 0;

	if (n > 0 && is_plain(s))
		return xstrdup(s);
	/* Unsafe characters have two or three bytes, and become six. */
	out = buf = xmalloc(n * 3 + sizeof("\"\""));
	*out++ = '"';
	for (size_t i = 0, len; i < n; i += len) {
		len = text_decode(s + i, n - i, &c);
		len = len ? len : 1;
		if (text_is_unsafe(c)) {
			out += sprintf(out, "\\u%04x", c);
			continue;
		}
		if (c == '"' || c == '\\')
			*out++ = '\\';
		out = mempcpy(out, s + i, len);
	}
	strcpy(out, "\"");
	return buf;
}

static char *format_param(const struct schema_key *key, const struct param *p)
{
	char buf[FORMAT_DURATION_LEN];

	switch (key->type) {
	case TYPE_DURATION:
		return xstrdup(format_duration_usec(p->value, buf));
	case TYPE_BOOL:
		return xstrdup(p->value ? "true" : "false");
	case TYPE_WORD:
		return xstrdup(key->words[p->value]);
	default:
		return xasprintf("%u", p->value);
	}
}

static void dump_param(struct dumper *d, const struct schema_key *key, const struct param *p)
{
	_cleanup_free_ char *value = NULL;

	if (!p->set)
		return;
	value = format_param(key, p);
	line(d, key->name, value, &p->origin);
}

static void dump_text(struct dumper *d, const char *key, const char *text,
		      const struct origin *origin)
{
	_cleanup_free_ char *value = NULL;

	if (!text)
		return;
	value = quote(text);
	line(d, key, value, origin);
}

/* On one line, as people write it. */
static void dump_classes(struct dumper *d, const struct schema_key *key, const struct names *names)
{
	char *list, *longer;

	if (!names->set)
		return;
	list = xstrdup("[");
	VEC_FOREACH (name, names) {
		_cleanup_free_ char *word = quote(name->text);

		longer = xasprintf("%s%s%s", list, name > names->items ? ", " : "", word);
		free(list);
		list = longer;
	}
	longer = xasprintf("%s]", list);
	line(d, key->name, longer, names->n ? &names->items[0].origin : NULL);
	free(list);
	free(longer);
}

static void dump_labels(struct dumper *d, const struct schema_key *key, const struct labels *labels)
{
	if (labels->n == 0)
		return;
	line(d, key->name, NULL, NULL);
	d->indent++;
	VEC_FOREACH (label, labels) {
		_cleanup_free_ char *name = quote(label->key), *value = quote(label->value);

		if (strlen(name) < PLAIN_KEY_MAX)
			line(d, name, value, NULL);
		else
			fprintf(d->f, "%*s? %s\n%*s: %s\n", (int)(2 * d->indent), "", name,
				(int)(2 * d->indent), "", value);
	}
	d->indent--;
}

static void dump_keys(struct dumper *d, const struct schema_key *keys, const char *base);

/* Is there anything to print under these keys? A heading over nothing would be noise. */
static bool has_any(const struct dumper *d, const struct schema_key *keys, const char *base)
{
	_cleanup_free_ char *text = NULL;
	struct dumper probe = *d;
	size_t size;

	probe.f = xmemstream(&text, &size);
	dump_keys(&probe, keys, base);
	fclose(probe.f);
	return size > 0;
}

static void dump_map(struct dumper *d, const struct schema_key *key, const char *base)
{
	if (!has_any(d, key->keys, base))
		return;
	line(d, key->name, NULL, NULL);
	d->indent++;
	dump_keys(d, key->keys, base);
	d->indent--;
}

static void dump_items(struct dumper *d, const struct schema_key *key)
{
	struct origin origin;
	const char *name;
	const void *item;

	for (size_t i = 0; (item = key->items->at(d->config, i, &name, &origin)); i++) {
		if (i == 0)
			line(d, key->name, NULL, NULL);
		d->indent++;
		if (name) {
			_cleanup_free_ char *word = quote(name);

			line(d, word, NULL, &origin);
		} else {
			d->dash = true;
			d->item = origin;
		}
		d->indent++;
		dump_keys(d, key->keys, item);
		d->indent -= 2;
	}
}

static void dump_key(struct dumper *d, const struct schema_key *key, const char *base)
{
	const char *place = base + key->offset;
	const struct origin *origin = NULL;

	switch (schema_shape(key->type)) {
	case SHAPE_NONE:
		fprintf(d->f, "%s: %d\n", key->name, SCHEMA_VERSION);
		return;
	case SHAPE_TEXT:
		if (key->origin_offset)
			origin = (const void *)(base + key->origin_offset);
		dump_text(d, key->name, *(char *const *)(const void *)place, origin);
		return;
	case SHAPE_NAMES:
		dump_classes(d, key, (const void *)place);
		return;
	case SHAPE_LABELS:
		dump_labels(d, key, (const void *)place);
		return;
	case SHAPE_STRUCT:
		dump_map(d, key, place);
		return;
	case SHAPE_ITEMS:
		dump_items(d, key);
		return;
	case SHAPE_PARAM:
		dump_param(d, key, (const void *)place);
		return;
	}
}

static void dump_keys(struct dumper *d, const struct schema_key *keys, const char *base)
{
	for (; keys->name; keys++)
		dump_key(d, keys, base);
}

void config_dump(const struct config *c, FILE *f)
{
	struct dumper d = {.f = f, .config = c};

	dump_keys(&d, schema_root, (const char *)c);
}
