/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What others say about a container or a pod, beyond what its path shows: names, labels,
 * annotations. Non-logging, no I/O.
 *
 * Whoever starts a container chooses these texts, so none of them is to be believed: rules look at
 * them, limits bound what they can do, and they are escaped before they are shown.
 */
#ifndef IDENTITY_FACTS_H
#define IDENTITY_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include "util/cleanup.h"
#include "util/vec.h"

/* More pairs, or longer texts, are left out. Kubernetes allows 317 bytes for a key. */
#define FACTS_MAX_PAIRS 64
#define FACTS_MAX_TEXT	1024

/* A label or an annotation. */
struct pair {
	char *key;
	char *value;
};

struct pairs {
	VEC(struct pair);
};

/* Texts are NULL when they are not known. */
struct facts {
	char *container; /* its name */
	char *image;
	char *pod_namespace;
	char *pod_name;
	struct pairs labels; /* of the container */
	struct pairs pod_labels;
	struct pairs annotations; /* of the pod, those that are for us: see ANNOTATION_PREFIX */
};

/* Of the pod annotations that mean something here. The others are not kept. */
#define ANNOTATION_PREFIX "cgfifo.io/"

/* NULL is fine. Returns NULL. */
struct facts *facts_free(struct facts *f);
DEFINE_CLEANUP(struct facts *, facts_free);

struct facts *facts_new(void);

/* Everything that from knows, over what is there. */
void facts_add(struct facts *f, const struct facts *from);

/* Nothing at all? */
bool facts_are_empty(const struct facts *f);

/* A copy of text replaces what is there. NULL, empty and overlong texts are not known. */
void facts_set(char **place, const char *text);

/* Adds a copy, or replaces the value of that key; nothing, where a limit says so. */
void pairs_set(struct pairs *p, const char *key, const char *value);

/* NULL: there is none. */
const char *pairs_get(const struct pairs *p, const char *key);

void pairs_done(struct pairs *p);

#endif
