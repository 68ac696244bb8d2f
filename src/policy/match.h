/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is a rule about this cgroup? Non-logging, no I/O.
 *
 * A rule is about the cgroups that it matches themselves, never about what is below them: a weight
 * says how much a cgroup gets beside its siblings, and its children share that by their own
 * weights. So `unit:` means the cgroup that is the unit's own, and only units of the system's
 * systemd: a user may call a unit of theirs postgresql.service. `cgroup:` looks at the path alone,
 * and reaches everything.
 */
#ifndef POLICY_MATCH_H
#define POLICY_MATCH_H

#include <stdbool.h>

#include "config/config.h"
#include "identity/identity.h"

/* All globs that are given must match. The root cgroup has no siblings and matches nothing. */
bool match_applies(const struct match *m, const struct identity *id, const char *path);

#endif
