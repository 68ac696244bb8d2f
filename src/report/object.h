/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes one JSON object: "key": value pairs with commas where they belong. Begin with
 * {.f = FILE}, end with object_end(). Keys are ours and need no quoting. Non-logging.
 */
#ifndef REPORT_OBJECT_H
#define REPORT_OBJECT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct object {
	FILE *f;
	bool begun;
};

/* Only the key: the caller writes the value. */
void object_key(struct object *o, const char *key);
void object_text(struct object *o, const char *key, const char *value);
/* Nothing for nothing: absent is easier to test for than "" and 0. */
void object_text_if(struct object *o, const char *key, const char *value);
void object_number(struct object *o, const char *key, uint64_t value);
void object_number_if(struct object *o, const char *key, uint64_t value);
/* A number that came as text. Nothing for 0, and for what is no number. */
void object_number_of(struct object *o, const char *key, const char *value);
void object_fraction(struct object *o, const char *key, double value);
void object_bool(struct object *o, const char *key, bool value);
void object_end(struct object *o);

#endif
