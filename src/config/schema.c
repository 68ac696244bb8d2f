// SPDX-License-Identifier: GPL-2.0-only
/* The keys of a configuration file, see schema.h. */
#include "config/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../bpf/cgfifo.h"
#include "util/alloc.h"
#include "util/parse.h"

const char *const config_policies[] = {
	[CONFIG_POLICY_FIFO] = "fifo",
	[CONFIG_POLICY_FAIR] = "fair",
	NULL,
};

const char *const config_isolations[] = {
	[CONFIG_ISOLATE_NONE] = "none",
	[CONFIG_ISOLATE_CORE] = "core",
	NULL,
};

/* clang-format off */
/* The members of struct params, which lies at prefix in a struct. */
#define PARAM_KEYS(in, prefix)                                                                     \
	{.name = "weight",                                                                         \
	 .type = TYPE_U32,                                                                         \
	 .offset = offsetof(in, prefix weight),                                                    \
	 .min = CGFIFO_WEIGHT_MIN,                                                                 \
	 .max = CGFIFO_WEIGHT_MAX,                                                                 \
	 .help = "Share of the CPU, relative to the weights of the siblings."},                    \
	{.name = "slice",                                                                          \
	 .type = TYPE_DURATION,                                                                    \
	 .offset = offsetof(in, prefix slice_us),                                                  \
	 .min = CGFIFO_SLICE_MIN_US,                                                               \
	 .max = CGFIFO_SLICE_MAX_US,                                                               \
	 .help = "How long a task may run before others are considered."},                         \
	{.name = "policy",                                                                         \
	 .type = TYPE_WORD,                                                                        \
	 .offset = offsetof(in, prefix policy),                                                    \
	 .words = config_policies,                                                                  \
	 .help = "Order of the tasks in a cgroup: first in, first out, or fair by nice value."},   \
	{.name = "isolate",                                                                        \
	 .type = TYPE_WORD,                                                                        \
	 .offset = offsetof(in, prefix isolate),                                                   \
	 .words = config_isolations,                                                               \
	 .help = "With core, no physical core is shared with another container."}
/* clang-format on */

static const struct schema_key params_keys[] = {
	PARAM_KEYS(struct params, ),
	{},
};

static const struct schema_key class_keys[] = {
	PARAM_KEYS(struct class, params.),
	{},
};

static const struct schema_key pod_keys[] = {
	{.name = "namespace",
	 .type = TYPE_GLOB,
	 .offset = offsetof(struct match, pod_namespace),
	 .help = "Kubernetes namespace."},
	{.name = "name",
	 .type = TYPE_GLOB,
	 .offset = offsetof(struct match, pod_name),
	 .help = "Name of the pod."},
	{.name = "labels",
	 .type = TYPE_LABELS,
	 .offset = offsetof(struct match, pod_labels),
	 .help = "Labels that the pod must carry, each with a glob for its value."},
	{},
};

static const struct schema_key match_keys[] = {
	{.name = "cgroup",
	 .type = TYPE_PATH_GLOB,
	 .offset = offsetof(struct match, cgroup),
	 .help = "Path of the cgroup, as in /proc/PID/cgroup."},
	{.name = "unit",
	 .type = TYPE_GLOB,
	 .offset = offsetof(struct match, unit),
	 .help = "Name of the systemd unit."},
	{.name = "container",
	 .type = TYPE_GLOB,
	 .offset = offsetof(struct match, container),
	 .help = "Name of the container."},
	{.name = "labels",
	 .type = TYPE_LABELS,
	 .offset = offsetof(struct match, labels),
	 .help = "Labels that the container must carry, each with a glob for its value."},
	{.name = "pod",
	 .type = TYPE_MAP,
	 .keys = pod_keys,
	 .filled = true,
	 .help = "Kubernetes pod."},
	{},
};

static const struct schema_key rule_keys[] = {
	{.name = "name",
	 .type = TYPE_TEXT,
	 .offset = offsetof(struct rule, name),
	 .help = "What messages call this rule."},
	{.name = "match",
	 .type = TYPE_MAP,
	 .offset = offsetof(struct rule, match),
	 .keys = match_keys,
	 .required = true,
	 .filled = true,
	 .help = "Which cgroups the rule is for: all that is given must match. Values are globs."},
	{.name = "class",
	 .type = TYPE_CLASS,
	 .offset = offsetof(struct rule, class),
	 .origin_offset = offsetof(struct rule, class_origin),
	 .help = "Class from which values come that the rule does not give itself."},
	PARAM_KEYS(struct rule, params.),
	{},
};

