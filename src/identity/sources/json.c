// SPDX-License-Identifier: GPL-2.0-only
/* JSON by json-c, see json.h. */
#include "identity/sources/json.h"

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
