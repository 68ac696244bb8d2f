// SPDX-License-Identifier: GPL-2.0-only
/* Verdicts: how their steps add up, and their words. See verdict.h. */
#include "policy/verdict.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/step.h"
#include "util/parse.h"
#include "util/text.h"

struct verdict_step *verdict_add(struct verdict *v, enum step_kind kind, const char *name,
				 const struct origin *origin)
{
	struct verdict_step *s = &v->steps[VERDICT_MAX_STEPS - 1];

	if (v->n_steps < VERDICT_MAX_STEPS)
		s = &v->steps[v->n_steps++];
	*s = (struct verdict_step){.kind = kind, .name = name};
	if (origin)
		s->origin = *origin;
	return s;
}

void verdict_give_weight(struct verdict *v, struct verdict_step *s, uint32_t weight,
			 enum verdict_source source)
{
	if (weight == 0)
		return;
	s->weight = v->weight = weight;
	v->source = source;
}

void verdict_give_slice(struct verdict *v, struct verdict_step *s, uint32_t slice_us)
{
	if (slice_us == 0)
		return;
	s->slice_us = v->slice_us = slice_us;
}

void verdict_override(struct verdict *v, uint32_t weight)
{
	verdict_give_weight(v, verdict_add(v, STEP_SET, NULL, NULL), weight, SOURCE_SET);
}

void verdict_give_policy(struct verdict *v, struct verdict_step *s, uint32_t policy)
{
	if (policy == CGFIFO_POLICY_UNSET)
		return;
	s->policy = v->policy = policy;
}

void verdict_give_isolate(struct verdict *v, struct verdict_step *s, const struct param *isolate)
{
	if (isolate->set)
		s->isolate = v->isolate = CGFIFO_ISOLATE_NONE + isolate->value;
}

void verdict_give_for_tasks(struct verdict *v, struct verdict_step *s, const struct params *p)
{
	verdict_give_slice(v, s, p->slice_us.value);
	if (p->policy.set)
		verdict_give_policy(v, s, CGFIFO_POLICY_FIFO + p->policy.value);
}

/* The steps that gave them become v's, without the weight, which is not inherited. */
void verdict_inherit(struct verdict *v, const struct verdict *around)
{
	for (unsigned int i = around->n_steps; i-- > 0;) {
		const struct verdict_step *from = &around->steps[i];
		uint32_t slice_us = v->slice_us ? 0 : from->slice_us;
		uint32_t policy = v->policy ? CGFIFO_POLICY_UNSET : from->policy;
		struct verdict_step *s;

		if (!slice_us && !policy)
			continue;
		s = verdict_add(v, from->kind, from->name, &from->origin);
		s->value = from->value;
		verdict_give_slice(v, s, slice_us);
		verdict_give_policy(v, s, policy);
		if (!v->rule)
			v->rule = around->rule;
	}
}

struct cgfifo_conf verdict_conf(const struct verdict *v)
{
	return (struct cgfifo_conf){
		.weight = v->weight,
		.slice_us = v->slice_us,
		.policy = v->policy,
		.isolate = v->isolate,
	};
}

bool verdict_is_empty(const struct verdict *v)
{
	return v->weight == 0 && v->slice_us == 0 && v->policy == CGFIFO_POLICY_UNSET &&
	       v->isolate == CGFIFO_ISOLATE_UNSET;
}

bool verdict_is_bounded(const struct verdict *v)
{
	for (unsigned int i = 0; i < v->n_steps; i++)
		if (v->steps[i].kind == STEP_BOUND || v->steps[i].kind == STEP_REFUSED)
			return true;
	return false;
}

const char *verdict_source_name(enum verdict_source source)
{
	static const char *const names[] = {
		[SOURCE_OWN] = "cgroup",      [SOURCE_RULE] = "rule",
		[SOURCE_CLASS] = "class",     [SOURCE_DEFAULT] = "default",
		[SOURCE_UNKNOWN] = "unknown", [SOURCE_ANNOTATION] = "annotation",
		[SOURCE_SET] = "set",
	};
	_Static_assert(ARRAY_SIZE(names) == SOURCE_N, "a name for each source");

	return source < SOURCE_N ? names[source] : "unknown";
}

const char *verdict_policy_name(uint32_t policy)
{
	_Static_assert(CGFIFO_POLICY_FAIR - CGFIFO_POLICY_FIFO == CONFIG_POLICY_FAIR, "order");

	if (policy < CGFIFO_POLICY_FIFO || policy > CGFIFO_POLICY_FAIR)
		return "";
	return config_policies[policy - CGFIFO_POLICY_FIFO];
}

const char *verdict_isolate_name(uint32_t isolate)
{
	_Static_assert(CGFIFO_ISOLATE_CORE - CGFIFO_ISOLATE_NONE == CONFIG_ISOLATE_CORE, "order");

	if (isolate < CGFIFO_ISOLATE_NONE || isolate > CGFIFO_ISOLATE_CORE)
		return "";
	return config_isolations[isolate - CGFIFO_ISOLATE_NONE];
}

