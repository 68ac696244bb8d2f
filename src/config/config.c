// SPDX-License-Identifier: GPL-2.0-only
/* The typed form: its memory, and the questions that can be asked of it. See config.h. */
#include "config/config.h"

#include <stdlib.h>
#include <string.h>

static void labels_done(struct labels *l)
{
	VEC_FOREACH (label, l) {
		free(label->key);
		free(label->value);
	}
	VEC_DONE(l);
}

static void match_done(struct match *m)
{
	free(m->cgroup);
	free(m->unit);
	free(m->container);
	free(m->pod_namespace);
	free(m->pod_name);
	labels_done(&m->labels);
	labels_done(&m->pod_labels);
}

static void rule_done(struct rule *r)
{
	free(r->name);
	free(r->class);
	match_done(&r->match);
}

static void namespace_done(struct namespace *ns)
{
	free(ns->name);
	VEC_FOREACH (name, &ns->classes)
		free(name->text);
	VEC_DONE(&ns->classes);
}

struct config *config_free(struct config *c)
{
	if (!c)
		return NULL;
	VEC_FOREACH (class, &c->classes)
		free(class->name);
	VEC_FOREACH (rule, &c->rules)
		rule_done(rule);
	VEC_FOREACH (ns, &c->namespaces)
		namespace_done(ns);
	VEC_FOREACH (file, &c->files)
		free(*file);
	free(c->kubelet.url);
	free(c->kubelet.token_file);
	free(c->kubelet.ca_file);
	free(c->kubelet.cert_file);
	free(c->kubelet.key_file);
	free(c->manifests);
	VEC_DONE(&c->classes);
	VEC_DONE(&c->rules);
	VEC_DONE(&c->namespaces);
	VEC_DONE(&c->files);
	free(c);
	return NULL;
}

const struct class *config_find_class(const struct config *c, const char *name)
{
	VEC_FOREACH (class, &c->classes)
		if (strcmp(class->name, name) == 0)
			return class;
	return NULL;
}

const struct namespace *config_find_namespace(const struct config *c, const char *name)
{
	VEC_FOREACH (ns, &c->namespaces)
		if (strcmp(ns->name, name) == 0)
			return ns;
	return NULL;
}

bool match_asks_container(const struct match *m)
{
	return m->container || m->labels.n > 0;
}

bool match_asks_pod(const struct match *m)
{
	return m->pod_namespace || m->pod_name || m->pod_labels.n > 0;
}

static bool is_for_tasks(const struct params *p)
{
	return p->slice_us.set || p->policy.set;
}

bool config_is_for_tasks(const struct config *c)
{
	if (is_for_tasks(&c->defaults))
		return true;
	VEC_FOREACH (class, &c->classes)
		if (is_for_tasks(&class->params))
			return true;
	VEC_FOREACH (rule, &c->rules)
		if (is_for_tasks(&rule->params))
			return true;
	return false;
}
