// SPDX-License-Identifier: GPL-2.0-only
/* What pods ask for, and what they get of it. See annotation.h. */
#include "policy/annotation.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../bpf/cgfifo.h"
#include "policy/step.h"
#include "util/parse.h"

#define KEY_CLASS  ANNOTATION_PREFIX "class"
#define KEY_WEIGHT ANNOTATION_PREFIX "weight"

static const char not_listed[] = "the configuration does not list this pod's namespace";
static const char no_such_class[] = "not among the classes of this pod's namespace";
static const char no_numbers[] = "this pod's namespace has no raw_weights";
static const char no_number[] = "not a whole number from 1 to 10000";

static void refuse(struct verdict *v, const struct pair *asked, const char *reason)
{
	struct verdict_step *s = verdict_add(v, STEP_REFUSED, asked->key, NULL);

	s->value = asked->value;
	s->reason = reason;
}

static struct verdict_step *accept(struct verdict *v, const struct pair *asked,
				   const struct namespace *ns)
{
	struct verdict_step *s = verdict_add(v, STEP_ANNOTATION, asked->key, &ns->origin);

	s->value = asked->value;
	return s;
}

static bool may_name(const struct namespace *ns, const char *class)
{
	VEC_FOREACH (name, &ns->classes)
		if (strcmp(name->text, class) == 0)
			return true;
	return false;
}

static void take_class(struct verdict *v, const struct config *c, const struct namespace *ns,
		       const struct pair *asked)
{
	const struct class *class = config_find_class(c, asked->value);
	struct verdict_step *s;

	if (!class || !may_name(ns, asked->value)) {
		refuse(v, asked, no_such_class);
		return;
	}
	s = accept(v, asked, ns);
	verdict_give_weight(v, s, class->params.weight.value, SOURCE_ANNOTATION);
	verdict_give_for_tasks(v, s, &class->params);
	verdict_give_isolate(v, s, &class->params.isolate);
}

/* A number that is too large was meant as "much", and is cut; what is no number is refused. */
static void take_weight(struct verdict *v, const struct namespace *ns, const struct pair *asked)
{
	uint32_t weight = 0;
	int r = parse_u32(asked->value, 0, UINT32_MAX, &weight);

	if (r == -ERANGE)
		weight = UINT32_MAX;
	if (!ns->raw_weights.value)
		refuse(v, asked, no_numbers);
	else if (weight == 0)
		refuse(v, asked, no_number);
	else
		verdict_give_weight(v, accept(v, asked, ns), weight, SOURCE_ANNOTATION);
}

static void bound(struct verdict *v, const char *name, uint32_t to, const struct origin *origin)
{
	uint32_t from = v->weight;
	struct verdict_step *s = verdict_add(v, STEP_BOUND, name, origin);

	s->from = from;
	verdict_give_weight(v, s, to, SOURCE_ANNOTATION);
}

/* What annotations gave; the weight of a rule is the administrator's own word. */
static void keep_within_bounds(struct verdict *v, const struct namespace *ns)
{
	static const struct origin format;

	if (v->source != SOURCE_ANNOTATION)
		return;
	if (ns->max_weight.set && v->weight > ns->max_weight.value)
		bound(v, "max_weight", ns->max_weight.value, &ns->max_weight.origin);
	else if (ns->min_weight.set && v->weight < ns->min_weight.value)
		bound(v, "min_weight", ns->min_weight.value, &ns->min_weight.origin);
	else if (v->weight > CGFIFO_WEIGHT_MAX)
		bound(v, "the largest weight", CGFIFO_WEIGHT_MAX, &format);
}

static const struct pair *find(const struct facts *facts, const char *key)
{
	VEC_FOREACH (pair, &facts->annotations)
		if (strcmp(pair->key, key) == 0)
			return pair;
	return NULL;
}

/* The annotations that are about this cgroup. */
static void find_asked(const struct identity *id, const struct facts *facts,
		       const struct pair **ret_class, const struct pair **ret_weight)
{
	char key[FACTS_MAX_TEXT + sizeof(KEY_WEIGHT) + 1];

	if (id->kind == IDENTITY_POD) {
		*ret_class = find(facts, KEY_CLASS);
		*ret_weight = find(facts, KEY_WEIGHT);
	} else if (id->kind == IDENTITY_CONTAINER && facts->container) {
		snprintf(key, sizeof(key), "%s.%s", KEY_WEIGHT, facts->container);
		*ret_weight = find(facts, key);
	}
}

void annotation_apply(struct verdict *v, const struct config *c, const struct identity *id,
		      const struct facts *facts)
{
	const struct pair *class = NULL, *weight = NULL;
	const struct namespace *ns;

	if (!id->own || id->user_unit || !facts->pod_namespace)
		return;
	find_asked(id, facts, &class, &weight);
	ns = config_find_namespace(c, facts->pod_namespace);
	if (class && !ns)
		refuse(v, class, not_listed);
	if (weight && !ns)
		refuse(v, weight, not_listed);
	if (!ns)
		return;
	if (class)
		take_class(v, c, ns, class);
	if (weight)
		take_weight(v, ns, weight);
	keep_within_bounds(v, ns);
}
