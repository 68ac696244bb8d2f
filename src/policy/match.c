// SPDX-License-Identifier: GPL-2.0-only
/* Rules against cgroups, see match.h. */
#include "policy/match.h"

#include "policy/glob.h"

static bool unit_matches(const char *glob, const struct identity *id)
{
	return id->unit_own && !id->user_unit && glob_matches_name(glob, id->unit);
}

static bool text_matches(const char *glob, const char *text)
{
	return !glob || (text && glob_matches_name(glob, text));
}

static bool labels_match(const struct labels *wanted, const struct pairs *there)
{
	VEC_FOREACH (label, wanted) {
		const char *value = there ? pairs_get(there, label->key) : NULL;

		if (!value || !glob_matches_name(label->value, value))
			return false;
	}
	return true;
}

/* The facts of a unit that is one container (podman's Quadlet) are those of the container. */
static bool is_container(const struct identity *id, const struct facts *facts)
{
	return id->own && !id->user_unit &&
	       (id->kind == IDENTITY_CONTAINER ||
		(id->kind == IDENTITY_UNIT && facts && facts->container));
}

static bool container_matches(const struct match *m, const struct identity *id,
			      const struct facts *facts)
{
	const char *name =
		facts && facts->container ? facts->container : identity_container_name(id);

	return is_container(id, facts) && text_matches(m->container, name) &&
	       labels_match(&m->labels, facts ? &facts->labels : NULL);
}

static bool pod_matches(const struct match *m, const struct identity *id, const struct facts *facts)
{
	if (!facts || !id->own || id->user_unit)
		return false;
	if (id->kind != IDENTITY_POD && !match_asks_container(m))
		return false;
	return text_matches(m->pod_namespace, facts->pod_namespace) &&
	       text_matches(m->pod_name, facts->pod_name) &&
	       labels_match(&m->pod_labels, &facts->pod_labels);
}

bool match_applies(const struct match *m, const struct identity *id, const struct facts *facts,
		   const char *path)
{
	bool asks = m->unit || m->cgroup || match_asks_container(m) || match_asks_pod(m);

	if (id->kind == IDENTITY_ROOT || !asks)
		return false;
	if (m->unit && !unit_matches(m->unit, id))
		return false;
	if (match_asks_container(m) && !container_matches(m, id, facts))
		return false;
	if (match_asks_pod(m) && !pod_matches(m, id, facts))
		return false;
	return !m->cgroup || glob_matches_path(m->cgroup, path);
}
