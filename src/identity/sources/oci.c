// SPDX-License-Identifier: GPL-2.0-only
/* JSON of container runtimes, see oci.h. */
#include "identity/sources/oci.h"

#include <errno.h>
#include <string.h>

#include "identity/sources/json.h"

/* Which annotation of a bundle says what. */
struct annotation {
	const char *key;
	size_t offset; /* of a char * in struct facts */
};

/* The first that is there counts. */
static const struct annotation of_containerd[] = {
	{"io.kubernetes.cri.container-name", offsetof(struct facts, container)},
	{"io.kubernetes.cri.image-name", offsetof(struct facts, image)},
	{"io.kubernetes.cri.sandbox-namespace", offsetof(struct facts, pod_namespace)},
	{"io.kubernetes.cri.sandbox-name", offsetof(struct facts, pod_name)},
	{"nerdctl/name", offsetof(struct facts, container)},
	{"nerdctl/image-name", offsetof(struct facts, image)},
	{},
};

/* It copies all annotations of a pod into the bundles of its containers, and its own over them. So
 * only those that it writes itself are to be believed. */
static const struct annotation of_crio[] = {
	{"io.kubernetes.container.name", offsetof(struct facts, container)},
	{"io.kubernetes.cri-o.ImageName", offsetof(struct facts, image)},
	{"io.kubernetes.pod.namespace", offsetof(struct facts, pod_namespace)},
	{"io.kubernetes.pod.name", offsetof(struct facts, pod_name)},
	{},
};

/* type_key: of a pod's sandbox, "sandbox". CRI-O calls that "POD", containerd gives it no name. */
static int read_bundle(const char *text, size_t size, const struct annotation *known,
		       const char *type_key, struct facts *f)
{
	_cleanup_(json_putp) json_object *o = json_read(text, size);
	json_object *a = JSON_AT(o, "annotations");
	const char *type = JSON_TEXT(a, type_key);

	if (!o)
		return -EBADMSG;
	for (; known->key; known++) {
		char **place = (char **)((char *)f + known->offset);

		if (!*place)
			facts_set(place, JSON_TEXT(a, known->key));
	}
	if (type && strcmp(type, "sandbox") == 0) {
		facts_set(&f->container, NULL);
		facts_set(&f->image, NULL);
	}
	json_pairs(a, ANNOTATION_PREFIX, &f->annotations);
	return 0;
}

int oci_read_containerd(const char *text, size_t size, struct facts *f)
{
	return read_bundle(text, size, of_containerd, "io.kubernetes.cri.container-type", f);
}

int oci_read_crio(const char *text, size_t size, struct facts *f)
{
	return read_bundle(text, size, of_crio, "io.kubernetes.cri-o.ContainerType", f);
}

int oci_read_inspect(const char *text, size_t size, struct facts *f)
{
	_cleanup_(json_putp) json_object *o = json_read(text, size);
	const char *name = JSON_TEXT(o, "Name");

	if (!o)
		return -EBADMSG;
	facts_set(&f->container, name && name[0] == '/' ? name + 1 : name);
	facts_set(&f->image, JSON_TEXT(o, "Config", "Image"));
	json_pairs(JSON_AT(o, "Config", "Labels"), "", &f->labels);
	return 0;
}

static const char *first_text(json_object *list)
{
	json_object *first = NULL;

	if (json_object_is_type(list, json_type_array) && json_object_array_length(list) > 0)
		first = json_object_array_get_idx(list, 0);
	return json_object_is_type(first, json_type_string) ? json_object_get_string(first) : NULL;
}

/* JSON inside of JSON: what podman wrote there for itself. */
static void read_metadata(const char *text, struct facts *f)
{
	_cleanup_(json_putp) json_object *o = text ? json_read(text, strlen(text)) : NULL;

	facts_set(&f->image, JSON_TEXT(o, "image-name"));
}

int oci_read_storage(const char *text, size_t size, const char *id, struct facts *f)
{
	_cleanup_(json_putp) json_object *o = json_read(text, size);

	if (!json_object_is_type(o, json_type_array))
		return -EBADMSG;
	for (size_t i = 0; i < json_object_array_length(o); i++) {
		json_object *c = json_object_array_get_idx(o, i);
		const char *this_id = JSON_TEXT(c, "id");

		if (!this_id || strcmp(this_id, id) != 0)
			continue;
		facts_set(&f->container, first_text(JSON_AT(c, "names")));
		read_metadata(JSON_TEXT(c, "metadata"), f);
		return 0;
	}
	return -ENOENT;
}
