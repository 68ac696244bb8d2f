/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kinds of scenarios that there are, and what is asked of a scheduler in each: its bars. The
 * table in cases.c is the only list of them.
 */
#ifndef MODEL_CASES_H
#define MODEL_CASES_H

#include "bars.h"
#include "scenario.h"

#define CASE_MAX_BARS 3

struct model_case {
	const char *name;
	const char *summary;
	struct scenario *(*build)(uint64_t seed); /* the caller frees it */
	/* For a bar that compares two scenarios: the other one, or NULL. */
	struct scenario *(*build_other)(uint64_t seed);
	bool is_slow; /* a sweep leaves it out unless it is named */
	const struct model_bar *bars[CASE_MAX_BARS + 1]; /* ended by NULL */
};

/* Ended by one without a name. */
extern const struct model_case model_cases[];
const struct model_case *model_case_find(const char *name);

struct scenario *case_build_busy(uint64_t seed);
struct scenario *case_build_slices(uint64_t seed);
struct scenario *case_build_churn(uint64_t seed);
struct scenario *case_build_herd(uint64_t seed);
struct scenario *case_build_infeasible(uint64_t seed);
struct scenario *case_build_affinity(uint64_t seed);
struct scenario *case_build_weights(uint64_t seed);
struct scenario *case_build_children(uint64_t seed);
struct scenario *case_build_one_child(uint64_t seed);
struct scenario *case_build_lifecycle(uint64_t seed);
struct scenario *case_build_big(uint64_t seed);

#endif
