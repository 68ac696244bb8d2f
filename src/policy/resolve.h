/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What should a cgroup have, and why? The one place where rules become decisions. Non-logging, no
 * I/O: the answer depends on nothing but the arguments.
 *
 * The first rule that matches wins. What it leaves open its class may say, and then the defaults.
 * What a pod's annotations ask for goes before all of that, as far as its namespace may ask (see
 * annotation.h). A cgroup that neither is about keeps its own cpu.weight: defaults are for what
 * rules leave open, and are not a rule for everything.
 */
#ifndef POLICY_RESOLVE_H
#define POLICY_RESOLVE_H

#include "config/config.h"
#include "identity/facts.h"
#include "identity/identity.h"
#include "policy/verdict.h"

/* facts may be NULL: nothing is known but the path. */
struct verdict resolve(const struct config *c, const struct identity *id, const struct facts *facts,
		       const char *path);

#endif
