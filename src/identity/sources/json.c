// SPDX-License-Identifier: GPL-2.0-only
/* JSON by json-c, see json.h. */
#include "identity/sources/json.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

json_object *json_read(const char *text, size_t size)
{
	json_tokener *t = size < INT_MAX ? json_tokener_new_ex(JSON_MAX_DEPTH) : NULL;
	json_object *o = NULL;

	if (!t)
		return NULL;
	json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	/* With the NUL at its end, so that a number there is known to be complete. */
	o = json_tokener_parse_ex(t, text, (int)size + 1);
	if (json_tokener_get_error(t) != json_tokener_success) {
		json_object_put(o);
		o = NULL;
	}
	json_tokener_free(t);
	return o;
}

json_object *json_at(json_object *o, const char *const *keys)
{
	for (; o && *keys; keys++)
		if (!json_object_object_get_ex(o, *keys, &o))
			return NULL;
	return o;
}

static const char *text_of(json_object *o)
{
	return json_object_is_type(o, json_type_string) ? json_object_get_string(o) : NULL;
}

const char *json_text_at(json_object *o, const char *const *keys)
{
	return text_of(json_at(o, keys));
}

void json_pairs(json_object *o, const char *prefix, struct pairs *to)
{
	if (!json_object_is_type(o, json_type_object))
		return;
	json_object_object_foreach(o, key, value)
	{
		if (strncmp(key, prefix, strlen(prefix)) == 0)
			pairs_set(to, key, text_of(value));
	}
}

bool json_span_is(const struct json_span *s, const char *text)
{
	return s->size == strlen(text) && memcmp(s->text, text, s->size) == 0;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *skip_space(const char *s, const char *end)
{
	while (s < end && is_space(*s))
		s++;
	return s;
}

/* Behind the string that begins at s. NULL: it has no end. */
static const char *skip_string(const char *s, const char *end)
{
	for (s++; s < end && *s != '"'; s++)
		if (*s == '\\')
			s++;
	return s < end ? s + 1 : NULL;
}

/* Behind the value that begins at s; of a number or a word, where the next thing is. */
static const char *skip_value(const char *s, const char *end)
{
	size_t depth = 0;

	while (s && s < end) {
		switch (*s) {
		case '"':
			s = skip_string(s, end);
			break;
		case '{':
		case '[':
			depth++;
			s++;
			break;
		case '}':
		case ']':
			if (depth == 0)
				return s;
			depth--;
			s++;
			break;
		default:
			if (depth == 0 && *s == ',')
				return s;
			s++;
			continue;
		}
		if (depth == 0)
			return s;
	}
	return NULL;
}

bool json_walk_begin(struct json_walk *w, const struct json_span *in, char open)
{
	const char *end = in->text + in->size, *s = skip_space(in->text, end);

	if (s == end || *s != open)
		return false;
	*w = (struct json_walk){.at = s + 1, .end = end, .open = open};
	return true;
}

/* Behind the key and the colon. NULL: there is no such thing at s. */
static const char *take_key(const char *s, const char *end, struct json_span *ret)
{
	const char *behind = s < end && *s == '"' ? skip_string(s, end) : NULL;

	if (!behind)
		return NULL;
	*ret = (struct json_span){s, (size_t)(behind - s)};
	s = skip_space(behind, end);
	return s < end && *s == ':' ? skip_space(s + 1, end) : NULL;
}

int json_walk_next(struct json_walk *w, struct json_span *ret_key, struct json_span *ret)
{
	const char *s = skip_space(w->at, w->end), *behind;

	if (s < w->end && *s == (w->open == '{' ? '}' : ']'))
		return 0;
	if (w->begun)
		s = s < w->end && *s == ',' ? skip_space(s + 1, w->end) : NULL;
	w->begun = true;
	*ret_key = (struct json_span){};
	if (s && w->open == '{')
		s = take_key(s, w->end, ret_key);
	behind = skip_value(s, w->end);
	if (!behind || behind == s)
		return -EBADMSG;
	w->at = behind;
	while (is_space(behind[-1]))
		behind--;
	*ret = (struct json_span){s, (size_t)(behind - s)};
	return 1;
}
