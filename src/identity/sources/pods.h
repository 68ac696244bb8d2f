/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pods, as the kubelet lists them or as a static pod's manifest has them. Text in, pods out:
 * non-logging, no I/O.
 */
#ifndef IDENTITY_SOURCES_PODS_H
#define IDENTITY_SOURCES_PODS_H

#include <stdbool.h>
#include <stddef.h>

#include "identity/facts.h"
#include "util/vec.h"

/* The kubelet's own limit is 110 unless somebody raises it. */
#define PODS_MAX 2048

struct pod {
	char *uid; /* as in the name of its cgroup, with '-'; NULL: a manifest has none */
	char *namespace;
	char *name;
	struct pairs labels;
	struct pairs annotations; /* those for us */
	struct pairs containers;  /* id: name */
	struct pairs images;	  /* id: image */
};

struct pods {
	VEC(struct pod);
};

/*
 * Adds the pods of a v1 PodList, as the kubelet answers to GET /pods, but those that cannot be
 * read. -EBADMSG: it is none. -E2BIG: more than PODS_MAX, those before are there.
 */
int pods_read_list(const char *text, size_t size, struct pods *to);

/* Adds the pod of a manifest in YAML or JSON. -EBADMSG: there is none in it. */
int pods_read_manifest(const char *text, size_t size, struct pods *to);

void pods_done(struct pods *p);

/* The last one is no pod after all. */
void pods_drop_last(struct pods *p);

/* NULL: there is none with this uid. */
const struct pod *pods_find(const struct pods *p, const char *uid);

/*
 * The manifest of a static pod that runs as NAMESPACE/NAME: the kubelet puts "-" and the name of
 * the node behind the name in the manifest. NULL: none.
 */
const struct pod *pods_find_static(const struct pods *p, const char *namespace, const char *name);

/* What the pod says about one of its containers (id NULL: about itself). */
void pod_tell(const struct pod *p, const char *container_id, struct facts *f);

#endif
