// SPDX-License-Identifier: GPL-2.0-only
/* Entries of the applier's memory, see applied.h. */
#include "apply/applied.h"

#include <string.h>

#include "identity/identity.h"
#include "util/alloc.h"
#include "util/cleanup.h"

static void set_text(char **to, const char *text)
{
	free(*to);
	*to = xstrdup(text);
}

struct applied *applied_new(uint64_t id)
{
	struct applied *e = xcalloc(1, sizeof(*e));

	e->id = id;
	e->origin = xstrdup("");
	e->path = xstrdup("");
	e->name = xstrdup("");
	return e;
}

struct applied *applied_free(struct applied *e)
{
	if (!e)
		return NULL;
	free(e->origin);
	free(e->path);
	free(e->name);
	free(e->unit);
	free(e);
	return NULL;
}

void applied_set_path(struct applied *e, const char *path)
{
	struct identity id;

	if (strcmp(e->path, path) == 0)
		return;
	identity_from_path(path, &id);
	set_text(&e->path, path);
	/* The last part of the path is a name in a tree, but not on a line of its own. */
	set_text(&e->name, id.kind == IDENTITY_OTHER ? path : id.name);
	if (!e->unit && id.unit_own && !id.user_unit)
		e->unit = xstrdup(id.unit);
}

void applied_set_name(struct applied *e, const char *name)
{
	set_text(&e->name, name);
}

void applied_set_reason(struct applied *e, const struct verdict *v)
{
	char origin[512];

	verdict_origin(v, origin, sizeof(origin));
	set_text(&e->origin, origin);
	e->source = v->source;
}
