/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Building a verdict step by step: for resolve.c and annotation.c only. Non-logging, no I/O.
 */
#ifndef POLICY_STEP_H
#define POLICY_STEP_H

#include "policy/verdict.h"

/*
 * A new step at the end. name is borrowed; origin may be NULL. When there are too many (which the
 * rules for steps exclude) the last one is used again.
 */
struct verdict_step *verdict_add(struct verdict *v, enum step_kind kind, const char *name,
				 const struct origin *origin);

/* The step gives this, which counts from now on; 0: it gives none, and nothing changes. */
void verdict_give_weight(struct verdict *v, struct verdict_step *s, uint32_t weight,
			 enum verdict_source source);
void verdict_give_slice(struct verdict *v, struct verdict_step *s, uint32_t slice_us);
void verdict_give_policy(struct verdict *v, struct verdict_step *s, uint32_t policy);
void verdict_give_isolate(struct verdict *v, struct verdict_step *s, const struct param *isolate);
/* Likewise, what the params say of slice and policy. */
void verdict_give_for_tasks(struct verdict *v, struct verdict_step *s, const struct params *p);

#endif
