// SPDX-License-Identifier: GPL-2.0-only
/* Differences between wanted and applied, see plan.h. */
#include "apply/plan.h"

#include <string.h>

#include "cgroup/tree.h"

/* One change per cgroup that exists, and one per cgroup that was forgotten. */
#define PLAN_MAX_CHANGES (2 * TREE_MAX_NODES)

void plan_done(struct plan *p)
{
	VEC_DONE(&p->changes);
}

static void add(struct plan *p, enum change_kind kind, struct applied *a, const struct wanted *w)
{
	struct change *c = VEC_PUSH(&p->changes, PLAN_MAX_CHANGES);

	if (c)
		*c = (struct change){
			.kind = kind,
			.id = w ? w->id : a->id,
			.applied = a,
			.wanted = w,
		};
}

static bool conf_is_wanted(const struct applied *a, const struct verdict *v)
{
	return a->conf.weight == v->weight && a->conf.slice_us == v->slice_us;
}

static bool reason_is_wanted(const struct applied *a, const struct verdict *v)
{
	char origin[512];

	verdict_origin(v, origin, sizeof(origin));
	return a->source == v->source && strcmp(a->origin, origin) == 0;
}

/* The change that this cgroup needs, into *ret; false: none. */
static bool needs_change(const struct wanted *w, const struct applied *a, enum change_kind *ret)
{
	if (verdict_is_empty(&w->verdict)) {
		*ret = CHANGE_UNSET;
		return a != NULL;
	}
	*ret = CHANGE_SET;
	if (!a || a->stale || !conf_is_wanted(a, &w->verdict))
		return true;
	*ret = CHANGE_REASON;
	return !reason_is_wanted(a, &w->verdict);
}

void plan_one(struct plan *p, const struct wanted *w, const struct idmap *applied)
{
	struct applied *a = idmap_get(applied, w->id);
	enum change_kind kind;

	if (needs_change(w, a, &kind))
		add(p, kind, a, w);
}

/* Mark whom wanted knows; who has no mark then is gone. */
static void plan_forgets(struct plan *p, const struct wanted *wanted, size_t n,
			 const struct idmap *applied)
{
	static unsigned int round;
	struct applied *a;

	round++;
	for (size_t i = 0; i < n; i++) {
		a = idmap_get(applied, wanted[i].id);
		if (a)
			a->seen = round;
	}
	idmap_for_each(applied, pos, a)
		if (a->seen != round)
			add(p, CHANGE_FORGET, a, NULL);
}

void plan_all(struct plan *p, const struct wanted *wanted, size_t n, const struct idmap *applied)
{
	enum change_kind kind;

	plan_forgets(p, wanted, n, applied);
	for (int giving = 0; giving <= 1; giving++)
		for (size_t i = 0; i < n; i++) {
			struct applied *a = idmap_get(applied, wanted[i].id);

			if (needs_change(&wanted[i], a, &kind) && (kind != CHANGE_UNSET) == giving)
				add(p, kind, a, &wanted[i]);
		}
}
