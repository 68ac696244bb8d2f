// SPDX-License-Identifier: GPL-2.0-only
/* The tree, the scheduler's table and the applier's memory side by side, see collect.h. */
#include "report/collect.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>

#include "apply/plan.h"
#include "cgroup/cgfs.h"
#include "identity/identity.h"
#include "util/alloc.h"
#include "util/file.h"

/* What a slot said. */
struct reading {
	uint64_t cgid;
	uint64_t usage_ns;
	uint32_t nr_ready, weight, own_weight, conf_weight, flags;
	struct cgfifo_limit limit;
	struct cgfifo_waits waits;
};

/* While one snapshot is made. */
struct collector {
	struct snapshot *snapshot;
	const struct idmap *applied;
	const struct known *known; /* or NULL */
	struct reading *readings;
	size_t n_readings;
	struct idmap by_id; /* cgroup id -> struct reading */
	struct idmap rows;  /* cgroup id -> its row's number + 1 */
	bool has_sched;
};

uint64_t collect_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* The row that counts the tasks of the cgroup with this id; NULL: it has no slot. */
static struct snapshot_row *row_with_tasks(struct snapshot *s, uint64_t cgid)
{
	for (size_t i = 0; i < snapshot_n_rows(s); i++) {
		struct snapshot_row *row = snapshot_row(s, i);

		if (row->cgid == cgid && (row->flags & ROW_READY))
			return row;
	}
	return NULL;
}

void collect_without_task(struct snapshot *s, int root_fd, const char *cgroup)
{
	_cleanup_free_ char *path = xstrdup(cgroup);
	uint64_t id;

	/* In partial mode a reader's tasks are the fair class's, and not counted. */
	if (snapshot_header(s)->is_partial)
		return;
	/* What has no slot, because its cpu controller is off, runs in its nearest ancestor's. */
	while (cgfs_id(root_fd, path, &id) == 0) {
		struct snapshot_row *row = row_with_tasks(s, id);
		char *end = strrchr(path, '/');

		if (row && row->nr_ready > 0)
			row->nr_ready--;
		if (row || !end || strcmp(path, "/") == 0)
			return;
		end[end == path] = '\0';
	}
}

void collect_without_reader(struct snapshot *s, int root_fd)
{
	_cleanup_free_ char *line = NULL;

	if (file_read_line(AT_FDCWD, "/proc/self/cgroup", &line) == 0 &&
	    strncmp(line, "0::/", 4) == 0)
		collect_without_task(s, root_fd, line + 3);
}

static uint64_t cgid_of(const struct cgfifo_slot *slot)
{
	return __atomic_load_n(&slot->cgid, __ATOMIC_RELAXED);
}

static void copy_slot(const struct cgfifo_slot *slot, struct reading *to)
{
	/* The scheduler goes on writing: each member is read once. */
	const volatile struct cgfifo_slot *s = slot;

	*to = (struct reading){
		.usage_ns = s->usage_ns,
		.nr_ready = s->nr_queued + s->nr_running,
		.weight = s->weight,
		.own_weight = s->own_weight,
		.conf_weight = s->conf_weight,
		.flags = s->flags,
	};
}

/*
 * All slots in one go, before anything else is done: the shorter this takes, the better usage and
 * time fit together.
 */
