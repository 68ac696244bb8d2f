/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The answer to "what should this cgroup have?", with the way that led there, and its words.
 * Non-logging, no I/O.
 *
 * The steps are in the order in which they count: the defaults, the rule's class, the rule itself,
 * then what the pod asks for and the bounds that keep it within what the administrator allowed.
 * A later step replaces what an earlier one gave.
 */
#ifndef POLICY_VERDICT_H
#define POLICY_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../bpf/cgfifo.h"
#include "config/config.h"

/* Where a weight comes from. The numbers travel in snapshots: add at the end. */
enum verdict_source {
	SOURCE_OWN,	   /* the cgroup's cpu.weight: whoever wrote that decides */
	SOURCE_RULE,	   /* written in a rule */
	SOURCE_CLASS,	   /* the rule names a class, which says it */
	SOURCE_DEFAULT,	   /* a rule matches, and defaults say it */
	SOURCE_UNKNOWN,	   /* somebody set it, and the one who knows why does not run */
	SOURCE_ANNOTATION, /* the pod asks for it, and may */
	SOURCE_SET,	   /* somebody set it by hand */
	SOURCE_N,
};

enum step_kind {
	STEP_DEFAULT,	 /* what the defaults give */
	STEP_CLASS,	 /* what the rule's class gives; name: the class */
	STEP_RULE,	 /* the rule that matches, and what it gives itself; name: the rule's */
	STEP_ANNOTATION, /* what an annotation gives; name: its key, value: its text */
	STEP_BOUND, /* a bound of the namespace cut or raised it; name: min_weight or max_weight */
	STEP_REFUSED, /* an annotation that does not count; name, value: its own; reason: why */
	STEP_SET,     /* set by hand */
};

struct verdict_step {
	enum step_kind kind;
	uint32_t weight;    /* what it gives; 0: nothing */
	uint32_t slice_us;  /* likewise */
	uint32_t policy;    /* likewise; enum cgfifo_policy */
	uint32_t isolate;   /* likewise; enum cgfifo_isolate */
	uint32_t from;	    /* STEP_BOUND: the weight before */
	const char *name;   /* or NULL */
	const char *value;  /* of an annotation: whatever somebody wrote there */
	const char *reason; /* of STEP_REFUSED */
	struct origin
		origin; /* where an administrator wrote it: file is NULL for what no file says */
};

#define VERDICT_MAX_STEPS 12

/* Points into the config and the facts it was made from. */
struct verdict {
	uint32_t weight;   /* 0: none, the cgroup's own counts */
	uint32_t slice_us; /* 0: none, the scheduler's default counts */
	uint32_t policy;   /* enum cgfifo_policy, likewise */
	uint32_t isolate;  /* enum cgfifo_isolate, likewise */
	enum verdict_source source;
	const struct rule *rule; /* the one that matched, or NULL */
	unsigned int n_steps;
	struct verdict_step steps[VERDICT_MAX_STEPS];
};

/* Somebody set a weight by hand, which goes before all else. */
void verdict_override(struct verdict *v, uint32_t weight);

/*
 * The slice and the policy of a thing are for the tasks in it, and these may be in cgroups further
 * inside (crun and containers in pods do that): v takes those of the verdict about the cgroup
 * around it, unless it has its own. Who is isolated is so with all that is inside.
 */
void verdict_inherit(struct verdict *v, const struct verdict *around);

/* What the scheduler is to be told. */
struct cgfifo_conf verdict_conf(const struct verdict *v);

/* Is there anything to put in force? */
bool verdict_is_empty(const struct verdict *v);

/* Did a pod ask for something that it does not get, or not in full? */
bool verdict_is_bounded(const struct verdict *v);

/* "rule", "class": one word, for tables and JSON. */
const char *verdict_source_name(enum verdict_source source);

/* "fair"; "" for CGFIFO_POLICY_UNSET, and for what is none. */
const char *verdict_policy_name(uint32_t policy);

/* "core"; "" for CGFIFO_ISOLATE_UNSET, and for what is none. */
const char *verdict_isolate_name(uint32_t isolate);

/* "weight 300, slice 1ms, policy fair, isolate core", as far as they are set. */
void verdict_conf_text(const struct cgfifo_conf *conf, char *buf, size_t size);

/*
 * Why, as part of a sentence: rule "web" at /etc/cgfifo/cgfifo.yaml:7, class gold. Cut at size;
 * what the file calls its rules is escaped when it is shown, not here.
 */
void verdict_explain(const struct verdict *v, char *buf, size_t size);

/* FILE:LINE of the rule, or of the namespace whose bounds let an annotation count, or "". */
void verdict_origin(const struct verdict *v, char *buf, size_t size);

/*
 * One step as a line of text, without a line break, fit to be shown:
 *   rule "front" at /etc/cgfifo/cgfifo.yaml:7: weight 400
 *   annotation cgfifo.io/weight "900", allowed at /etc/cgfifo/cgfifo.yaml:20: weight 900
 *   bound max_weight at /etc/cgfifo/cgfifo.yaml:20: weight 900 -> 400
 */
void verdict_step_text(const struct verdict_step *s, char *buf, size_t size);

#endif
