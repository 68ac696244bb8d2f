// SPDX-License-Identifier: GPL-2.0-only
/* Names and labels of containers and pods, see facts.h. */
#include "identity/facts.h"

#include <string.h>

#include "util/alloc.h"

struct facts *facts_new(void)
{
	return xcalloc(1, sizeof(struct facts));
}

void pairs_done(struct pairs *p)
{
	VEC_FOREACH (pair, p) {
		free(pair->key);
		free(pair->value);
	}
	VEC_DONE(p);
}

struct facts *facts_free(struct facts *f)
{
	if (!f)
		return NULL;
	free(f->container);
	free(f->image);
	free(f->pod_namespace);
	free(f->pod_name);
	pairs_done(&f->labels);
	pairs_done(&f->pod_labels);
	pairs_done(&f->annotations);
	free(f);
	return NULL;
}

static bool is_usable(const char *text)
{
	return text && strlen(text) <= FACTS_MAX_TEXT;
}

void facts_set(char **place, const char *text)
{
	free(*place);
	*place = is_usable(text) && text[0] ? xstrdup(text) : NULL;
}

static struct pair *find(const struct pairs *p, const char *key)
{
	VEC_FOREACH (pair, p)
		if (strcmp(pair->key, key) == 0)
			return pair;
	return NULL;
}

void pairs_set(struct pairs *p, const char *key, const char *value)
{
	struct pair *pair;

	if (!is_usable(key) || key[0] == '\0' || !is_usable(value))
		return;
	pair = find(p, key);
	if (!pair) {
		pair = VEC_PUSH(p, FACTS_MAX_PAIRS);
		if (!pair)
			return;
		pair->key = xstrdup(key);
	}
	free(pair->value);
	pair->value = xstrdup(value);
}

const char *pairs_get(const struct pairs *p, const char *key)
{
	const struct pair *pair = find(p, key);

	return pair ? pair->value : NULL;
}

static void add_text(char **place, const char *text)
{
	if (text)
		facts_set(place, text);
}

static void add_pairs(struct pairs *p, const struct pairs *from)
{
	VEC_FOREACH (pair, from)
		pairs_set(p, pair->key, pair->value);
}

void facts_add(struct facts *f, const struct facts *from)
{
	add_text(&f->container, from->container);
	add_text(&f->image, from->image);
	add_text(&f->pod_namespace, from->pod_namespace);
	add_text(&f->pod_name, from->pod_name);
	add_pairs(&f->labels, &from->labels);
	add_pairs(&f->pod_labels, &from->pod_labels);
	add_pairs(&f->annotations, &from->annotations);
}

bool facts_are_empty(const struct facts *f)
{
	return !f->container && !f->image && !f->pod_namespace && !f->pod_name &&
	       f->labels.n == 0 && f->pod_labels.n == 0 && f->annotations.n == 0;
}
