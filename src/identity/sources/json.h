/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * JSON that somebody else wrote: parsed by json-c, with limits, and read by path. Non-logging.
 */
#ifndef IDENTITY_SOURCES_JSON_H
#define IDENTITY_SOURCES_JSON_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "identity/facts.h"
#include "util/cleanup.h"

/* Deeper than anything that is looked at here. */
#define JSON_MAX_DEPTH 24

static inline void json_putp(json_object **o)
{
	if (*o)
		json_object_put(*o);
}

/* NULL: it is no JSON, goes too deep, or something follows it. Free with json_object_put(). */
json_object *json_read(const char *text, size_t size);

/* The member at keys[0] of the member at ..., which end with NULL. NULL: there is none. */
json_object *json_at(json_object *o, const char *const *keys);
#define JSON_AT(o, ...) json_at(o, (const char *const[]){__VA_ARGS__, NULL})

/* The same, as text that ends where its first NUL is. NULL: there is none, or it is no text. */
const char *json_text_at(json_object *o, const char *const *keys);
#define JSON_TEXT(o, ...) json_text_at(o, (const char *const[]){__VA_ARGS__, NULL})

/* A part of a text, which it borrows. */
struct json_span {
	const char *text;
	size_t size;
};

/* Is it this, to the byte? */
bool json_span_is(const struct json_span *s, const char *text);

/*
 * Walks over what is in an object or an array, without reading what is inside of that: so one
 * member that makes no sense, or takes more memory than there is, costs only itself.
 */
struct json_walk {
	const char *at, *end;
	char open;
	bool begun;
};

/* open: '{' or '['. False: it is nothing of that kind. */
bool json_walk_begin(struct json_walk *w, const struct json_span *in, char open);

/*
 * The next one. 1: here it is, with its key, in quotes (in an array, {}). 0: there is none.
 * -EBADMSG: brackets, commas or quotes are not where they belong.
 */
int json_walk_next(struct json_walk *w, struct json_span *ret_key, struct json_span *ret);

/* Adds the members of o (NULL: none) that are text and whose keys begin with prefix. */
void json_pairs(json_object *o, const char *prefix, struct pairs *to);

#endif
