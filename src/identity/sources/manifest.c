// SPDX-License-Identifier: GPL-2.0-only
/*
 * The metadata of a pod's manifest. The manifest as a whole is the kubelet's business: it may hold
 * anything, as deep as it likes, so what is not asked for is passed over event by event, and
 * nothing is expanded.
 */
#include <errno.h>
#include <string.h>
#include <yaml.h>

#include "identity/sources/pods.h"
#include "util/alloc.h"

#define MAX_DEPTH  32
#define MAX_EVENTS 20000

/* While one manifest is read. path[d] is the key at depth d under which we are. */
struct walk {
	yaml_parser_t parser;
	struct pod *pod;
	char *kind;
	int depth, n_events;
	bool in_map[MAX_DEPTH + 1];
	char *path[MAX_DEPTH + 1]; /* NULL in a mapping: the next scalar is a key */
};

static bool is_at(const struct walk *w, int depth, const char *key)
{
	return w->depth >= depth && w->path[depth] && strcmp(w->path[depth], key) == 0;
}

static void take_value(struct walk *w, const char *value)
{
	struct pod *p = w->pod;
	const char *key = w->path[w->depth];

	if (w->depth == 1 && is_at(w, 1, "kind"))
		facts_set(&w->kind, value);
	if (!is_at(w, 1, "metadata"))
		return;
	if (w->depth == 2 && is_at(w, 2, "name"))
		facts_set(&p->name, value);
	else if (w->depth == 2 && is_at(w, 2, "namespace"))
		facts_set(&p->namespace, value);
	else if (w->depth == 3 && is_at(w, 2, "labels"))
		pairs_set(&p->labels, key, value);
	else if (w->depth == 3 && is_at(w, 2, "annotations") &&
		 strncmp(key, ANNOTATION_PREFIX, strlen(ANNOTATION_PREFIX)) == 0)
		pairs_set(&p->annotations, key, value);
}

/* A value is complete: its key is used up. */
static void end_value(struct walk *w)
{
	if (!w->in_map[w->depth])
		return;
	free(w->path[w->depth]);
	w->path[w->depth] = NULL;
}

static void on_scalar(struct walk *w, const char *text)
{
	if (!w->in_map[w->depth])
		return;
	if (!w->path[w->depth]) {
		w->path[w->depth] = xstrdup(text);
		return;
	}
	take_value(w, text);
	end_value(w);
}

/* A mapping that is itself a key stands where a key is expected, and gets one that matches none. */
static int on_begin(struct walk *w, bool is_map)
{
	if (w->depth == MAX_DEPTH)
		return -EBADMSG;
	if (w->in_map[w->depth] && !w->path[w->depth])
		w->path[w->depth] = xstrdup("");
	w->depth++;
	w->in_map[w->depth] = is_map;
	return 0;
}

static void on_end(struct walk *w)
{
	free(w->path[w->depth]);
	w->path[w->depth] = NULL;
	w->in_map[w->depth] = false;
	w->depth--;
	end_value(w);
}

/* 1: the document is over. */
static int on_event(struct walk *w, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		on_scalar(w, (const char *)e->data.scalar.value);
		return 0;
	case YAML_ALIAS_EVENT:
		on_scalar(w, "");
		return 0;
	case YAML_MAPPING_START_EVENT:
		return on_begin(w, true);
	case YAML_SEQUENCE_START_EVENT:
		return on_begin(w, false);
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		on_end(w);
		return 0;
	case YAML_DOCUMENT_END_EVENT:
	case YAML_STREAM_END_EVENT:
		return 1;
	default:
		return 0;
	}
}

static int walk_events(struct walk *w)
{
	int r = 0;

	while (r == 0) {
		yaml_event_t e;

		if (++w->n_events > MAX_EVENTS || !yaml_parser_parse(&w->parser, &e))
			return -EBADMSG;
		r = on_event(w, &e);
		yaml_event_delete(&e);
	}
	return r < 0 ? r : 0;
}

int pods_read_manifest(const char *text, size_t size, struct pods *to)
{
	struct walk w = {};
	struct pod *p = VEC_PUSH(to, PODS_MAX);
	int r;

	if (!p)
		return -E2BIG;
	if (!yaml_parser_initialize(&w.parser))
		abort();
	yaml_parser_set_input_string(&w.parser, (const unsigned char *)text, size);
	w.pod = p;
	r = walk_events(&w);
	yaml_parser_delete(&w.parser);
	for (int i = 0; i <= MAX_DEPTH; i++)
		free(w.path[i]);
	if (r == 0 && (!w.kind || strcmp(w.kind, "Pod") != 0 || !p->name))
		r = -EBADMSG;
	if (r == 0 && !p->namespace)
		facts_set(&p->namespace, "default");
	free(w.kind);
	if (r < 0)
		pods_drop_last(to);
	return r;
}
