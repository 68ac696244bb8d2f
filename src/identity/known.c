// SPDX-License-Identifier: GPL-2.0-only
/* The table of facts, see known.h. */
#include "identity/known.h"

#include <stdio.h>
#include <stdlib.h>

#include "util/alloc.h"
#include "util/text.h"

static void cgroup_free(struct known_cgroup *c)
{
	if (!c)
		return;
	facts_free(c->facts);
	free(c->said);
	free(c);
}

void known_done(struct known *k)
{
	struct known_cgroup *c;

	idmap_for_each (&k->cgroups, pos, c)
		cgroup_free(c);
	idmap_done(&k->cgroups);
}

struct known_cgroup *known_find(const struct known *k, uint64_t id)
{
	return idmap_get(&k->cgroups, id);
}

struct known_cgroup *known_get(struct known *k, uint64_t id)
{
	struct known_cgroup *c = known_find(k, id);

	if (!c) {
		c = xcalloc(1, sizeof(*c));
		c->id = id;
		idmap_put(&k->cgroups, id, c);
	}
	return c;
}

static void tell_outer(struct known_cgroup *outer, const struct known_cgroup *c)
{
	facts_free(outer->facts);
	outer->facts = facts_new();
	facts_add(outer->facts, c->facts);
	outer->inner_id = c->id;
}

void known_set(struct known *k, struct known_cgroup *c, struct facts *facts)
{
	facts_free(c->facts);
	c->facts = facts;
	if (c->outer_id)
		tell_outer(known_get(k, c->outer_id), c);
}

static const struct known_cgroup *find_inside(const struct known *k, uint64_t outer_id)
{
	const struct known_cgroup *c;

	idmap_for_each (&k->cgroups, pos, c)
		if (c->outer_id == outer_id && c->facts)
			return c;
	return NULL;
}

void known_remove(struct known *k, uint64_t id)
{
	struct known_cgroup *c = idmap_remove(&k->cgroups, id);
	struct known_cgroup *outer = c ? known_find(k, c->outer_id) : NULL;
	const struct known_cgroup *other;

	/* Two may be in a unit, such as one that helps the other for a while. */
	if (outer && outer->inner_id == id) {
		other = find_inside(k, outer->id);
		if (other)
			tell_outer(outer, other);
		else
			cgroup_free(idmap_remove(&k->cgroups, outer->id));
	}
	cgroup_free(c);
}

const struct facts *known_facts(const struct known *k, uint64_t id)
{
	const struct known_cgroup *c = known_find(k, id);

	return c ? c->facts : NULL;
}

const struct facts *known_facts_for_rules(const struct known *k, uint64_t id)
{
	const struct known_cgroup *c = known_find(k, id);

	return c && !c->outer_id ? c->facts : NULL;
}

static void format(char *raw, size_t size, const struct identity *id, const struct facts *f)
{
	if (id->kind == IDENTITY_POD && f->pod_name && f->pod_namespace)
		snprintf(raw, size, "pod %s/%s", f->pod_namespace, f->pod_name);
	else if (id->kind == IDENTITY_CONTAINER && f->container)
		snprintf(raw, size, "%s %s", identity_runtime_name(id->runtime), f->container);
	else
		raw[0] = '\0';
}

const char *known_name(const struct identity *id, const struct facts *facts,
		       char buf[static IDENTITY_NAME_MAX])
{
	char raw[2 * FACTS_MAX_TEXT + 16] = "";

	if (facts)
		format(raw, sizeof(raw), id, facts);
	if (raw[0])
		identity_show(raw, buf);
	else
		snprintf(buf, IDENTITY_NAME_MAX, "%s", id->name);
	return buf;
}
