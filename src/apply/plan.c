// SPDX-License-Identifier: GPL-2.0-only
/* Differences between wanted and applied, see plan.h. */
#include "apply/plan.h"

#include <string.h>

#include "util/alloc.h"

/* One change per cgroup that is wanted, and one per cgroup of which something is in force. */
#define PLAN_MAX_CHANGES (2 * TREE_MAX_NODES)

void wanted_done(struct wanted_list *list)
{
	VEC_FOREACH (w, list) {
		free(w->path);
		free(w->name);
	}
	VEC_DONE(list);
}

void wanted_add(struct wanted_list *list, uint64_t id, const char *path, const char *name,
		const struct verdict *v)
{
	struct wanted *w = VEC_PUSH(list, TREE_MAX_NODES);

	if (!w)
		return;
	*w = (struct wanted){.id = id, .path = xstrdup(path), .verdict = *v};
	if (name)
		w->name = xstrdup(name);
}

void plan_done(struct plan *p)
{
	VEC_DONE(&p->changes);
}

static void add(struct plan *p, enum change_kind kind, uint64_t id, struct applied *a,
		const struct wanted *w)
{
	struct change *c = VEC_PUSH(&p->changes, PLAN_MAX_CHANGES);

	if (c)
		*c = (struct change){.kind = kind, .id = id, .applied = a, .wanted = w};
}

static bool conf_is_wanted(const struct applied *a, const struct verdict *v)
{
	return a->conf.weight == v->weight && a->conf.slice_us == v->slice_us &&
	       a->conf.policy == v->policy && a->conf.isolate == v->isolate;
}

/* Also what it is called, which may be known only now. */
static bool reason_is_wanted(const struct applied *a, const struct wanted *w)
{
	char origin[512];

	verdict_origin(&w->verdict, origin, sizeof(origin));
	return a->source == w->verdict.source && strcmp(a->origin, origin) == 0 &&
	       (!w->name || strcmp(a->name, w->name) == 0);
}

static void plan_wanted(struct plan *p, const struct wanted *w, struct applied *a)
{
	if (!a || a->stale || !conf_is_wanted(a, &w->verdict))
		add(p, CHANGE_SET, w->id, a, w);
	else if (!reason_is_wanted(a, w))
		add(p, CHANGE_REASON, w->id, a, w);
}

void plan_one(struct plan *p, uint64_t id, const struct wanted *w, const struct idmap *applied)
{
	struct applied *a = idmap_get(applied, id);

	if (w)
		plan_wanted(p, w, a);
	else if (a)
		add(p, CHANGE_UNSET, id, a, NULL);
}

/* Mark what is wanted; what has no mark then is not. */
static void plan_unwanted(struct plan *p, const struct wanted_list *wanted,
			  const struct idmap *applied, const struct tree *tree)
{
	static unsigned int round;
	struct applied *a;

	round++;
	for (size_t i = 0; i < wanted->n; i++) {
		a = idmap_get(applied, wanted->items[i].id);
		if (a)
			a->wanted = round;
	}
	idmap_for_each (applied, pos, a)
		if (a->wanted != round)
			add(p, tree_find(tree, a->id) ? CHANGE_UNSET : CHANGE_FORGET, a->id, a,
			    NULL);
}

void plan_all(struct plan *p, const struct wanted_list *wanted, const struct idmap *applied,
	      const struct tree *tree)
{
	plan_unwanted(p, wanted, applied, tree);
	for (size_t i = 0; i < wanted->n; i++)
		plan_wanted(p, &wanted->items[i], idmap_get(applied, wanted->items[i].id));
}
