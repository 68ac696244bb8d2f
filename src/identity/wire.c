// SPDX-License-Identifier: GPL-2.0-only
/*
 * Facts as bytes, see wire.h. Each text is a letter that says what it is, a key ("" where there is
 * none) and a value, both ended by NUL.
 */
#include "identity/wire.h"

#include <errno.h>
#include <string.h>

#include "util/cleanup.h"

enum {
	TAG_CONTAINER = 'c',
	TAG_IMAGE = 'i',
	TAG_NAMESPACE = 'n',
	TAG_POD = 'p',
	TAG_ANNOTATION = 'a',
	TAG_POD_LABEL = 'L',
	TAG_LABEL = 'l',
};

const char *names_source_name(enum names_source source)
{
	static const char *const names[] = {
		[NAMES_PODMAN] = "podman",	   [NAMES_DOCKER] = "docker",
		[NAMES_CONTAINERD] = "containerd", [NAMES_CRIO] = "CRI-O",
		[NAMES_KUBELET] = "kubelet",	   [NAMES_MANIFESTS] = "static pods",
	};
	_Static_assert(ARRAY_SIZE(names) == NAMES_N_SOURCES, "a name for each source");

	return source < NAMES_N_SOURCES ? names[source] : "unknown";
}

/* The message while it is made. */
struct packer {
	char *at;
	size_t left;
};

static void pack(struct packer *p, char tag, const char *key, const char *value)
{
	size_t key_size, value_size;

	if (!value)
		return;
	key_size = strlen(key) + 1;
	value_size = strlen(value) + 1;
	if (1 + key_size + value_size > p->left)
		return;
	*p->at = tag;
	memcpy(p->at + 1, key, key_size);
	memcpy(p->at + 1 + key_size, value, value_size);
	p->at += 1 + key_size + value_size;
	p->left -= 1 + key_size + value_size;
}

static void pack_pairs(struct packer *p, char tag, const struct pairs *pairs)
{
	VEC_FOREACH (pair, pairs)
		pack(p, tag, pair->key, pair->value);
}

size_t wire_pack_facts(uint64_t cgid, const struct facts *f, void *buf)
{
	struct names_facts head = {.header = {NAMES_VERSION, NAMES_FACTS}, .cgid = cgid};
	struct packer p = {(char *)buf + sizeof(head), NAMES_MESSAGE_MAX - sizeof(head)};

	memcpy(buf, &head, sizeof(head));
	pack(&p, TAG_CONTAINER, "", f->container);
	pack(&p, TAG_IMAGE, "", f->image);
	pack(&p, TAG_NAMESPACE, "", f->pod_namespace);
	pack(&p, TAG_POD, "", f->pod_name);
	pack_pairs(&p, TAG_ANNOTATION, &f->annotations);
	pack_pairs(&p, TAG_POD_LABEL, &f->pod_labels);
	pack_pairs(&p, TAG_LABEL, &f->labels);
	return NAMES_MESSAGE_MAX - p.left;
}

bool wire_is(const void *data, size_t size, enum names_type type, size_t expected)
{
	struct names_header h;

	if (size < sizeof(h) || size < expected)
		return false;
	memcpy(&h, data, sizeof(h));
	return h.version == NAMES_VERSION && h.type == type;
}

static int take_text(struct facts *f, char tag, const char *key, const char *value)
{
	switch (tag) {
	case TAG_CONTAINER:
		facts_set(&f->container, value);
		return 0;
	case TAG_IMAGE:
		facts_set(&f->image, value);
		return 0;
	case TAG_NAMESPACE:
		facts_set(&f->pod_namespace, value);
		return 0;
	case TAG_POD:
		facts_set(&f->pod_name, value);
		return 0;
	case TAG_ANNOTATION:
		pairs_set(&f->annotations, key, value);
		return 0;
	case TAG_POD_LABEL:
		pairs_set(&f->pod_labels, key, value);
		return 0;
	case TAG_LABEL:
		pairs_set(&f->labels, key, value);
		return 0;
	default:
		return -EBADMSG;
	}
}

/* The text at *at, which moves behind its NUL. NULL: it does not end before the message does. */
static const char *next_text(const char **at, const char *end)
{
	const char *text = *at, *nul = memchr(text, '\0', (size_t)(end - text));

	if (nul)
		*at = nul + 1;
	return nul ? text : NULL;
}

int wire_unpack_facts(const void *data, size_t size, uint64_t *ret_cgid, struct facts **ret)
{
	_cleanup_(facts_freep) struct facts *f = NULL;
	const char *at = (const char *)data + sizeof(struct names_facts);
	const char *end = (const char *)data + size;
	struct names_facts head;

	if (!wire_is(data, size, NAMES_FACTS, sizeof(head)))
		return -EBADMSG;
	memcpy(&head, data, sizeof(head));
	f = facts_new();
	while (at < end) {
		char tag = *at++;
		const char *key = next_text(&at, end);
		const char *value = key ? next_text(&at, end) : NULL;

		if (!value || take_text(f, tag, key, value) < 0)
			return -EBADMSG;
	}
	*ret_cgid = head.cgid;
	*ret = TAKE_PTR(f);
	return 0;
}