void verdict_conf_text(const struct cgfifo_conf *conf, char *buf, size_t size)
{
	char weight[32] = "", slice[FORMAT_DURATION_LEN + 16] = "", usec[FORMAT_DURATION_LEN];
	const char *policy = verdict_policy_name(conf->policy);
	const char *isolate = verdict_isolate_name(conf->isolate);
	char all[128];

	if (conf->weight)
		snprintf(weight, sizeof(weight), ", weight %" PRIu32, conf->weight);
	if (conf->slice_us)
		snprintf(slice, sizeof(slice), ", slice %s",
			 format_duration_usec(conf->slice_us, usec));
	snprintf(all, sizeof(all), "%s%s%s%s%s%s", weight, slice, policy[0] ? ", policy " : "",
		 policy, isolate[0] ? ", isolate " : "", isolate);
	snprintf(buf, size, "%s", all[0] ? all + strlen(", ") : "");
}

/*
 * The step of this kind that decided about the weight: the last one that gave one. Where none did,
 * the last that gave something else. NULL: there is none.
 */
static const struct verdict_step *deciding_step(const struct verdict *v, enum step_kind kind)
{
	const struct verdict_step *last = NULL;

	for (unsigned int i = v->n_steps; i-- > 0;) {
		const struct verdict_step *s = &v->steps[i];

		if (s->kind != kind)
			continue;
		if (s->weight)
			return s;
		last = last ? last : s;
	}
	return last;
}

void verdict_origin(const struct verdict *v, char *buf, size_t size)
{
	const struct verdict_step *asked = deciding_step(v, STEP_ANNOTATION);
	const struct origin *o = v->rule ? &v->rule->origin : NULL;

	if (asked && (v->source == SOURCE_ANNOTATION || !o))
		o = &asked->origin;
	if (v->source == SOURCE_SET) /* no file says so */
		o = NULL;
	if (o && o->file)
		snprintf(buf, size, "%s:%u", o->file, o->line);
	else
		buf[0] = '\0';
}

/* annotation cgfifo.io/weight "900" -> 400 by max_weight at FILE:20 */
static void explain_annotation(const struct verdict *v, const struct verdict_step *asked, char *buf,
			       size_t size)
{
	const struct verdict_step *bound = deciding_step(v, STEP_BOUND);
	_cleanup_free_ char *key = text_escape(asked->name, TEXT_ESCAPE_MAX);
	_cleanup_free_ char *value = text_escape(asked->value, TEXT_ESCAPE_MAX);
	const char *file = asked->origin.file ? asked->origin.file : "?";

	if (!bound)
		snprintf(buf, size, "annotation %s \"%s\", which %s:%u allows", key, value, file,
			 asked->origin.line);
	else if (!bound->origin.file)
		snprintf(buf, size, "annotation %s \"%s\", cut to %s %" PRIu32, key, value,
			 bound->name, bound->weight);
	else
		snprintf(buf, size, "annotation %s \"%s\", %s %" PRIu32 " by %s at %s:%u", key,
			 value, bound->weight < bound->from ? "cut to" : "raised to", bound->weight,
			 bound->name, bound->origin.file, bound->origin.line);
}

void verdict_explain(const struct verdict *v, char *buf, size_t size)
{
	const struct verdict_step *asked = deciding_step(v, STEP_ANNOTATION);
	const struct rule *rule = v->rule;
	const char *class = rule && v->source == SOURCE_CLASS ? rule->class : NULL;

	if (v->source == SOURCE_SET) {
		snprintf(buf, size, "set by hand");
		return;
	}
	if (asked && (v->source == SOURCE_ANNOTATION || !rule)) {
		explain_annotation(v, asked, buf, size);
		return;
	}
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

/* ": weight 400, slice 1ms", or what else there is to say. */
static void step_result(const struct verdict_step *s, char *buf, size_t size)
{
	const struct cgfifo_conf conf = {
		.weight = s->weight,
		.slice_us = s->slice_us,
		.policy = s->policy,
		.isolate = s->isolate,
	};
	char text[96];

	verdict_conf_text(&conf, text, sizeof(text));
	if (s->kind == STEP_REFUSED)
		snprintf(buf, size, " does not count: %s", s->reason);
	else if (s->kind == STEP_BOUND)
		snprintf(buf, size, ": weight %" PRIu32 " -> %" PRIu32, s->from, s->weight);
	else
		snprintf(buf, size, ": %s", text[0] ? text : "no weight");
}

void verdict_step_text(const struct verdict_step *s, char *buf, size_t size)
{
	static const char *const kinds[] = {
		[STEP_DEFAULT] = "defaults", [STEP_CLASS] = "class",
		[STEP_RULE] = "rule",	     [STEP_ANNOTATION] = "annotation",
		[STEP_BOUND] = "bound",	     [STEP_REFUSED] = "annotation",
		[STEP_SET] = "set by hand",
	};
	_cleanup_free_ char *name = text_escape(s->name ? s->name : "", TEXT_ESCAPE_MAX);
	_cleanup_free_ char *value = text_escape(s->value ? s->value : "", TEXT_ESCAPE_MAX);
	_cleanup_free_ char *file = text_escape(s->origin.file ? s->origin.file : "", SIZE_MAX);
	char result[128], place[32] = "";
	const char *quote = s->kind == STEP_RULE && s->name ? "\"" : "";

	step_result(s, result, sizeof(result));
	if (s->origin.file)
		snprintf(place, sizeof(place), ":%u", s->origin.line);
	snprintf(buf, size, "%s%s%s%s%s%s%s%s%s%s%s%s", kinds[s->kind], s->name ? " " : "", quote,
		 name, quote, s->value ? " \"" : "", value, s->value ? "\"" : "",
		 s->origin.file ? (s->kind == STEP_ANNOTATION ? ", allowed at " : " at ") : "",
		 file, place, result);
}
