/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The life of a cgroup, and what the agent wants for it. Nothing here ever refuses a mkdir: a
 * cgroup for which there is no slot counts as its nearest ancestor.
 */
#ifndef CGROUP_BPF_H
#define CGROUP_BPF_H

#include "limit.bpf.h"

/* Slots whose FIFOs exist, and those with a queue for the policy fair; they keep them when they are
 * free. */
static PRIVATE(fifos) bool has_fifos[CGFIFO_MAX_SLOTS];
static PRIVATE(fifos) bool has_sorted[CGFIFO_MAX_SLOTS];

static const char string_format[] = "%s";

static __always_inline __u64 parent_cgid(struct cgroup *cgrp)
{
	struct cgroup_subsys_state *css = cgrp->self.parent;

	return css ? css->cgroup->kn->id : 0;
}

static __always_inline void event_send(__u32 type, struct cgroup *cgrp, __u32 weight)
{
	struct cgfifo_event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
	__u64 name;

	if (!e) {
		stat_add(CGFIFO_STAT_lost_events);
		return;
	}
	e->type = type;
	e->weight = weight;
	e->cgid = cgrp ? cgrp->kn->id : 0;
	e->hog = (struct cgfifo_hog){};
	e->parent_cgid = cgrp ? parent_cgid(cgrp) : 0;
	e->name[0] = 0;
	if (cgrp) {
		/* Not bpf_probe_read_kernel_str(): lockdown=confidentiality forbids it. */
		name = (__u64)cgrp->kn->name;
		bpf_snprintf(e->name, sizeof(e->name), string_format, &name, sizeof(name));
	}
	bpf_ringbuf_submit(e, 0);
}

static __always_inline __u32 slot_make(__u64 cgid, __u32 parent, __u32 level, __u32 weight)
{
	__u32 i;

	bpf_spin_lock(&order_lock);
	i = slot_make_locked(cgid, parent, level, weight);
	bpf_spin_unlock(&order_lock);
	return i;
}

/* Nobody has seen it yet. */
static __always_inline void slot_unmake(__u32 i)
{
	bpf_spin_lock(&order_lock);
	slot_free_locked(i);
	bpf_spin_unlock(&order_lock);
}

/* Also if it is there: where the last time there was room for one of a slot's only, or somebody
 * else makes it, too. */
static __always_inline bool queue_make(__u64 id)
{
	int r = scx_bpf_create_dsq(id, -1);

	return !r || r == -17; /* EEXIST */
}

static __always_inline bool fifos_make(__u32 i)
{
	i &= CGFIFO_MAX_SLOTS - 1;
	if (!has_fifos[i] && queue_make(slot_leaf(i, CGFIFO_FREE)) &&
	    queue_make(slot_leaf(i, CGFIFO_BOUND)))
		has_fifos[i] = true;
	return has_fifos[i];
}

/* Most cgroups never need it, so it is made when the first does. */
static __always_inline bool sorted_make(__u32 i)
{
	i &= CGFIFO_MAX_SLOTS - 1;
	if (!has_sorted[i] && queue_make(leaf_queue(i)))
		has_sorted[i] = true;
	return has_sorted[i];
}

__s32 BPF_STRUCT_OPS_SLEEPABLE(cgfifo_cgroup_init, struct cgroup *cgrp,
			       struct scx_cgroup_init_args *args)
{
	__u64 cgid = cgrp->kn->id;
	struct cgroup_subsys_state *css = cgrp->self.parent;
	__u32 parent, i, level;

	if (!css) { /* the root, the first one that the kernel shows */
		i = slot_make(cgid, CGFIFO_ROOT_SLOT, 0, args->weight);
		fifos_make(i);
		bpf_map_update_elem(&cgroups, &cgid, &i, BPF_ANY);
		return 0;
	}

	parent = slot_find(css->cgroup);
	level = slot_at(parent)->level + 1;
	if (level > CGFIFO_MAX_DEPTH)
		return 0;
	slot_get(parent);
	i = slot_make(cgid, parent, level, args->weight);
	if (i < CGFIFO_MAX_SLOTS &&
	    (!fifos_make(i) || bpf_map_update_elem(&cgroups, &cgid, &i, BPF_ANY))) {
		slot_unmake(i);
		i = CGFIFO_NO_SLOT;
	}
	if (i >= CGFIFO_MAX_SLOTS) {
		/* Never the last one: the parent's cgroup has another. */
		__sync_fetch_and_sub(&slot_at(parent)->nr_refs, 1);
		stat_add(CGFIFO_STAT_table_full);
		return 0;
	}
	limits_read(cgrp, i);
	event_send(CGFIFO_EVENT_CGROUP_NEW, cgrp, args->weight);
	return 0;
}

/* Tasks that still exit keep the slot; the last one frees it. */
void BPF_STRUCT_OPS_SLEEPABLE(cgfifo_cgroup_exit, struct cgroup *cgrp)
{
	__u64 cgid = cgrp->kn->id;
	__u32 *found = bpf_map_lookup_elem(&cgroups, &cgid);
	__u32 i;

	if (!found || *found == CGFIFO_ROOT_SLOT)
		return;
	i = *found;
	bpf_map_delete_elem(&cgroups, &cgid);
	slot_lift_limit(i);
	bpf_spin_lock(&order_lock);
	slot_at(i)->flags &= ~CGFIFO_SLOT_LIVE;
	bpf_spin_unlock(&order_lock);
	core_set(i, false); /* after that, as the agent may just be about to set it */
	slot_put(i);
	event_send(CGFIFO_EVENT_CGROUP_GONE, cgrp, 0);
}

void BPF_STRUCT_OPS(cgfifo_cgroup_set_weight, struct cgroup *cgrp, __u32 weight)
{
	__u64 cgid = cgrp->kn->id;
	__u32 *found = bpf_map_lookup_elem(&cgroups, &cgid);
	__u32 i;

	if (!found)
		return;
	i = *found;
	bpf_spin_lock(&order_lock);
	slot_at(i)->own_weight = weight;
	slot_configure_locked(i, slot_at(i)->slice_ns, slot_yields(i));
	bpf_spin_unlock(&order_lock);
	event_send(CGFIFO_EVENT_CGROUP_WEIGHT, cgrp, weight);
}

/* Called by the agent, see struct cgfifo_conf_request. */
SEC("syscall")
int cgfifo_set_conf(struct cgfifo_conf_request *request)
{
	__u32 weight = request->conf.weight, slice_us = request->conf.slice_us;
	bool is_fair = request->conf.policy == CGFIFO_POLICY_FAIR;
	__u64 cgid = request->cgid;
	__u32 *found, i;

	found = bpf_map_lookup_elem(&cgroups, &cgid);
	if (!found)
		return -2; /* ENOENT */
	i = *found;
	if (is_fair && !sorted_make(i))
		return -12; /* ENOMEM */
	bpf_spin_lock(&order_lock);
	if (slot_at(i)->cgid != cgid) { /* it went meanwhile, and another has its slot */
		bpf_spin_unlock(&order_lock);
		return -2;
	}
	slot_set_fair_locked(i, is_fair);
	slot_at(i)->conf_weight = weight;
	slot_configure_locked(i, (slice_us ?: CGFIFO_SLICE_DFL_US) * 1000, slot_yields(i));
	bpf_spin_unlock(&order_lock);
	core_set(i, request->conf.isolate == CGFIFO_ISOLATE_CORE);
	return 0;
}

#endif
