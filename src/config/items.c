// SPDX-License-Identifier: GPL-2.0-only
/* Where the classes, rules and namespaces of a file go in struct config, see schema.h. */
#include <string.h>

#include "config/config.h"
#include "config/schema.h"
#include "util/alloc.h"

static void *class_add(struct config *c, const char *name, const struct origin *origin)
{
	struct class *class;

	VEC_FOREACH (known, &c->classes)
		if (strcmp(known->name, name) == 0)
			return known;
	class = VEC_PUSH(&c->classes, CONFIG_MAX_CLASSES);
	if (!class)
		return NULL;
	class->name = xstrdup(name);
	class->origin = *origin;
	return class;
}

static const void *class_at(const struct config *c, size_t i, const char **ret_name,
			    struct origin *ret_origin)
{
	if (i >= c->classes.n)
		return NULL;
	*ret_name = c->classes.items[i].name;
	*ret_origin = c->classes.items[i].origin;
	return &c->classes.items[i];
}

static void *rule_add(struct config *c, const char *name, const struct origin *origin)
{
	struct rule *rule = VEC_PUSH(&c->rules, CONFIG_MAX_RULES);

	(void)name;
	if (rule)
		rule->origin = *origin;
	return rule;
}

static const void *rule_at(const struct config *c, size_t i, const char **ret_name,
			   struct origin *ret_origin)
{
	if (i >= c->rules.n)
		return NULL;
	*ret_name = NULL;
	*ret_origin = c->rules.items[i].origin;
	return &c->rules.items[i];
}

static void *namespace_add(struct config *c, const char *name, const struct origin *origin)
{
	struct namespace *ns;

	VEC_FOREACH (known, &c->namespaces)
		if (strcmp(known->name, name) == 0)
			return known;
	ns = VEC_PUSH(&c->namespaces, CONFIG_MAX_NAMESPACES);
	if (!ns)
		return NULL;
	ns->name = xstrdup(name);
	ns->origin = *origin;
	return ns;
}

static const void *namespace_at(const struct config *c, size_t i, const char **ret_name,
				struct origin *ret_origin)
{
	if (i >= c->namespaces.n)
		return NULL;
	*ret_name = c->namespaces.items[i].name;
	*ret_origin = c->namespaces.items[i].origin;
	return &c->namespaces.items[i];
}

const struct schema_items schema_classes = {"class", class_add, class_at};
const struct schema_items schema_rules = {"rule", rule_add, rule_at};
const struct schema_items schema_namespaces = {"namespace", namespace_add, namespace_at};
