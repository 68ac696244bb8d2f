// SPDX-License-Identifier: GPL-2.0-only
/* Differences of two snapshots, see sample.h. */
#include "report/sample.h"

#include "cgroup/idmap.h"
#include "policy/share.h"
#include "report/waits.h"
#include "util/alloc.h"

/*
 * Without the scheduler nobody knows which tasks wait. Who uses this part of the machine is taken
 * for somebody who would use more; the rest is background noise that leaves its share to others.
 */
#define BUSY_FRACTION 0.02

static void index_rows(const struct snapshot *s, struct idmap *ret)
{
	for (size_t i = 0; i < snapshot_n_rows(s); i++) {
		struct snapshot_row *row = snapshot_row(s, i);

		if (row->cgid != 0)
			idmap_put(ret, row->cgid, row);
	}
}

static double min(double a, double b)
{
	return a < b ? a : b;
}

/*
 * What the cgroup's own tasks can use. Tasks that were ready at both ends were ready in between,
 * as far as anybody can tell: as many as at the end with fewer. The others got what they wanted.
 */
static void estimate_demand(struct share_node *node, double used, const struct snapshot_row *was,
			    const struct snapshot_row *is, uint32_t nr_cpus)
{
	uint32_t ready = was && was->nr_ready < is->nr_ready ? was->nr_ready : is->nr_ready;
	double can_use;

	if (is->flags & ROW_READY) {
		node->wants_more = ready > 0;
		can_use = (double)ready / nr_cpus;
	} else {
		node->wants_more = used > BUSY_FRACTION;
		can_use = is->nr_tasks ? (double)is->nr_tasks / nr_cpus : 1;
	}
	node->demand = used;
	if (node->wants_more && can_use > used)
		node->demand = can_use;
	node->demand = min(node->demand, 1);
}

/*
 * The scheduler counts CPU time from when it was loaded, the kernel from when the cgroup was made:
 * two counts, with nothing between them. Another scheduler's is another one, too. The root's tells:
 * the kernel's threads are in there, and it goes back for nothing else.
 */
static bool is_one_count(const struct snapshot *before, const struct snapshot *after)
{
	bool was_sched = snapshot_header(before)->state == STATE_SCHED;
	bool is_sched = snapshot_header(after)->state == STATE_SCHED;

	if (!was_sched || !is_sched || snapshot_n_rows(before) == 0 || snapshot_n_rows(after) == 0)
		return was_sched == is_sched;
	return snapshot_row(after, 0)->usage_ns >= snapshot_row(before, 0)->usage_ns;
}

