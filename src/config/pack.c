// SPDX-License-Identifier: GPL-2.0-only
/* A configuration into records, see pack.h; walks the tables of the schema as the reader does. */
#include "config/pack.h"

#include <string.h>

#include "config/schema.h"
#include "util/alloc.h"
#include "util/cleanup.h"

struct packer {
	FILE *f;
	const struct config *config;
};

static void put(struct packer *p, struct record r, const char *text)
{
	size_t left;

	text = text ? text : "";
	left = strlen(text);

	do {
		size_t part = left < sizeof(r.text) ? left : sizeof(r.text) - 1;

		memset(r.text, 0, sizeof(r.text));
		memcpy(r.text, text, part);
		text += part;
		left -= part;
		r.more = left > 0;
		fwrite(&r, sizeof(r), 1, p->f);
	} while (left > 0);
}

/* Names of files in origins are those of the list, not copies. */
static struct record record_at(const struct packer *p, enum record_type type, uint32_t key,
			       const struct origin *o)
{
	struct record r = {.type = type, .key = key, .file = RECORD_NO_FILE};

	for (size_t i = 0; o && i < p->config->files.n; i++)
		if (o->file == p->config->files.items[i])
			r.file = (uint32_t)i;
	if (r.file != RECORD_NO_FILE) {
		r.line = o->line;
		r.col = o->col;
	}
	return r;
}

static void pack_text(struct packer *p, uint32_t number, const char *text, const struct origin *o)
{
	if (text)
		put(p, record_at(p, RECORD_TEXT, number, o), text);
}

static void pack_param(struct packer *p, uint32_t number, const struct param *param)
{
	struct record r = record_at(p, RECORD_NUMBER, number, &param->origin);

	r.value = param->value;
	if (param->set)
		put(p, r, NULL);
}

static void pack_classes(struct packer *p, uint32_t number, const struct names *names)
{
	if (names->set)
		put(p, record_at(p, RECORD_LIST, number, NULL), NULL);
	VEC_FOREACH (name, names)
		pack_text(p, number, name->text, &name->origin);
}

static void pack_labels(struct packer *p, uint32_t number, const struct labels *labels)
{
	VEC_FOREACH (label, labels) {
		put(p, record_at(p, RECORD_LABEL, number, NULL), label->key);
		pack_text(p, number, label->value, NULL);
	}
}

static void pack_keys(struct packer *p, const struct schema_key *keys, const char *base,
		      uint32_t number);

static void pack_items(struct packer *p, const struct schema_key *key, uint32_t number)
{
	struct origin origin;
	const char *name;
	const void *item;

	for (size_t i = 0; (item = key->items->at(p->config, i, &name, &origin)); i++) {
		put(p, record_at(p, RECORD_ITEM, number, &origin), name);
		pack_keys(p, key->keys, item, number + 1);
	}
}

static void pack_key(struct packer *p, const struct schema_key *key, const char *base,
		     uint32_t number)
{
	const void *place = base + key->offset;

	switch (schema_shape(key->type)) {
	case SHAPE_NONE:
		return;
	case SHAPE_TEXT:
		pack_text(p, number, *(char *const *)place,
			  key->origin_offset ? (const void *)(base + key->origin_offset) : NULL);
		return;
	case SHAPE_NAMES:
		pack_classes(p, number, place);
		return;
	case SHAPE_LABELS:
		pack_labels(p, number, place);
		return;
	case SHAPE_STRUCT:
		pack_keys(p, key->keys, place, number + 1);
		return;
	case SHAPE_ITEMS:
		pack_items(p, key, number);
		return;
	case SHAPE_PARAM:
		pack_param(p, number, place);
		return;
	}
}

static void pack_keys(struct packer *p, const struct schema_key *keys, const char *base,
		      uint32_t number)
{
	for (; keys->name; number += 1 + schema_count(keys->keys), keys++)
		pack_key(p, keys, base, number);
}

static void pack_diags(struct packer *p, const struct diags *diags)
{
	VEC_FOREACH (d, diags) {
		_cleanup_free_ char *whole = diag_headline(d);
		_cleanup_free_ char *headline = xstrndup(whole, RECORD_TEXT_MAX);
		struct record r = {
			.type = RECORD_DIAG,
			.value = d->severity,
			.file = RECORD_NO_FILE,
		};

		put(p, r, headline);
	}
}

static void pack_value(struct packer *p, enum record_type type, uint32_t value, const char *text)
{
	put(p, (struct record){.type = type, .value = value, .file = RECORD_NO_FILE}, text);
}

void config_pack(const struct config *c, const struct diags *diags, FILE *f)
{
	struct packer p = {.f = f, .config = c};
	bool usable = c && diags->n_errors == 0;

	pack_value(&p, RECORD_BEGIN, RECORD_VERSION, CGFIFO_VERSION);
	pack_diags(&p, diags);
	if (usable) {
		VEC_FOREACH (file, &c->files)
			pack_value(&p, RECORD_FILE, 0, *file);
		pack_keys(&p, schema_root, (const char *)c, 0);
	}
	pack_value(&p, RECORD_END, usable, NULL);
}
