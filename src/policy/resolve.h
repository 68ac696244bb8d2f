/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What should a cgroup have, and why? The one place where rules become decisions. Non-logging, no
 * I/O: the answer depends on nothing but the arguments.
 *
 * The first rule that matches wins. What it leaves open its class may say, and then the defaults.
 * A cgroup that no rule matches keeps its own cpu.weight: defaults are for what rules leave open,
 * and are not a rule for everything.
 */
#ifndef POLICY_RESOLVE_H
#define POLICY_RESOLVE_H

#include <stdint.h>

#include "config/config.h"
#include "identity/identity.h"

/* Where a weight comes from. The numbers travel in snapshots: add at the end. */
enum verdict_source {
	SOURCE_OWN,	/* the cgroup's cpu.weight: whoever wrote that decides */
	SOURCE_RULE,	/* written in a rule */
	SOURCE_CLASS,	/* the rule names a class, which says it */
	SOURCE_DEFAULT, /* a rule matches, and defaults say it */
	SOURCE_UNKNOWN, /* somebody set it, and the one who knows why does not run */
	SOURCE_N,
};

/* Points into the config it was made from. */
struct verdict {
	uint32_t weight;   /* 0: none, the cgroup's own counts */
	uint32_t slice_us; /* 0: none, the scheduler's default counts */
	enum verdict_source source;
	const struct rule *rule; /* the one that matched, or NULL */
};

struct verdict resolve(const struct config *c, const struct identity *id, const char *path);

/* Is there anything to put in force? */
bool verdict_is_empty(const struct verdict *v);

/* "rule", "class": one word, for tables and JSON. */
const char *verdict_source_name(enum verdict_source source);

/*
 * Why, as part of a sentence: rule "web" at /etc/cgfifo/cgfifo.yaml:7, class gold. Cut at size;
 * what the file calls its rules is escaped when it is shown, not here.
 */
void verdict_explain(const struct verdict *v, char *buf, size_t size);

/* FILE:LINE of the rule, or "". */
void verdict_origin(const struct verdict *v, char *buf, size_t size);

#endif