static uint64_t above(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

/* CPU time of each row with all that is below. The caller's. */
static uint64_t *totals(const struct snapshot *s)
{
	size_t n = snapshot_n_rows(s);
	uint64_t *total_ns = xcalloc(n, sizeof(*total_ns));

	for (size_t i = n; i-- > 0;) {
		const struct snapshot_row *row = snapshot_row(s, i);

		total_ns[i] += row->usage_ns;
		if (i > 0)
			total_ns[row->parent] += total_ns[i];
	}
	return total_ns;
}

#define NOT_KNOWN UINT64_MAX

/* What all CPUs together have between two snapshots. */
static uint64_t machine_ns(const struct snapshot *before, const struct snapshot *after)
{
	return above(snapshot_header(after)->time_ns, snapshot_header(before)->time_ns) *
	       snapshot_header(after)->nr_cpus;
}

/*
 * What the own tasks of each row used; rows are those of before. The scheduler counts that. Files
 * tell it with all that is below, also with what was there before and is gone: so there the time of
 * whole subtrees is compared, and what one that is gone had used before is in both. Nothing for
 * rows that nobody counts. One that has used more than there was has not been made in the interval,
 * it was only heard of in it, as of events that were lost: NOT_KNOWN. The caller's.
 */
static uint64_t *used_ns(const struct snapshot *before, const struct idmap *rows,
			 const struct snapshot *after)
{
	const uint64_t most = machine_ns(before, after);
	size_t n = snapshot_n_rows(after);
	_cleanup_free_ uint64_t *from = totals(before), *to = totals(after);
	_cleanup_free_ uint64_t *below = xcalloc(n, sizeof(*below));
	uint64_t *used = xcalloc(n, sizeof(*used));

	for (size_t i = n; i-- > 0;) {
		const struct snapshot_row *is = snapshot_row(after, i);
		const struct snapshot_row *was = idmap_get(rows, is->cgid);
		uint64_t all = above(to[i], was ? from[was - snapshot_row(before, 0)] : 0);

		if (!was && all > most) {
			used[i] = NOT_KNOWN;
			continue;
		}
		if (is->flags & ROW_READY)
			used[i] = above(is->usage_ns, was ? was->usage_ns : 0);
		else if (is->flags & ROW_USAGE)
			used[i] = above(all, below[i]);
		if (i > 0)
			below[is->parent] += all;
	}
	return used;
}

/* For how long its limit was used up so far. */
static uint64_t throttled_ns(const struct snapshot *s, const struct snapshot_row *row)
{
	uint64_t now = snapshot_header(s)->time_ns, since = row->limit.shut_at;

	if (!(row->flags & ROW_THROTTLED) || now < since)
		return row->limit.throttled_ns;
	return row->limit.throttled_ns + (now - since);
}

/* Of the interval, which is span ns long. A limit that came in it counts from then on. */
static double throttled(const struct snapshot *before, const struct snapshot_row *was,
			const struct snapshot *after, const struct snapshot_row *is, double span)
{
	uint64_t to = throttled_ns(after, is);
	uint64_t from = was && was->flags & ROW_LIMITED ? throttled_ns(before, was) : 0;

	if (!(is->flags & ROW_LIMITED))
		return 0;
	if (from > to) /* another limit than before */
		from = 0;
	return min((double)(to - from) / span, 1);
}

/*
 * What is divided: the machine; in partial mode what the fair class leaves of it, and nobody knows
 * more about that than what was used, if some waited for more.
 */
static double whole(const struct snapshot *s, const struct sample *root)
{
	return snapshot_header(s)->is_partial && root->wants_more && root->got > 0 ? root->got : 1;
}

/* share_compute() divides one machine. */
static void compute_shares(struct share_node *nodes, size_t n, double whole)
{
	for (size_t i = 0; i < n; i++) {
		nodes[i].demand = min(nodes[i].demand / whole, 1);
		nodes[i].limit /= whole;
	}
	share_compute(nodes, n);
	for (size_t i = 0; i < n; i++)
		nodes[i].entitled *= whole;
}

static void add_up(struct sample *samples, struct share_node *nodes, size_t n)
{
	for (size_t i = n; i-- > 1;) {
		struct sample *parent = &samples[nodes[i].parent];

		parent->got += samples[i].got;
		parent->usage_ns += samples[i].usage_ns;
		parent->nr_ready += samples[i].nr_ready;
		parent->wants_more |= samples[i].wants_more;
		waits_add(&parent->waits, &samples[i].waits);
	}
}

void sample_note_ready(struct snapshot *later, const struct snapshot *earlier)
{
	struct idmap rows = {};

	index_rows(earlier, &rows);
	for (size_t i = 0; i < snapshot_n_rows(later); i++) {
		struct snapshot_row *row = snapshot_row(later, i);
		const struct snapshot_row *was = idmap_get(&rows, row->cgid);

		if (was && was->nr_ready < row->nr_ready)
			row->nr_ready = was->nr_ready;
	}
	idmap_done(&rows);
}

struct sample *sample_compute(const struct snapshot *before, const struct snapshot *after)
{
	const struct snapshot_header *b = snapshot_header(before), *a = snapshot_header(after);
	double span = a->time_ns > b->time_ns ? (double)(a->time_ns - b->time_ns) : 1;
	bool one_count = is_one_count(before, after);
	size_t n = snapshot_n_rows(after);
	_cleanup_free_ struct share_node *nodes = xcalloc(n, sizeof(*nodes));
	_cleanup_free_ uint64_t *used = NULL;
	struct sample *samples = xcalloc(n, sizeof(*samples));
	struct idmap rows = {};

	index_rows(before, &rows);
	used = used_ns(before, &rows, after);
	for (size_t i = 0; i < n; i++) {
		const struct snapshot_row *is = snapshot_row(after, i);
		const struct snapshot_row *was = idmap_get(&rows, is->cgid);
		/* What it did before it was heard of is not of the interval. */
		const struct snapshot_row *since = used[i] == NOT_KNOWN ? is : was;

		samples[i].is_new = !was;
		samples[i].is_unknown =
			!one_count || !(is->flags & ROW_USAGE) || used[i] == NOT_KNOWN;
		if (one_count && used[i] != NOT_KNOWN)
			samples[i].got = (double)used[i] / span / a->nr_cpus;
		samples[i].usage_ns = is->usage_ns;
		samples[i].nr_ready = is->nr_ready;
		samples[i].waits = waits_since(&is->waits, since ? &since->waits : NULL);
		samples[i].throttled = throttled(before, since, after, is, span);
		nodes[i].parent = is->parent;
		nodes[i].weight = is->weight ? is->weight : CGFIFO_WEIGHT_DFL;
		nodes[i].own_weight = CGFIFO_SELF_WEIGHT;
		nodes[i].yields = is->flags & ROW_YIELDS;
		nodes[i].limit = snapshot_quota(is) / a->nr_cpus;
		if (one_count)
			estimate_demand(&nodes[i], samples[i].got, was, is, a->nr_cpus);
		samples[i].wants_more = nodes[i].wants_more;
	}
	idmap_done(&rows);

	add_up(samples, nodes, n);
	compute_shares(nodes, n, n ? whole(after, &samples[0]) : 1);
	for (size_t i = 0; i < n; i++)
		samples[i].entitled = nodes[i].entitled;
	return samples;
}
