// SPDX-License-Identifier: GPL-2.0-only
/* How far a run is from each bar; see bars.h. */
#include "bars.h"

#include <math.h>

#include "util/cleanup.h"

static void figure_worsen(struct bar_figure *f, uint32_t cgroup, double distance_ns,
			  double allowed_ns, double at_s)
{
	double ratio = distance_ns / allowed_ns;

	if (f->cgroup != MODEL_NONE && ratio <= f->ratio)
		return;
	*f = (struct bar_figure){ratio, cgroup, distance_ns, allowed_ns, at_s};
}

/* All cgroups in all windows of so many seconds: within pct of what the oracle gives, or one slice.
 */
static struct bar_figure judge_windows(const struct scenario *s, const struct sim_result *r,
				       uint32_t seconds, double pct)
{
	struct bar_figure worst = {.cgroup = MODEL_NONE};
	struct meter_mark got;
	double allowed;

	for (uint32_t from = 0; from + seconds < r->meter.nr_marks; from++) {
		for (uint32_t c = 1; c < s->cgroups.n; c++) {
			got = meter_between(&r->meter, c, from, from + seconds);
			allowed = fmax(got.fluid * pct / 100, (double)s->slice_ns);
			figure_worsen(&worst, c, fabs(got.real - got.fluid), allowed, from);
		}
	}
	return worst;
}

static struct bar_figure judge_busy_1s(const struct scenario *s, const struct sim_result *r,
				       const struct sim_result *other)
{
	return judge_windows(s, r, 1, 3);
}

static struct bar_figure judge_busy_10s(const struct scenario *s, const struct sim_result *r,
					const struct sim_result *other)
{
	return judge_windows(s, r, 10, 1);
}

static struct bar_figure judge_steady(const struct scenario *s, const struct sim_result *r,
				      const struct sim_result *other)
{
	return judge_windows(s, r, 10, 2);
}

const struct model_bar bar_steady = {
	"10s", "each cgroup within 2 % of the oracle, or one slice, over 10 s", judge_steady};
const struct model_bar bar_busy_1s = {
	"1s", "each cgroup within 3 % of the oracle, or one slice, in each second", judge_busy_1s};
const struct model_bar bar_busy_10s = {
	"10s", "each cgroup within 1 % of the oracle, or one slice, over 10 s", judge_busy_10s};

uint32_t *bar_usable_cpus(const struct scenario *s)
{
	uint32_t *usable = xcalloc(s->cgroups.n, sizeof(*usable)), c;
	struct model_mask *allowed = xcalloc(s->cgroups.n, sizeof(*allowed));
	uint32_t bits;

	for (size_t i = 0; i < s->tasks.n; i++) {
		for (c = s->tasks.items[i].cgroup; c != MODEL_NONE;
		     c = s->cgroups.items[c].parent) {
			usable[c]++;
			for (uint32_t w = 0; w < MODEL_MASK_WORDS; w++)
				allowed[c].bits[w] |=
					s->masks.items[s->tasks.items[i].mask].bits[w];
		}
	}
	for (c = 0; c < s->cgroups.n; c++) {
		bits = 0;
		for (uint32_t w = 0; w < MODEL_MASK_WORDS; w++)
			bits += (uint32_t)__builtin_popcountll(allowed[c].bits[w]);
		if (bits < usable[c])
			usable[c] = bits;
	}
	free(allowed);
	return usable;
}

static struct bar_figure judge_lag(const struct scenario *s, const struct sim_result *r,
				   const struct sim_result *other)
{
	_cleanup_free_ uint32_t *usable = bar_usable_cpus(s);
	struct bar_figure worst = {.cgroup = MODEL_NONE};
	const struct meter_node *n;
	double allowed;

	for (uint32_t c = 1; c < s->cgroups.n; c++) {
		n = &r->meter.nodes[c];
		if (!usable[c])
			continue;
		allowed = 2.0 * (double)s->slice_ns * usable[c];
		figure_worsen(&worst, c, n->lag_max, allowed, n->lag_max_at / MODEL_SEC);
		figure_worsen(&worst, c, -n->lag_min, allowed, n->lag_min_at / MODEL_SEC);
	}
	return worst;
}

const struct model_bar bar_lag = {
	"lag", "the lag of each cgroup never above 2 slices per CPU that it can use", judge_lag};

/* The short windows that make a second, from each of their beginnings on. */
#define FINE_PER_SEC 100

static struct bar_figure judge_herd_most(const struct scenario *s, const struct sim_result *r,
					 const struct sim_result *other)
{
	double entitled = s->entitled * MODEL_SEC, allowed, got;
	const struct meter_mark *fine = r->meter.fine;
	struct bar_figure worst = {.cgroup = MODEL_NONE};

	allowed = fmax(0.02 * entitled, (double)s->slice_ns);
	for (uint32_t i = 0; i + FINE_PER_SEC < r->meter.nr_fine; i++) {
		got = fine[i + FINE_PER_SEC].real - fine[i].real;
		figure_worsen(&worst, s->watch, got - entitled, allowed, i / (double)FINE_PER_SEC);
	}
	return worst;
}

static struct bar_figure judge_herd_least(const struct scenario *s, const struct sim_result *r,
					  const struct sim_result *other)
{
	const struct meter_mark *a = r->meter.fine, *b = a + FINE_PER_SEC;
	struct bar_figure worst = {.cgroup = MODEL_NONE};
	double due;

	for (uint32_t i = 0; i + FINE_PER_SEC < r->meter.nr_fine; i++, a++, b++) {
		/* Only seconds in which it had work all the time, here and in the oracle. */
		if (fmin(b->backlog - a->backlog, b->ready - a->ready) < MODEL_SEC - 1)
			continue;
		due = b->fluid - a->fluid;
		figure_worsen(&worst, s->watch, due - (b->real - a->real),
			      fmax(0.02 * due, (double)s->slice_ns), i / (double)FINE_PER_SEC);
	}
	return worst;
}

const struct model_bar bar_herd_most = {
	"most",
	"the herd's parent at most 1.02 of its entitlement, or one slice more, in any second",
	judge_herd_most};
const struct model_bar bar_herd_least = {
	"least",
	"at least 0.98 of it, or one slice less, in any second in which it has work all the time",
	judge_herd_least};

static struct bar_figure judge_children(const struct scenario *s, const struct sim_result *r,
					const struct sim_result *other)
{
	struct bar_figure worst = {.cgroup = MODEL_NONE};
	double split = meter_between(&r->meter, s->watch, 0, r->meter.nr_marks - 1).real;
	double one = meter_between(&other->meter, s->watch, 0, other->meter.nr_marks - 1).real;

	figure_worsen(&worst, s->watch, fabs(split - one), one / 100, 0);
	return worst;
}

const struct model_bar bar_children = {
	"split", "the tenant's 10 s in 100 cgroups within 1 % of its 10 s in one", judge_children};
