// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records into a configuration, see pack.h. Whoever sends them has read text that anybody may have
 * written, so nothing in them is taken on trust.
 */
#include <errno.h>
#include <string.h>

#include "config/check.h"
#include "config/pack.h"
#include "config/schema.h"
#include "config/values.h"
#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/text.h"

struct unpacker {
	struct config *config;
	const struct schema_items *items; /* of what item is one */
	char *item;			  /* the one that values are for; NULL: none yet */
	char *label;			  /* its name, while its glob is awaited */
	unpack_diag_fn complain;
	void *userdata;
	char text[RECORD_TEXT_MAX + 1]; /* of all parts of a record */
	size_t text_len;
	bool begun, ended, usable;
};

/* UTF-8 in one line, which the reader takes care of as well. */
static bool is_line(const char *s, size_t n)
{
	uint32_t c;

	for (size_t i = 0, len; i < n; i += len) {
		len = text_decode(s + i, n - i, &c);
		if (len == 0 || text_is_control(c))
			return false;
	}
	return true;
}

static bool begins_with(const char *s, const char *start)
{
	return strncmp(s, start, strlen(start)) == 0;
}

static bool text_fits(const struct schema_key *key, const char *text, size_t len)
{
	if (len == 0 || !is_line(text, len))
		return false;
	switch (key->type) {
	case TYPE_PATH:
	case TYPE_PATH_GLOB:
		return text[0] == '/' && (len == 1 || text[len - 1] != '/') &&
		       (key->type == TYPE_PATH_GLOB || len <= CONFIG_MAX_PATH);
	case TYPE_URL:
		return len <= CONFIG_MAX_PATH &&
		       (begins_with(text, "https://") || begins_with(text, "http://"));
	default:
		return true;
	}
}

static bool number_fits(const struct schema_key *key, uint32_t value)
{
	uint32_t n_words = 0;

	switch (key->type) {
	case TYPE_U32:
	case TYPE_DURATION:
		return value >= key->min && value <= key->max;
	case TYPE_BOOL:
		return value <= 1;
	case TYPE_WORD:
		while (key->words[n_words])
			n_words++;
		return value < n_words;
	default:
		return false;
	}
}

static int take_origin(const struct unpacker *u, const struct record *r, struct origin *ret)
{
	if (r->file >= u->config->files.n)
		return -EBADMSG;
	*ret = (struct origin){u->config->files.items[r->file], r->line, r->col};
	return 0;
}

/* The struct in which the key's value is, and the value. NULL: there is no such key here. */
static char *find_place(const struct unpacker *u, const struct record *r, struct schema_place *ret,
			char **ret_base)
{
	char *start;

	if (!schema_at(r->key, ret))
		return NULL;
	if (ret->items && (!u->item || ret->items != u->items))
		return NULL;
	start = ret->items ? u->item : (char *)u->config;
	*ret_base = start + ret->offset - ret->key->offset;
	return start + ret->offset;
}

static int take_number(struct unpacker *u, const struct record *r)
{
	struct schema_place place;
	struct origin origin;
	char *base, *at = find_place(u, r, &place, &base);

	if (!at || !number_fits(place.key, r->value) || take_origin(u, r, &origin) < 0)
		return -EBADMSG;
	*(struct param *)(void *)at = (struct param){true, r->value, origin};
	return 0;
}

static int add_class(struct unpacker *u, const struct record *r, struct names *names)
{
	struct origin origin;
	struct name *name;

	if (!names->set || take_origin(u, r, &origin) < 0)
		return -EBADMSG;
	name = VEC_PUSH(names, CONFIG_MAX_CLASSES);
	if (!name)
		return -EBADMSG;
	*name = (struct name){xstrdup(u->text), origin};
	return 0;
}

static int add_label(struct unpacker *u, struct labels *labels)
{
	struct label *label;

	VEC_FOREACH (other, labels)
		if (u->label && strcmp(other->key, u->label) == 0)
			return -EBADMSG;
	label = u->label ? VEC_PUSH(labels, CONFIG_MAX_LABELS) : NULL;
	if (!label)
		return -EBADMSG;
	*label = (struct label){TAKE_PTR(u->label), xstrdup(u->text)};
	return 0;
}

static int set_text(struct unpacker *u, const struct record *r, const struct schema_key *key,
		    char *base, char **at)
{
	if (*at) /* given twice */
		return -EBADMSG;
	if (key->origin_offset &&
	    take_origin(u, r, (struct origin *)(void *)(base + key->origin_offset)) < 0)
		return -EBADMSG;
	*at = xstrdup(u->text);
	return 0;
}

static int take_text(struct unpacker *u, const struct record *r)
{
	struct schema_place place;
	char *base, *at = find_place(u, r, &place, &base);

	if (!at || !text_fits(place.key, u->text, u->text_len))
		return -EBADMSG;
	switch (schema_shape(place.key->type)) {
	case SHAPE_TEXT:
		return set_text(u, r, place.key, base, (char **)(void *)at);
	case SHAPE_NAMES:
		return add_class(u, r, (struct names *)(void *)at);
	case SHAPE_LABELS:
		return add_label(u, (struct labels *)(void *)at);
	default:
		return -EBADMSG;
	}
}

