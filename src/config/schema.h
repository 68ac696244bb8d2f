/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which keys a configuration file may hold: name, type, limits, meaning, and where the value goes
 * in struct config. The reader, the printer of the merged form, `cgfifo check --keys` and the
 * manual all follow these tables, so a new key is one line in schema.c (and one member).
 */
#ifndef CONFIG_SCHEMA_H
#define CONFIG_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"

#define SCHEMA_VERSION 1

enum schema_type {
	TYPE_VERSION,	/* only checked */
	TYPE_U32,	/* a whole number */
	TYPE_DURATION,	/* in microseconds */
	TYPE_BOOL,	/* 0 or 1 */
	TYPE_WORD,	/* index into words */
	TYPE_TEXT,	/* any text */
	TYPE_GLOB,	/* any text */
	TYPE_PATH_GLOB, /* starts with '/' */
	TYPE_PATH,	/* the same, of a file or directory */
	TYPE_URL,	/* starts with http:// or https:// */
	TYPE_CLASS,	/* the name of one */
	TYPE_CLASSES,
	TYPE_LABELS,
	TYPE_MAP,   /* described by keys */
	TYPE_NAMED, /* mapping of names of the user's choice */
	TYPE_LIST,
};
#define TYPE_N (TYPE_LIST + 1)

/* What lies at the offset. */
enum schema_shape {
	SHAPE_NONE,
	SHAPE_PARAM,  /* struct param */
	SHAPE_TEXT,   /* char * */
	SHAPE_NAMES,  /* struct names */
	SHAPE_LABELS, /* struct labels */
	SHAPE_STRUCT, /* one of its own */
	SHAPE_ITEMS,  /* nothing: items says where they are */
};

enum schema_shape schema_shape(enum schema_type type);

/* The items of a TYPE_NAMED or TYPE_LIST. */
struct schema_items {
	const char *what; /* "class", for messages */
	/* A place for an item, the existing one if it was named before. NULL: limit reached. */
	void *(*add)(struct config *c, const char *name, const struct origin *origin);
	/* The i-th one, NULL past the end. name is NULL in a list. */
	const void *(*at)(const struct config *c, size_t i, const char **ret_name,
			  struct origin *ret_origin);
};

struct schema_key {
	const char *name; /* NULL ends a table */
	enum schema_type type;
	size_t offset;		       /* in the struct that the table describes */
	size_t origin_offset;	       /* of a text: where a struct origin is, 0: nowhere */
	uint32_t min, max;	       /* of TYPE_U32 and TYPE_DURATION */
	const char *const *words;      /* of TYPE_WORD, ends with NULL */
	const struct schema_key *keys; /* of TYPE_MAP, TYPE_NAMED, TYPE_LIST: one item's */
	const struct schema_items *items;
	bool required; /* must stand in every mapping of this kind */
	bool filled;   /* of TYPE_MAP: an empty one means nothing */
	const char *help;
};

extern const struct schema_items schema_classes, schema_rules, schema_namespaces;

/* The table for a whole file; offsets are in struct config. */
extern const struct schema_key schema_root[];

/* NULL: not in this table. */
const struct schema_key *schema_find(const struct schema_key *keys, const char *name);

/* Where the value of a key is: in one of these items, or in struct config itself (NULL). */
struct schema_place {
	const struct schema_key *key;
	const struct schema_items *items;
	size_t offset;
};

/* Keys have numbers in the order of schema_walk(), from 0. False: there is none of that number. */
bool schema_at(uint32_t number, struct schema_place *ret);

/* How many keys there are in a table and below; NULL: none. */
uint32_t schema_count(const struct schema_key *keys);

/* What a value must be, to stand behind "must be": "a whole number from 1 to 10000". The
 * caller's. */
char *schema_expectation(const struct schema_key *key);

/* Calls fn for every key there is, with its full path ("rules[].match.unit"). */
void schema_walk(void (*fn)(const struct schema_key *key, const char *path, void *userdata),
		 void *userdata);

#endif
