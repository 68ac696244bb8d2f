/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kubelet knows about the pods of this node: asked for its list (GET /pods, over HTTPS
 * with a token or a certificate), and the manifests of static pods, which need no permission but
 * to read them. Does I/O, and waits for it: for cgfifo-names only. Non-logging.
 */
#ifndef IDENTITY_SOURCES_KUBELET_H
#define IDENTITY_SOURCES_KUBELET_H

#include <stdbool.h>
#include <stdint.h>

#include "identity/facts.h"
#include "identity/sources/health.h"
#include "identity/wire.h"

/* How long an annotation that somebody edits may take to be seen, and a new pod. */
#define KUBELET_POLL_MS 5000
#define KUBELET_SOON_MS 500

struct kubelet;

/* config is borrowed. Without a URL and without manifests there is nothing to ask. */
struct kubelet *kubelet_new(const struct names_config *config, health_fn on_health, void *userdata);
struct kubelet *kubelet_free(struct kubelet *k);
DEFINE_CLEANUP(struct kubelet *, kubelet_free);

bool kubelet_is_configured(const struct kubelet *k);

/* Reads everything again. What cannot be had now stays as it was. */
void kubelet_refresh(struct kubelet *k);

/* Fills in what is known about a pod, and about its container with this id (NULL: the pod). */
void kubelet_tell(const struct kubelet *k, const char *pod_uid, const char *container_id,
		  struct facts *f);

/* Is that pod, or that container of it, in the list? */
bool kubelet_knows(const struct kubelet *k, const char *pod_uid, const char *container_id);

#endif
