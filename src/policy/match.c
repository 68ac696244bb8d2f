// SPDX-License-Identifier: GPL-2.0-only
/* Rules against cgroups, see match.h. */
#include "policy/match.h"

#include "policy/glob.h"

/*
 * These need names that only the runtime knows. Until it is asked, a rule that has one of them
 * matches nothing: to ignore the condition would apply the rule to everything.
 */
static bool needs_runtime(const struct match *m)
{
	return m->container || m->pod_namespace || m->pod_name || m->pod_labels.n > 0;
}

static bool unit_matches(const char *glob, const struct identity *id)
{
	return id->unit_own && !id->user_unit && glob_matches_name(glob, id->unit);
}

bool match_applies(const struct match *m, const struct identity *id, const char *path)
{
	if (id->kind == IDENTITY_ROOT || needs_runtime(m) || (!m->unit && !m->cgroup))
		return false;
	if (m->unit && !unit_matches(m->unit, id))
		return false;
	return !m->cgroup || glob_matches_path(m->cgroup, path);
}