static void read_slots(struct collector *c, struct sched *sched)
{
	size_t n = sched_nr_slots(sched), n_used = 0;

	for (size_t i = 0; i < n; i++)
		n_used += cgid_of(sched_slot(sched, i)) != 0;
	c->readings = xcalloc(n_used, sizeof(*c->readings));
	snapshot_edit_header(c->snapshot)->time_ns = collect_now_ns();
	for (size_t i = 0; i < n && c->n_readings < n_used; i++) {
		struct reading *r = &c->readings[c->n_readings];

		if (cgid_of(sched_slot(sched, i)) == 0)
			continue;
		copy_slot(sched_slot(sched, i), r);
		if (r->flags & CGFIFO_SLOT_LIMITED)
			r->limit = sched_limits(sched)[i];
		r->waits = sched_waits(sched)[i];
		r->cgid = cgid_of(sched_slot(sched, i));
		c->n_readings++;
	}
	for (size_t i = 0; i < c->n_readings; i++)
		if (c->readings[i].cgid != 0)
			idmap_put(&c->by_id, c->readings[i].cgid, &c->readings[i]);
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

static void add_reading(struct snapshot_row *row, const struct reading *r)
{
	row->usage_ns = r->usage_ns;
	row->nr_ready = r->nr_ready;
	row->weight = r->weight;
	row->own_weight = r->own_weight;
	row->conf_weight = r->conf_weight;
	row->source = r->conf_weight ? SOURCE_UNKNOWN : SOURCE_OWN;
	row->flags |= ROW_USAGE | ROW_READY;
	row->limit = r->limit;
	row->waits = r->waits;
	if (r->flags & CGFIFO_SLOT_LIMITED)
		row->flags |= ROW_LIMITED;
	if (r->flags & CGFIFO_SLOT_THROTTLED)
		row->flags |= ROW_THROTTLED;
	if (r->flags & CGFIFO_SLOT_YIELDS)
		row->flags |= ROW_YIELDS;
}

static void add_applied(struct snapshot *s, struct snapshot_row *row, const struct applied *e)
{
	row->flags |= ROW_WANTED;
	row->conf_weight = e->conf.weight;
	row->slice_us = e->conf.slice_us;
	row->policy = e->conf.policy;
	row->isolate = e->conf.isolate;
	row->origin = snapshot_add_string(s, e->origin);
	if (!e->in_force)
		row->flags |= ROW_FAILED;
	else if (e->conf.weight)
		row->source = e->source;
}

static uint32_t add_text(struct snapshot *s, const char *text)
{
	return text ? snapshot_add_string(s, text) : 0;
}

static void add_facts(struct snapshot *s, struct snapshot_row *row, const struct facts *f)
{
	row->container = add_text(s, f->container);
	row->image = add_text(s, f->image);
	row->pod_namespace = add_text(s, f->pod_namespace);
	row->pod_name = add_text(s, f->pod_name);
}

/* What is inside of a container is called as the container is. */
static const struct facts *facts_of(const struct collector *c, const struct cgroup_node *n,
				    const struct identity *id)
{
	const struct facts *facts = NULL;

	for (; c->known && n && !facts; n = id->own ? NULL : n->parent)
		facts = known_facts(c->known, n->id);
	return facts;
}

static void add_node(struct collector *c, const struct cgroup_node *n)
{
	const struct applied *e = c->applied ? idmap_get(c->applied, n->id) : NULL;
	const struct reading *reading = idmap_get(&c->by_id, n->id);
	size_t number = snapshot_n_rows(c->snapshot);
	struct snapshot_row *row;
	char path[CGROUP_PATH_MAX], name[IDENTITY_NAME_MAX];
	const struct facts *facts;
	struct identity id;

	if (c->has_sched && !reading && !e && n->parent)
		return;
	if (node_path(n, path, sizeof(path)) < 0)
		return;
	row = snapshot_add_row(c->snapshot);
	if (!row)
		return;
	identity_from_path(path, &id);
	facts = facts_of(c, n, &id);
	row->cgid = n->id;
	row->parent = parent_row(c, n);
	row->name = snapshot_add_string(c->snapshot, known_name(&id, facts, name));
	row->path = snapshot_add_string(c->snapshot, path);
	if (facts)
		add_facts(c->snapshot, row, facts);
	if (reading)
		add_reading(row, reading);
	if (e)
		add_applied(c->snapshot, row, e);
	idmap_put(&c->rows, n->id, (void *)(uintptr_t)(number + 1));
}

struct snapshot *collect(const struct tree *tree, const struct idmap *applied,
			 const struct known *known, struct sched *sched)
{
	struct collector c = {
		.snapshot = snapshot_new(),
		.applied = applied,
		.known = known,
		.has_sched = sched != NULL,
	};
	struct snapshot_header *h = snapshot_edit_header(c.snapshot);
	const struct cgroup_node *n;

	h->time_ns = collect_now_ns();
	if (sched) {
		h->is_partial = sched_is_partial(sched);
		read_slots(&c, sched);
	}
	h->nr_cpus = sched_nr_online_cpus();
	h->n_left_out = (uint32_t)tree_n_left_out(tree);
	tree_for_each (tree, n)
		add_node(&c, n);
	collect_without_reader(c.snapshot, tree_root_fd(tree));

	idmap_done(&c.by_id);
	idmap_done(&c.rows);
	free(c.readings);
	return c.snapshot;
}
