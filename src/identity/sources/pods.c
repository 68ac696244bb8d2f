// SPDX-License-Identifier: GPL-2.0-only
/* PodLists, and what is asked of pods. See pods.h; manifest.c reads manifests. */
#include "identity/sources/pods.h"

#include <errno.h>
#include <string.h>

#include "identity/sources/json.h"
#include "util/alloc.h"

static void pod_done(struct pod *p)
{
	free(p->uid);
	free(p->namespace);
	free(p->name);
	pairs_done(&p->labels);
	pairs_done(&p->annotations);
	pairs_done(&p->containers);
	pairs_done(&p->images);
}

void pods_done(struct pods *p)
{
	VEC_FOREACH (pod, p)
		pod_done(pod);
	VEC_DONE(p);
}

void pods_drop_last(struct pods *p)
{
	pod_done(&p->items[--p->n]);
}

/* "containerd://ID" */
static void add_status(struct pod *p, json_object *status)
{
	const char *id = JSON_TEXT(status, "containerID"), *slashes;

	slashes = id ? strstr(id, "://") : NULL;
	if (!slashes)
		return;
	pairs_set(&p->containers, slashes + 3, JSON_TEXT(status, "name"));
	pairs_set(&p->images, slashes + 3, JSON_TEXT(status, "image"));
}

static void add_statuses(struct pod *p, json_object *list)
{
	if (!json_object_is_type(list, json_type_array))
		return;
	for (size_t i = 0; i < json_object_array_length(list); i++)
		add_status(p, json_object_array_get_idx(list, i));
}

/*
 * A static pod's cgroup is named by the hash of its manifest. The kubelet gives that as the uid;
 * where the pod has another one (its mirror in the API), it is in this annotation. Whoever makes a
 * pod could write it, to be taken for another one; but a pod marked as a mirror does not run.
 */
static const char *cgroup_uid(json_object *pod)
{
	json_object *a = JSON_AT(pod, "metadata", "annotations");
	const char *hash = JSON_TEXT(a, "kubernetes.io/config.hash");

	if (hash && !strchr(hash, '-') && JSON_TEXT(a, "kubernetes.io/config.mirror"))
		return hash;
	return JSON_TEXT(pod, "metadata", "uid");
}

static int add_pod(struct pods *to, json_object *pod)
{
	const char *uid = cgroup_uid(pod);
	struct pod *p;

	if (!uid)
		return 0;
	p = VEC_PUSH(to, PODS_MAX);
	if (!p)
		return -E2BIG;
	facts_set(&p->uid, uid);
	facts_set(&p->namespace, JSON_TEXT(pod, "metadata", "namespace"));
	facts_set(&p->name, JSON_TEXT(pod, "metadata", "name"));
	json_pairs(JSON_AT(pod, "metadata", "labels"), "", &p->labels);
	json_pairs(JSON_AT(pod, "metadata", "annotations"), ANNOTATION_PREFIX, &p->annotations);
	add_statuses(p, JSON_AT(pod, "status", "containerStatuses"));
	add_statuses(p, JSON_AT(pod, "status", "initContainerStatuses"));
	add_statuses(p, JSON_AT(pod, "status", "ephemeralContainerStatuses"));
	return 0;
}

/* A pod that cannot be read, whatever is in it, does not keep the others from being known. */
static int read_pod(struct pods *to, const struct json_span *pod)
{
	_cleanup_free_ char *text = xmalloc(pod->size + 1);
	_cleanup_(json_putp) json_object *o = NULL;

	memcpy(text, pod->text, pod->size);
	text[pod->size] = '\0';
	o = json_read(text, pod->size);
	return o ? add_pod(to, o) : 0;
}

/* The span of the items; without a text where there are none. */
static int find_items(const char *text, size_t size, struct json_span *ret)
{
	const struct json_span whole = {text, size};
	struct json_span key, value;
	struct json_walk w;
	bool is_list = false;
	int r;

	if (!json_walk_begin(&w, &whole, '{'))
		return -EBADMSG;
	while ((r = json_walk_next(&w, &key, &value)) > 0) {
		if (json_span_is(&key, "\"kind\""))
			is_list = json_span_is(&value, "\"PodList\"");
		else if (json_span_is(&key, "\"items\"") && !json_span_is(&value, "null"))
			*ret = value;
	}
	return r < 0 ? r : is_list ? 0 : -EBADMSG;
}

int pods_read_list(const char *text, size_t size, struct pods *to)
{
	struct json_span items = {}, key, pod;
	struct json_walk w;
	int r;

	r = find_items(text, size, &items);
	if (r < 0 || !items.text) /* the latter: a node without pods */
		return r;
	if (!json_walk_begin(&w, &items, '['))
		return -EBADMSG;
	while ((r = json_walk_next(&w, &key, &pod)) > 0) {
		r = read_pod(to, &pod);
		if (r < 0)
			return r;
	}
	return r;
}

const struct pod *pods_find(const struct pods *p, const char *uid)
{
	VEC_FOREACH (pod, p)
		if (pod->uid && strcmp(pod->uid, uid) == 0)
			return pod;
	return NULL;
}

const struct pod *pods_find_static(const struct pods *p, const char *namespace, const char *name)
{
	const struct pod *best = NULL;
	size_t best_len = 0;

	VEC_FOREACH (pod, p) {
		size_t len = strlen(pod->name);

		if (strcmp(pod->namespace, namespace) != 0 || strncmp(pod->name, name, len) != 0 ||
		    name[len] != '-' || len < best_len)
			continue;
		best = pod;
		best_len = len;
	}
	return best;
}

void pod_tell(const struct pod *p, const char *container_id, struct facts *f)
{
	facts_set(&f->pod_namespace, p->namespace);
	if (p->uid) /* the name in a manifest is not the whole name */
		facts_set(&f->pod_name, p->name);
	VEC_FOREACH (label, &p->labels)
		pairs_set(&f->pod_labels, label->key, label->value);
	pairs_done(&f->annotations);
	VEC_FOREACH (a, &p->annotations)
		pairs_set(&f->annotations, a->key, a->value);
	if (!container_id || !pairs_get(&p->containers, container_id))
		return;
	facts_set(&f->container, pairs_get(&p->containers, container_id));
	facts_set(&f->image, pairs_get(&p->images, container_id));
}
