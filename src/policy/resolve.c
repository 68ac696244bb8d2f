// SPDX-License-Identifier: GPL-2.0-only
/* Decisions, see resolve.h. */
#include "policy/resolve.h"

#include <stdio.h>

#include "policy/match.h"

static const struct rule *first_match(const struct config *c, const struct identity *id,
				      const char *path)
{
	for (size_t i = 0; i < c->rules.n; i++)
		if (match_applies(&c->rules.items[i].match, id, path))
			return &c->rules.items[i];
	return NULL;
}

static enum verdict_source weight_source(const struct config *c, const struct rule *rule)
{
	const struct class *class = rule->class ? config_find_class(c, rule->class) : NULL;

	if (rule->params.weight.set)
		return SOURCE_RULE;
	if (class && class->params.weight.set)
		return SOURCE_CLASS;
	return c->defaults.weight.set ? SOURCE_DEFAULT : SOURCE_OWN;
}

struct verdict resolve(const struct config *c, const struct identity *id, const char *path)
{
	const struct rule *rule = first_match(c, id, path);
	struct params params;

	if (!rule)
		return (struct verdict){.source = SOURCE_OWN};
	params = config_rule_params(c, rule);
	return (struct verdict){
		.weight = params.weight.value,
		.slice_us = params.slice_us.value,
		.source = weight_source(c, rule),
		.rule = rule,
	};
}

bool verdict_is_empty(const struct verdict *v)
{
	return v->weight == 0 && v->slice_us == 0;
}

const char *verdict_source_name(enum verdict_source source)
{
	static const char *const names[] = {
		[SOURCE_OWN] = "cgroup",      [SOURCE_RULE] = "rule",
		[SOURCE_CLASS] = "class",     [SOURCE_DEFAULT] = "default",
		[SOURCE_UNKNOWN] = "unknown",
	};
	_Static_assert(ARRAY_SIZE(names) == SOURCE_N, "a name for each source");

	return source < SOURCE_N ? names[source] : "unknown";
}

void verdict_origin(const struct verdict *v, char *buf, size_t size)
{
	if (v->rule && v->rule->origin.file)
		snprintf(buf, size, "%s:%u", v->rule->origin.file, v->rule->origin.line);
	else
		buf[0] = '\0';
}

void verdict_explain(const struct verdict *v, char *buf, size_t size)
{
	const struct rule *rule = v->rule;
	const char *class = rule && v->source == SOURCE_CLASS ? rule->class : NULL;

	if (!rule) {
		snprintf(buf, size, "no rule, its own cpu.weight");
		return;
	}
	snprintf(buf, size, "rule%s%s%s at %s:%u%s%s%s", rule->name ? " \"" : "",
		 rule->name ? rule->name : "", rule->name ? "\"" : "",
		 rule->origin.file ? rule->origin.file : "?", rule->origin.line,
		 class ? ", class " : "", class ? class : "",
		 v->source == SOURCE_DEFAULT ? ", defaults" : "");
}