static int take_list(struct unpacker *u, const struct record *r)
{
	struct schema_place place;
	char *base, *at = find_place(u, r, &place, &base);

	if (!at || schema_shape(place.key->type) != SHAPE_NAMES)
		return -EBADMSG;
	((struct names *)(void *)at)->set = true;
	return 0;
}

static int take_label(struct unpacker *u)
{
	if (u->label || !is_line(u->text, u->text_len))
		return -EBADMSG;
	u->label = xstrdup(u->text);
	return 0;
}

static int take_item(struct unpacker *u, const struct record *r)
{
	struct schema_place place;
	struct origin origin;

	if (!schema_at(r->key, &place) || !place.key->items || take_origin(u, r, &origin) < 0 ||
	    (place.key->type == TYPE_NAMED && !value_is_name(u->text)))
		return -EBADMSG;
	u->items = place.key->items;
	u->item = u->items->add(u->config, u->text, &origin);
	return u->item ? 0 : -EBADMSG;
}

static int take_file(struct unpacker *u)
{
	char **file = u->text_len ? VEC_PUSH(&u->config->files, CONFIG_MAX_FILES) : NULL;

	if (!file)
		return -EBADMSG;
	*file = xstrdup(u->text);
	return 0;
}

static int take_diag(const struct unpacker *u, const struct record *r)
{
	_cleanup_free_ char *shown = text_printable(u->text, SIZE_MAX);

	if (r->value > DIAG_NOTICE)
		return -EBADMSG;
	if (u->complain)
		u->complain(r->value, shown, u->userdata);
	return 0;
}

static int take_begin(struct unpacker *u, const struct record *r)
{
	if (r->value != RECORD_VERSION || strcmp(u->text, CGFIFO_VERSION) != 0)
		return -EPROTO;
	u->begun = true;
	return 0;
}

static int take_record(struct unpacker *u, const struct record *r)
{
	if (u->begun == (r->type == RECORD_BEGIN) || (u->label && r->type != RECORD_TEXT))
		return -EBADMSG;
	switch (r->type) {
	case RECORD_BEGIN:
		return take_begin(u, r);
	case RECORD_DIAG:
		return take_diag(u, r);
	case RECORD_FILE:
		return take_file(u);
	case RECORD_ITEM:
		return take_item(u, r);
	case RECORD_NUMBER:
		return take_number(u, r);
	case RECORD_TEXT:
		return take_text(u, r);
	case RECORD_LIST:
		return take_list(u, r);
	case RECORD_LABEL:
		return take_label(u);
	case RECORD_END:
		u->ended = true;
		u->usable = r->value == 1;
		return 0;
	default:
		return -EBADMSG;
	}
}

/* Adds its part of a text; the parts before it had the same head. */
static int take_part(struct unpacker *u, const struct record *r, const struct record *before)
{
	size_t len = strnlen(r->text, sizeof(r->text));

	if (len == sizeof(r->text) || u->text_len + len > RECORD_TEXT_MAX ||
	    (before->more && memcmp(r, before, offsetof(struct record, more)) != 0))
		return -EBADMSG;
	memcpy(u->text + u->text_len, r->text, len + 1);
	u->text_len += len;
	return 0;
}

static int read_records(struct unpacker *u, FILE *f)
{
	struct record r = {}, before;
	int error = 0;

	for (int i = 0; i < RECORD_COUNT_MAX && !u->ended; i++) {
		before = r;
		if (fread(&r, sizeof(r), 1, f) != 1)
			return ferror(f) ? -errno : -EBADMSG;
		u->text_len = before.more ? u->text_len : 0;
		error = take_part(u, &r, &before);
		if (error == 0 && !r.more)
			error = take_record(u, &r);
		if (error < 0)
			return error;
	}
	return u->ended ? 0 : -EBADMSG;
}

static bool match_is_empty(const struct match *m)
{
	return !m->cgroup && !m->unit && !match_asks_container(m) && !match_asks_pod(m);
}

/* The lines of files are not here to be shown, and what is wrong was complained about there. */
static bool is_sound(const struct config *c)
{
	_cleanup_(diags_done) struct diags diags = {};
	struct sources sources = {};
	bool sound = true;

	VEC_FOREACH (rule, &c->rules)
		sound = sound && !match_is_empty(&rule->match);
	VEC_FOREACH (file, &c->files) {
		struct source **slot = VEC_PUSH(&sources, CONFIG_MAX_FILES);

		if (slot) /* as many as there are files */
			*slot = source_new(*file, "", 0);
	}
	config_check(c, &sources, &diags);
	VEC_FOREACH (src, &sources)
		source_free(*src);
	VEC_DONE(&sources);
	return sound && diags.n_errors == 0;
}

int config_unpack(FILE *f, unpack_diag_fn complain, void *userdata, struct config **ret)
{
	_cleanup_(config_freep) struct config *c = xcalloc(1, sizeof(*c));
	_cleanup_free_ struct unpacker *u = xcalloc(1, sizeof(*u));
	int r;

	u->config = c;
	u->complain = complain;
	u->userdata = userdata;
	r = read_records(u, f);
	free(u->label);
	if (r < 0)
		return r;
	if (!u->usable)
		return -EINVAL;
	if (!is_sound(c))
		return -EBADMSG;
	*ret = TAKE_PTR(c);
	return 0;
}
