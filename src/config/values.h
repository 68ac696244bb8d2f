/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Single values of a configuration file: checked, converted, stored. For read.c. Non-logging.
 */
#ifndef CONFIG_VALUES_H
#define CONFIG_VALUES_H

#include <stdbool.h>

#include "config/config.h"
#include "config/diag.h"
#include "config/schema.h"
#include "config/yaml.h"

/* The file that is being read, and where its content and its mistakes go. */
struct reader {
	struct config *config;
	const struct source *src;
	const char *file; /* its name, owned by config */
	struct diags *diags;
};

#define reader_complain(rd, mark, ...)                                                             \
	diags_add((rd)->diags, DIAG_ERROR, (rd)->src, mark, __VA_ARGS__)

/* "weight must be a whole number from 1 to 10000, not a list". */
void reader_complain_type(struct reader *rd, const struct schema_key *key, const struct node *n);

struct origin reader_origin(const struct reader *rd, struct mark mark);

/* Could a Kubernetes annotation or a metric carry it? */
bool value_is_name(const char *text);

/* A name that the user chose, for a class or a namespace: complains and says no if it has
 * characters that a Kubernetes annotation or a metric could not carry. */
bool reader_check_name(struct reader *rd, const char *what, const char *name, struct mark mark);

/* Stores the value of a key that is not a TYPE_MAP, TYPE_NAMED or TYPE_LIST at place. */
void reader_value(struct reader *rd, const struct schema_key *key, const struct node *n,
		  void *place);

/* What a node is, in words: "a list", "nothing", or its text. The caller's. */
char *node_describe(const struct node *n);

#endif
