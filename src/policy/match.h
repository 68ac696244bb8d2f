/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is a rule about this cgroup? Non-logging, no I/O.
 *
 * A rule is about the cgroups that it matches themselves, never about what is below them: a weight
 * says how much a cgroup gets beside its siblings, and its children share that by their own
 * weights. So each condition means one cgroup:
 *  - `unit:` the unit's own, and only of the system's systemd: a user may call a unit of theirs
 *    postgresql.service;
 *  - `container:` and `labels:` the outermost one that a container has to itself, not a user's
 *    container, and not what a container does inside;
 *  - `pod:` the pod's own; together with `container:` or `labels:`, that of a container in it;
 *  - `cgroup:` any, by its path alone.
 */
#ifndef POLICY_MATCH_H
#define POLICY_MATCH_H

#include <stdbool.h>

#include "config/config.h"
#include "identity/facts.h"
#include "identity/identity.h"

/*
 * All that is given must match. facts may be NULL; a condition about something that is not known
 * is not met. The root cgroup has no siblings and matches nothing.
 */
bool match_applies(const struct match *m, const struct identity *id, const struct facts *facts,
		   const char *path);

#endif
