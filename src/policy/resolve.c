// SPDX-License-Identifier: GPL-2.0-only
/* Decisions, see resolve.h. */
#include "policy/resolve.h"

#include "policy/annotation.h"
#include "policy/match.h"
#include "policy/step.h"

static const struct rule *first_match(const struct config *c, const struct identity *id,
				      const struct facts *facts, const char *path)
{
	for (size_t i = 0; i < c->rules.n; i++)
		if (match_applies(&c->rules.items[i].match, id, facts, path))
			return &c->rules.items[i];
	return NULL;
}

/* What defaults and classes give: the place is that of the weight, or of what else there is. */
static struct origin params_origin(const struct params *p)
{
	if (p->weight.set)
		return p->weight.origin;
	if (p->slice_us.set)
		return p->slice_us.origin;
	return p->policy.set ? p->policy.origin : p->isolate.origin;
}

static void take_params(struct verdict *v, enum step_kind kind, enum verdict_source source,
			const struct params *p, const char *name, const struct origin *origin)
{
	struct verdict_step *s = verdict_add(v, kind, name, origin);

	verdict_give_weight(v, s, p->weight.value, source);
	verdict_give_for_tasks(v, s, p);
	verdict_give_isolate(v, s, &p->isolate);
}

static void apply_rule(struct verdict *v, const struct config *c, const struct rule *rule)
{
	const struct params *d = &c->defaults;
	const struct class *class = rule->class ? config_find_class(c, rule->class) : NULL;
	struct origin origin = params_origin(d);

	v->rule = rule;
	if (d->weight.set || d->slice_us.set || d->policy.set || d->isolate.set)
		take_params(v, STEP_DEFAULT, SOURCE_DEFAULT, d, NULL, &origin);
	if (class)
		take_params(v, STEP_CLASS, SOURCE_CLASS, &class->params, class->name,
			    &class->origin);
	take_params(v, STEP_RULE, SOURCE_RULE, &rule->params, rule->name, &rule->origin);
}

struct verdict resolve(const struct config *c, const struct identity *id, const struct facts *facts,
		       const char *path)
{
	const struct rule *rule = first_match(c, id, facts, path);
	struct verdict v = {.source = SOURCE_OWN};

	if (rule)
		apply_rule(&v, c, rule);
	if (facts)
		annotation_apply(&v, c, id, facts);
	return v;
}
