// SPDX-License-Identifier: GPL-2.0-only
/* Checks across the values of a configuration, see check.h. */
#include "config/check.h"

#include <string.h>

#include "util/text.h"

struct checker {
	const struct config *config;
	const struct sources *sources;
	struct diags *diags;
};

/* Every origin with a file comes from one of the sources: they have the same names. */
static const struct source *find_source(const struct checker *k, const struct origin *o)
{
	VEC_FOREACH (src, k->sources)
		if (strcmp((*src)->name, o->file) == 0)
			return *src;
	return NULL;
}

#define report(k, severity, origin, ...)                                                           \
	diags_add((k)->diags, severity, find_source(k, origin),                                    \
		  (struct mark){(origin)->line, (origin)->col, 1}, __VA_ARGS__)

static void check_class(struct checker *k, const char *name, const struct origin *origin)
{
	const char *names[CONFIG_MAX_CLASSES] = {}, *closest;
	_cleanup_free_ char *shown = NULL;
	size_t n = 0;

	if (config_find_class(k->config, name))
		return;
	VEC_FOREACH (class, &k->config->classes)
		names[n++] = class->name;
	shown = text_escape(name, TEXT_ESCAPE_MAX);
	closest = text_closest(name, names, n);
	if (closest)
		report(k, DIAG_ERROR, origin, "there is no class \"%s\"; did you mean %s?", shown,
		       closest);
	else
		report(k, DIAG_ERROR, origin, "there is no class \"%s\"", shown);
}

static void check_namespace(struct checker *k, const struct namespace *ns)
{
	VEC_FOREACH (class, &ns->classes)
		check_class(k, class->text, &class->origin);
	if (ns->min_weight.set && ns->max_weight.set && ns->max_weight.value < ns->min_weight.value)
		report(k, DIAG_ERROR, &ns->max_weight.origin,
		       "max_weight %u is less than min_weight %u", ns->max_weight.value,
		       ns->min_weight.value);
	if (ns->raw_weights.value && !ns->max_weight.set)
		report(k, DIAG_ERROR, &ns->raw_weights.origin,
		       "raw_weights needs a max_weight beside it: a pod could ask for any weight");
}

/* Does everything that a asks for stand in b, word by word? */
static bool text_covers(const char *a, const char *b)
{
	return !a || (b && strcmp(a, b) == 0);
}

static bool labels_cover(const struct labels *a, const struct labels *b)
{
	VEC_FOREACH (label, a) {
		bool found = false;

		VEC_FOREACH (other, b)
			found = found || (strcmp(label->key, other->key) == 0 &&
					  strcmp(label->value, other->value) == 0);
		if (!found)
			return false;
	}
	return true;
}

/*
 * Whatever b matches, a matches as well, by what is written; globs are not reasoned about. A pod
 * alone is the pod's own cgroup, and with a container that of the container.
 */
static bool match_covers(const struct match *a, const struct match *b)
{
	if (match_asks_pod(a) && !match_asks_container(a) && match_asks_container(b))
		return false;
	return text_covers(a->cgroup, b->cgroup) && text_covers(a->unit, b->unit) &&
	       text_covers(a->container, b->container) && labels_cover(&a->labels, &b->labels) &&
	       text_covers(a->pod_namespace, b->pod_namespace) &&
	       text_covers(a->pod_name, b->pod_name) &&
	       labels_cover(&a->pod_labels, &b->pod_labels);
}

/* A later file that takes precedence over an earlier one does so on purpose, so only rules of
 * the same file are compared. */
static void check_reachable(struct checker *k, const struct rule *rule)
{
	/* A mistake may have cost a rule part of its match, which would make it look too wide. */
	if (k->diags->n_errors > 0)
		return;
	VEC_FOREACH (earlier, &k->config->rules) {
		if (earlier == rule)
			return;
		if (strcmp(earlier->origin.file, rule->origin.file) != 0 ||
		    !match_covers(&earlier->match, &rule->match))
			continue;
		report(k, DIAG_WARNING, &rule->origin,
		       "this rule never counts: the one in line %u matches all of its cgroups "
		       "first",
		       earlier->origin.line);
		return;
	}
}

/* The most common slip: `unit: postgresql`, which systemctl accepts and no unit is called. */
static void check_unit(struct checker *k, const struct rule *rule)
{
	_cleanup_free_ char *shown = NULL;

	if (!rule->match.unit || strpbrk(rule->match.unit, ".*?["))
		return;
	shown = text_escape(rule->match.unit, TEXT_ESCAPE_MAX);
	report(k, DIAG_WARNING, &rule->origin,
	       "no unit is called \"%s\": names of units end in .service, .scope or .slice", shown);
}

static void check_rule(struct checker *k, const struct rule *rule)
{
	if (rule->class)
		check_class(k, rule->class, &rule->class_origin);
	check_unit(k, rule);
	check_reachable(k, rule);
}

/* Who listens at a port without a certificate may be anybody. */
static void check_kubelet(struct checker *k, const struct kubelet_access *kubelet)
{
	if (kubelet->token_file && !kubelet->url)
		report(k, DIAG_ERROR, &kubelet->token_origin,
		       "token_file is of no use without a url for the kubelet");
	if (kubelet->token_file && kubelet->url && strncmp(kubelet->url, "https://", 8) != 0)
		report(k, DIAG_ERROR, &kubelet->url_origin,
		       "a token is shown over https only, because it would be anybody's");
}

void config_check(const struct config *c, const struct sources *sources, struct diags *diags)
{
	struct checker k = {.config = c, .sources = sources, .diags = diags};

	VEC_FOREACH (rule, &c->rules)
		check_rule(&k, rule);
	VEC_FOREACH (ns, &c->namespaces)
		check_namespace(&k, ns);
	check_kubelet(&k, &c->kubelet);
}