static const struct schema_key namespace_keys[] = {
	{.name = "min_weight",
	 .type = TYPE_U32,
	 .offset = offsetof(struct namespace, min_weight),
	 .min = CGFIFO_WEIGHT_MIN,
	 .max = CGFIFO_WEIGHT_MAX,
	 .help = "A smaller weight of an annotation is raised to this."},
	{.name = "max_weight",
	 .type = TYPE_U32,
	 .offset = offsetof(struct namespace, max_weight),
	 .min = CGFIFO_WEIGHT_MIN,
	 .max = CGFIFO_WEIGHT_MAX,
	 .help = "A larger weight of an annotation is cut to this."},
	{.name = "classes",
	 .type = TYPE_CLASSES,
	 .offset = offsetof(struct namespace, classes),
	 .help = "Classes that annotations may name."},
	{.name = "raw_weights",
	 .type = TYPE_BOOL,
	 .offset = offsetof(struct namespace, raw_weights),
	 .help = "May an annotation give a weight as a number?"},
	{},
};

static const struct schema_key kubelet_keys[] = {
	{.name = "url",
	 .type = TYPE_URL,
	 .offset = offsetof(struct kubelet_access, url),
	 .origin_offset = offsetof(struct kubelet_access, url_origin),
	 .help = "Where the kubelet of this node answers, such as https://%H:10250, where %H is "
		 "what this host is called."},
	{.name = "token_file",
	 .type = TYPE_PATH,
	 .offset = offsetof(struct kubelet_access, token_file),
	 .origin_offset = offsetof(struct kubelet_access, token_origin),
	 .help = "File with a token that may get nodes/pods. Read again for each question."},
	{.name = "ca_file",
	 .type = TYPE_PATH,
	 .offset = offsetof(struct kubelet_access, ca_file),
	 .help = "Certificates that the kubelet's must come from; without it, the system's."},
	{.name = "cert_file",
	 .type = TYPE_PATH,
	 .offset = offsetof(struct kubelet_access, cert_file),
	 .help = "Certificate to show instead of a token."},
	{.name = "key_file",
	 .type = TYPE_PATH,
	 .offset = offsetof(struct kubelet_access, key_file),
	 .help = "The key of that certificate, unless it is in the same file."},
	{},
};

static const struct schema_key kubernetes_keys[] = {
	{.name = "kubelet",
	 .type = TYPE_MAP,
	 .offset = offsetof(struct config, kubelet),
	 .keys = kubelet_keys,
	 .help = "How to ask the kubelet for its pods. Without a url it is not asked."},
	{.name = "manifests",
	 .type = TYPE_PATH,
	 .offset = offsetof(struct config, manifests),
	 .help = "Directory of the manifests of static pods, /etc/kubernetes/manifests by "
		 "default."},
	{.name = "namespaces",
	 .type = TYPE_NAMED,
	 .keys = namespace_keys,
	 .items = &schema_namespaces,
	 .help = "What the annotations of pods may ask for, by namespace."},
	{},
};

const struct schema_key schema_root[] = {
	{.name = "version",
	 .type = TYPE_VERSION,
	 .min = SCHEMA_VERSION,
	 .max = SCHEMA_VERSION,
	 .required = true,
	 .help = "Version of this format. Every file must give it."},
	{.name = "defaults",
	 .type = TYPE_MAP,
	 .offset = offsetof(struct config, defaults),
	 .keys = params_keys,
	 .help = "Values for matched cgroups that neither rule nor class gives."},
	{.name = "classes",
	 .type = TYPE_NAMED,
	 .keys = class_keys,
	 .items = &schema_classes,
	 .help = "Named sets of values, for rules to refer to."},
	{.name = "rules",
	 .type = TYPE_LIST,
	 .keys = rule_keys,
	 .items = &schema_rules,
	 .help = "Who gets what. The first rule that matches a cgroup counts."},
	{.name = "kubernetes",
	 .type = TYPE_MAP,
	 .keys = kubernetes_keys,
	 .help = "Where pods are known from, and bounds for their annotations."},
	{},
};

