// SPDX-License-Identifier: GPL-2.0-only
/* The tree, the scheduler's table and the applier's memory side by side, see collect.h. */
#include "report/collect.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>

#include "apply/plan.h"
#include "cgroup/cgfs.h"
#include "identity/identity.h"
#include "util/file.h"

/* While one snapshot is made. */
struct collector {
	struct snapshot *snapshot;
	const struct idmap *applied;
	struct idmap slots; /* cgroup id -> const struct cgfifo_slot */
	struct idmap rows;  /* cgroup id -> its row's number + 1 */
	bool has_sched;
	uint64_t self; /* id of the cgroup of this process */
};

uint64_t collect_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/*
 * Whoever reads runs at that moment, and would make its own cgroup look busy in every reading. 0:
 * not known.
 */
static uint64_t own_cgroup(int root_fd)
{
	_cleanup_free_ char *line = NULL;
	uint64_t id;

	if (file_read_line(AT_FDCWD, "/proc/self/cgroup", &line) < 0 ||
	    strncmp(line, "0::", 3) != 0 || cgfs_id(root_fd, line + 3, &id) < 0)
		return 0;
	return id;
}

static void index_slots(struct collector *c, struct sched *sched)
{
	size_t n;
	const struct cgfifo_slot *slots = sched_slots(sched, &n);

	for (size_t i = 0; i < n; i++) {
		uint64_t cgid = __atomic_load_n(&slots[i].cgid, __ATOMIC_RELAXED);

		if (cgid != 0)
			idmap_put(&c->slots, cgid, (void *)&slots[i]);
	}
}

/* The row of the nearest ancestor that has one: 0, the root's, at the latest. */
static uint32_t parent_row(const struct collector *c, const struct cgroup_node *n)
{
	for (n = n->parent; n; n = n->parent) {
		uintptr_t row = (uintptr_t)idmap_get(&c->rows, n->id);

		if (row != 0)
			return (uint32_t)(row - 1);
	}
	return 0;
}

static void add_slot(struct snapshot_row *row, const struct cgfifo_slot *slot, uint64_t self)
{
	/* The scheduler goes on writing: each member is read once. */
	const volatile struct cgfifo_slot *s = slot;

	row->usage_ns = s->usage_ns;
	row->nr_ready = s->nr_queued + s->nr_running;
	row->weight = s->weight;
	row->own_weight = s->own_weight;
	row->conf_weight = s->conf_weight;
	row->source = s->conf_weight ? SOURCE_UNKNOWN : SOURCE_OWN;
	row->flags |= ROW_USAGE | ROW_READY;
	if (row->nr_ready > 0 && row->cgid == self)
		row->nr_ready--;
}

static void add_applied(struct snapshot *s, struct snapshot_row *row, const struct applied *e)
{
	row->flags |= ROW_WANTED;
	row->conf_weight = e->conf.weight;
	row->slice_us = e->conf.slice_us;
	row->origin = snapshot_add_string(s, e->origin);
	if (!e->in_force)
		row->flags |= ROW_FAILED;
	else if (e->conf.weight)
		row->source = e->source;
}

static void add_node(struct collector *c, const struct cgroup_node *n)
{
	const struct applied *e = c->applied ? idmap_get(c->applied, n->id) : NULL;
	const struct cgfifo_slot *slot = idmap_get(&c->slots, n->id);
	size_t number = snapshot_n_rows(c->snapshot);
	struct snapshot_row *row;
	char path[CGROUP_PATH_MAX];
	struct identity id;

	if (c->has_sched && !slot && !e && n->parent)
		return;
	if (node_path(n, path, sizeof(path)) < 0)
		return;
	row = snapshot_add_row(c->snapshot);
	if (!row)
		return;
	identity_from_path(path, &id);
	row->cgid = n->id;
	row->parent = parent_row(c, n);
	row->name = snapshot_add_string(c->snapshot, id.name);
	row->path = snapshot_add_string(c->snapshot, path);
	if (slot)
		add_slot(row, slot, c->self);
	if (e)
		add_applied(c->snapshot, row, e);
	idmap_put(&c->rows, n->id, (void *)(uintptr_t)(number + 1));
}

struct snapshot *collect(const struct tree *tree, const struct idmap *applied, struct sched *sched)
{
	struct collector c = {
		.snapshot = snapshot_new(),
		.applied = applied,
		.has_sched = sched != NULL,
		.self = own_cgroup(tree_root_fd(tree)),
	};
	struct snapshot_header *h = snapshot_edit_header(c.snapshot);
	const struct cgroup_node *n;

	if (sched)
		index_slots(&c, sched);
	h->nr_cpus = sched_nr_online_cpus();
	h->n_left_out = (uint32_t)tree_n_left_out(tree);
	h->time_ns = collect_now_ns();
	tree_for_each (tree, n)
		add_node(&c, n);

	idmap_done(&c.slots);
	idmap_done(&c.rows);
	return c.snapshot;
}
