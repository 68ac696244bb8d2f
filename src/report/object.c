// SPDX-License-Identifier: GPL-2.0-only
/* JSON objects, see object.h. */
#include "report/object.h"

#include <inttypes.h>

#include "util/cleanup.h"
#include "util/parse.h"
#include "util/text.h"

void object_key(struct object *o, const char *key)
{
	fprintf(o->f, "%s\"%s\": ", o->begun ? ", " : "{", key);
	o->begun = true;
}

void object_text(struct object *o, const char *key, const char *value)
{
	_cleanup_free_ char *quoted = text_json(value);

	object_key(o, key);
	fputs(quoted, o->f);
}

/* Nothing for nothing: absent is easier to test for than "". */
void object_text_if(struct object *o, const char *key, const char *value)
{
	if (value[0] != '\0')
		object_text(o, key, value);
}

void object_number(struct object *o, const char *key, uint64_t value)
{
	object_key(o, key);
	fprintf(o->f, "%" PRIu64, value);
}

void object_number_if(struct object *o, const char *key, uint64_t value)
{
	if (value != 0)
		object_number(o, key, value);
}

void object_number_of(struct object *o, const char *key, const char *value)
{
	uint64_t number;

	if (parse_u64(value, 1, UINT64_MAX, &number) == 0)
		object_number(o, key, number);
}

void object_fraction(struct object *o, const char *key, double value)
{
	object_key(o, key);
	fprintf(o->f, "%.4f", value);
}

void object_bool(struct object *o, const char *key, bool value)
{
	object_key(o, key);
	fputs(value ? "true" : "false", o->f);
}

void object_end(struct object *o)
{
	fputs(o->begun ? "}" : "{}", o->f);
}
