// SPDX-License-Identifier: GPL-2.0-only
/* From names to rows, see find.h. */
#include "report/find.h"

#include <stdbool.h>
#include <string.h>

#include "identity/identity.h"
#include "report/view.h"
#include "util/alloc.h"

#define ID_MIN 4

static bool is_path(const struct snapshot *s, const struct snapshot_row *row, const char *name)
{
	return strcmp(snapshot_string(s, row->path), name) == 0;
}

static bool is_unit(const char *unit, const char *name)
{
	size_t n = strlen(name);

	return unit[0] && strncmp(unit, name, n) == 0 &&
	       (unit[n] == '\0' || strcmp(unit + n, ".service") == 0);
}

/* The name of a container (of one that is all of a unit: the unit); NAMESPACE/NAME of a pod. */
static bool is_called(const struct snapshot *s, const struct snapshot_row *row,
		      const struct identity *id, const char *name)
{
	const char *container = snapshot_string(s, row->container);
	const char *pod = snapshot_string(s, row->pod_name);
	const char *namespace = snapshot_string(s, row->pod_namespace);
	size_t n = strlen(namespace);

	if (id->kind == IDENTITY_CONTAINER || id->kind == IDENTITY_UNIT)
		return container[0] && strcmp(container, name) == 0 &&
		       (id->unit_own || !id->unit[0]);
	return id->kind == IDENTITY_POD && n > 0 && strncmp(name, namespace, n) == 0 &&
	       name[n] == '/' && strcmp(name + n + 1, pod) == 0;
}

static bool is_thing(const struct snapshot *s, const struct snapshot_row *row, const char *name)
{
	size_t n = strlen(name);
	struct identity id;

	identity_from_path(snapshot_string(s, row->path), &id);
	if (!id.own)
		return false;
	return strcmp(snapshot_string(s, row->name), name) == 0 || strcmp(id.name, name) == 0 ||
	       (id.unit_own && is_unit(id.unit, name)) ||
	       (n >= ID_MIN && strncmp(id.container_id, name, n) == 0) ||
	       is_called(s, row, &id, name);
}

/* No user's own unit, nor what a service has in its cgroup and may call as it likes: who makes one
 * of the name does not take it away from the host's. */
static bool is_hosts_thing(const struct snapshot *s, const struct snapshot_row *row,
			   const char *name)
{
	struct identity id;

	identity_from_path(snapshot_string(s, row->path), &id);
	return !id.user_unit && (id.unit_own || !id.unit[0]) && is_thing(s, row, name);
}

static bool is_like(const struct snapshot *s, const struct snapshot_row *row, const char *name)
{
	return view_matches(name, snapshot_string(s, row->name), snapshot_string(s, row->path));
}

size_t find_rows(const struct snapshot *s, const char *name, size_t **ret)
{
	static bool (*const ways[])(const struct snapshot *s, const struct snapshot_row *row,
				    const char *name) = {is_path, is_hosts_thing, is_thing,
							 is_like};
	size_t *rows = xcalloc(snapshot_n_rows(s) + 1, sizeof(*rows)), n = 0;

	for (size_t way = 0; way < ARRAY_SIZE(ways) && n == 0; way++)
		for (size_t i = 0; i < snapshot_n_rows(s); i++)
			if (ways[way](s, snapshot_row(s, i), name))
				rows[n++] = i;
	*ret = rows;
	return n;
}
