/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the administrator wants, as plain C: the typed form of all configuration files together.
 * Nobody past this folder sees YAML. Non-logging.
 *
 * Strings belong to the struct config and live as long as it does; it does not change once it is
 * loaded. Names and globs are any UTF-8 without control characters; policy/glob.h says how globs
 * match.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/cleanup.h"
#include "util/vec.h"

/* What a configuration may grow to. */
#define CONFIG_MAX_FILES      256
#define CONFIG_MAX_CLASSES    256
#define CONFIG_MAX_RULES      4096
#define CONFIG_MAX_NAMESPACES 1024
#define CONFIG_MAX_LABELS     16
#define CONFIG_MAX_PATH	      511

/* Where a kubelet that was not told otherwise looks for static pods. */
#define CONFIG_MANIFESTS "/etc/kubernetes/manifests"

/* Where a value was written. file is NULL for what no file says. */
struct origin {
	const char *file;
	unsigned int line; /* from 1 */
	unsigned int col;  /* in characters, from 1 */
};

/* A number, or an index into a list of words, or a boolean, that may not have been given. */
struct param {
	bool set;
	uint32_t value; /* 0 while not set */
	struct origin origin;
};

enum config_policy {
	CONFIG_POLICY_FIFO,
	CONFIG_POLICY_FAIR,
};

/* Their words, in this order, and NULL. */
extern const char *const config_policies[];

enum config_isolate {
	CONFIG_ISOLATE_NONE,
	CONFIG_ISOLATE_CORE,
};

extern const char *const config_isolations[];

/* What can be asked for a cgroup. The limits stand in bpf/cgfifo.h and config/schema.c. */
struct params {
	struct param weight;   /* 1 to 10000 */
	struct param slice_us; /* 100 to 100000 */
	struct param policy;   /* enum config_policy */
	struct param isolate;  /* enum config_isolate */
};

/* A named set of params that rules and annotations refer to. */
struct class
{
	char *name;
	struct params params;
	struct origin origin; /* where it was first named */
};

struct label {
	char *key;
	char *value; /* glob */
};

struct labels {
	VEC(struct label);
};

/*
 * Which cgroups a rule is about. Members are globs, NULL when they do not matter; all that are
 * given must match, and at least one is given.
 */
struct match {
	char *cgroup;	      /* path below the cgroup root, starting with '/' */
	char *unit;	      /* systemd unit */
	char *container;      /* its name */
	struct labels labels; /* of the container */
	char *pod_namespace;
	char *pod_name;
	struct labels pod_labels;
};

struct rule {
	char *name; /* free text for messages, or NULL */
	struct match match;
	char *class; /* name of a class that exists, or NULL */
	struct origin class_origin;
	struct params params;
	struct origin origin;
};

struct name {
	char *text;
	struct origin origin;
};

/* A list that may not have been given, which is not the same as an empty one. */
struct names {
	VEC(struct name);
	bool set;
};

/* What the annotations of pods in one Kubernetes namespace may ask for. */
struct namespace
{
	char *name;
	struct param min_weight;
	struct param max_weight;
	struct param raw_weights; /* boolean: may a pod name a weight instead of a class? */
	struct names classes;	  /* what annotations may name; each exists */
	struct origin origin;
};

/* Where the kubelet's list of pods is, and who we are to it. NULL: not given. */
struct kubelet_access {
	char *url; /* NULL: it is not asked */
	char *token_file;
	char *ca_file;
	char *cert_file;
	char *key_file;
	struct origin url_origin, token_origin;
};

struct config {
	struct params defaults;
	VEC(struct class) classes; /* in the order in which they were first named */
	VEC(struct rule) rules;	   /* first match wins */
	VEC(struct namespace) namespaces;
	struct kubelet_access kubelet;
	char *manifests;   /* directory of static pods; NULL: CONFIG_MANIFESTS */
	VEC(char *) files; /* names of what was read, lowest priority first */
};

/* NULL is fine. Returns NULL. */
struct config *config_free(struct config *c);
DEFINE_CLEANUP(struct config *, config_free);

/* NULL: no such class. */
const struct class *config_find_class(const struct config *c, const char *name);

/* Is there a condition about containers, about pods? A pod alone is the pod's own cgroup. */
bool match_asks_container(const struct match *m);
bool match_asks_pod(const struct match *m);

/* Does anything in it give what is for tasks: a slice or a policy? */
bool config_is_for_tasks(const struct config *c);

/* NULL: it is not listed, and its pods may ask for nothing. */
const struct namespace *config_find_namespace(const struct config *c, const char *name);

#endif