enum schema_shape schema_shape(enum schema_type type)
{
	static const enum schema_shape shapes[TYPE_N] = {
		[TYPE_VERSION] = SHAPE_NONE,   [TYPE_U32] = SHAPE_PARAM,
		[TYPE_DURATION] = SHAPE_PARAM, [TYPE_BOOL] = SHAPE_PARAM,
		[TYPE_WORD] = SHAPE_PARAM,     [TYPE_TEXT] = SHAPE_TEXT,
		[TYPE_GLOB] = SHAPE_TEXT,      [TYPE_PATH_GLOB] = SHAPE_TEXT,
		[TYPE_PATH] = SHAPE_TEXT,      [TYPE_URL] = SHAPE_TEXT,
		[TYPE_CLASS] = SHAPE_TEXT,     [TYPE_CLASSES] = SHAPE_NAMES,
		[TYPE_LABELS] = SHAPE_LABELS,  [TYPE_MAP] = SHAPE_STRUCT,
		[TYPE_NAMED] = SHAPE_ITEMS,    [TYPE_LIST] = SHAPE_ITEMS,
	};

	return shapes[type];
}

const struct schema_key *schema_find(const struct schema_key *keys, const char *name)
{
	for (; keys->name; keys++)
		if (strcmp(keys->name, name) == 0)
			return keys;
	return NULL;
}

uint32_t schema_count(const struct schema_key *keys)
{
	uint32_t n = 0;

	for (; keys && keys->name; keys++)
		n += 1 + schema_count(keys->keys);
	return n;
}

static bool find_number(const struct schema_key *keys, uint32_t number,
			const struct schema_items *items, size_t offset, struct schema_place *ret)
{
	for (; keys->name; keys++) {
		uint32_t n_below = schema_count(keys->keys);

		if (number == 0) {
			*ret = (struct schema_place){keys, items, offset + keys->offset};
			return true;
		}
		if (--number >= n_below) {
			number -= n_below;
			continue;
		}
		return keys->type == TYPE_MAP
			       ? find_number(keys->keys, number, items, offset + keys->offset, ret)
			       : find_number(keys->keys, number, keys->items, 0, ret);
	}
	return false;
}

bool schema_at(uint32_t number, struct schema_place *ret)
{
	return find_number(schema_root, number, NULL, 0, ret);
}

static char *expect_word(const struct schema_key *key)
{
	char *list = xstrdup(key->words[0]), *longer;

	for (size_t i = 1; key->words[i]; i++) {
		longer = xasprintf("%s or %s", list, key->words[i]);
		free(list);
		list = longer;
	}
	return list;
}

char *schema_expectation(const struct schema_key *key)
{
	char min[FORMAT_DURATION_LEN], max[FORMAT_DURATION_LEN];

	switch (key->type) {
	case TYPE_VERSION:
		return xasprintf("%u", SCHEMA_VERSION);
	case TYPE_U32:
		return xasprintf("a whole number from %u to %u", key->min, key->max);
	case TYPE_DURATION:
		return xasprintf("a time from %s to %s such as 3ms",
				 format_duration_usec(key->min, min),
				 format_duration_usec(key->max, max));
	case TYPE_BOOL:
		return xstrdup("true or false");
	case TYPE_WORD:
		return expect_word(key);
	case TYPE_TEXT:
		return xstrdup("text");
	case TYPE_GLOB:
		return xstrdup("a name or glob");
	case TYPE_PATH_GLOB:
		return xstrdup("a path or glob that starts with /");
	case TYPE_PATH:
		return xstrdup("a path that starts with /");
	case TYPE_URL:
		return xstrdup("an address that starts with https:// or http://");
	case TYPE_CLASS:
		return xstrdup("the name of a class");
	case TYPE_CLASSES:
		return xstrdup("a list of classes such as [gold, batch]");
	case TYPE_LABELS:
		return xstrdup("a mapping of labels such as {tier: api}");
	case TYPE_MAP:
		return xstrdup("a mapping (key: value)");
	case TYPE_NAMED:
		return xasprintf("a mapping (name of a %s: its keys)", key->items->what);
	case TYPE_LIST:
		return xasprintf("a list, each %s after a dash", key->items->what);
	}
	return xstrdup("something else");
}

static void walk(const struct schema_key *keys, const char *parent,
		 void (*fn)(const struct schema_key *key, const char *path, void *userdata),
		 void *userdata)
{
	for (; keys->name; keys++) {
		_cleanup_free_ char *path = xasprintf("%s%s", parent, keys->name), *below = NULL;

		fn(keys, path, userdata);
		if (!keys->keys)
			continue;
		below = xasprintf("%s%s", path,
				  keys->type == TYPE_NAMED  ? ".NAME."
				  : keys->type == TYPE_LIST ? "[]."
							    : ".");
		walk(keys->keys, below, fn, userdata);
	}
}

void schema_walk(void (*fn)(const struct schema_key *key, const char *path, void *userdata),
		 void *userdata)
{
	walk(schema_root, "", fn, userdata);
}
