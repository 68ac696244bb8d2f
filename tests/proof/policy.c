// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a pod can get by asking (policy/annotation.c), for every text that it may write and every
 * pair of bounds: never more than its namespace allows, and always a weight.
 */
#include "policy/annotation.c"

#include "proof.h"

/* parse_u32() is tested by itself; here it finds any number there is, one beyond the limits, or
 * none. */
int parse_u32(const char *s, uint32_t min, uint32_t max, uint32_t *ret)
{
	uint32_t value = nondet_u32();

	if (value < min || value > max || nondet_bool())
		return nondet_bool() ? -ERANGE : -EINVAL;
	*ret = value;
	return 0;
}

/* A bound as config/check.c lets it through, if it is there at all. */
static void some_bounds(struct namespace *ns)
{
	ns->max_weight.set = nondet_bool();
	ns->min_weight.set = nondet_bool();
	ns->max_weight.value = nondet_u32();
	ns->min_weight.value = nondet_u32();
	ns->raw_weights.value = nondet_bool();
	assume(ns->max_weight.value >= CGFIFO_WEIGHT_MIN &&
	       ns->max_weight.value <= CGFIFO_WEIGHT_MAX);
	assume(ns->min_weight.value >= CGFIFO_WEIGHT_MIN &&
	       ns->min_weight.value <= CGFIFO_WEIGHT_MAX);
	assume(!ns->max_weight.set || !ns->min_weight.set ||
	       ns->min_weight.value <= ns->max_weight.value);
}

/* A verdict so far: whatever the rules gave, in as many steps as there can be. */
static void some_verdict(struct verdict *v)
{
	v->weight = nondet_u32();
	v->source = nondet_u32();
	v->n_steps = nondet_u32();
	assume(v->weight <= CGFIFO_WEIGHT_MAX && v->source < SOURCE_N &&
	       v->n_steps <= VERDICT_MAX_STEPS);
	assume(v->source != SOURCE_ANNOTATION);
}

void proof_bounds(void)
{
	static struct namespace ns;
	static struct verdict v;
	struct pair asked = {.key = "", .value = ""};
	uint32_t before;

	some_bounds(&ns);
	some_verdict(&v);
	before = v.weight;
	take_weight(&v, &ns, &asked);
	keep_within_bounds(&v, &ns);

	prove(v.source == SOURCE_ANNOTATION || v.weight == before);
	prove(v.source != SOURCE_ANNOTATION || ns.raw_weights.value);
	prove(v.source != SOURCE_ANNOTATION || v.weight >= CGFIFO_WEIGHT_MIN);
	prove(v.source != SOURCE_ANNOTATION || v.weight <= CGFIFO_WEIGHT_MAX);
	prove(v.source != SOURCE_ANNOTATION || !ns.max_weight.set ||
	      v.weight <= ns.max_weight.value);
	prove(v.source != SOURCE_ANNOTATION || !ns.min_weight.set ||
	      v.weight >= ns.min_weight.value);
	prove(v.n_steps <= VERDICT_MAX_STEPS);
}
