// SPDX-License-Identifier: GPL-2.0-only
/* A run as text: a line per cgroup, a line per bar. */
#include "report.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "scenario-tree.h"
#include "util/cleanup.h"

struct row {
	uint32_t cgroup;
	double lag; /* the larger of both directions, ns */
};

static int by_lag(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->lag != y->lag)
		return x->lag < y->lag ? 1 : -1;
	return x->cgroup < y->cgroup ? -1 : 1;
}

static int by_number(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return x->cgroup < y->cgroup ? -1 : 1;
}

/* The largest distance from the oracle in a window of 1 s, in ns. */
static double worst_second(const struct sim_result *r, uint32_t cgroup)
{
	struct meter_mark got;
	double worst = 0;

	for (uint32_t w = 0; w + 1 < r->meter.nr_marks; w++) {
		got = meter_between(&r->meter, cgroup, w, w + 1);
		if (fabs(got.real - got.fluid) > fabs(worst))
			worst = got.real - got.fluid;
	}
	return worst;
}

static void print_row(FILE *out, const struct scenario *s, const struct sim_result *r,
		      uint32_t cgroup)
{
	struct meter_mark all = meter_between(&r->meter, cgroup, 0, r->meter.nr_marks - 1);
	const struct meter_node *n = &r->meter.nodes[cgroup];
	double seconds = r->meter.nr_marks - 1, ms = MODEL_MSEC;
	double error = all.fluid > 0 ? 100 * (all.real - all.fluid) / all.fluid : 0;

	fprintf(out,
		"%5" PRIu32 " %5" PRIu32 " %5" PRIu32 " %6" PRIu32
		" %9.4f %9.4f %8.2f %9.2f %9.2f %9.2f\n",
		cgroup, scenario_depth(s, cgroup), s->cgroups.items[cgroup].parent,
		s->cgroups.items[cgroup].weight, all.fluid / MODEL_SEC / seconds,
		all.real / MODEL_SEC / seconds, error, worst_second(r, cgroup) / ms,
		n->lag_max / ms, n->lag_min / ms);
}

static void print_scenario(FILE *out, const struct scenario *s, const struct sim_result *r)
{
	fprintf(out,
		"%s, seed %" PRIu64 ": %" PRIu32 " CPUs, %zu cgroups (%" PRIu32 " leaves, %" PRIu32
		" levels), %zu tasks, slice %.1f ms, %.0f s\n",
		s->name, s->seed, s->nr_cpus, s->cgroups.n - 1, scenario_nr_leaves(s),
		scenario_levels(s), s->tasks.n, (double)s->slice_ns / MODEL_MSEC,
		(double)s->duration_ns / MODEL_SEC);
	fprintf(out,
		"%" PRIu64 " picks, %" PRIu64 " interrupted; longest wait %.1f ms; CPUs left idle "
		"beside a task that waits: %" PRIu64 "\n\n",
		r->picks, r->preemptions, (double)r->wait_max_ns / MODEL_MSEC, r->idle_misses);
}

void report_run(FILE *out, const struct scenario *s, const struct sim_result *r, uint32_t rows)
{
	uint32_t n = (uint32_t)s->cgroups.n - 1;
	_cleanup_free_ struct row *row = xcalloc(n + 1, sizeof(*row));
	const struct meter_node *node;

	print_scenario(out, s, r);
	for (uint32_t i = 0; i < n; i++) {
		node = &r->meter.nodes[i + 1];
		row[i] = (struct row){i + 1, fmax(node->lag_max, -node->lag_min)};
	}
	qsort(row, n, sizeof(*row), by_lag);
	if (rows && rows < n) {
		fprintf(out, "The %" PRIu32 " cgroups with the largest lag:\n", rows);
		n = rows;
	}
	qsort(row, n, sizeof(*row), by_number);
	fputs("               of         --- CPUs, mean ---    error error ms -------- lag ms\n"
	      "   no depth parent weight    oracle       got       %  worst 1s      most     "
	      "least\n",
	      out);
	for (uint32_t i = 0; i < n; i++)
		print_row(out, s, r, row[i].cgroup);
	fputc('\n', out);
}

void report_bar(FILE *out, const struct model_bar *bar, const struct bar_figure *f)
{
	fprintf(out, "%-6s %s\n", bar->name, bar->summary);
	if (f->cgroup == MODEL_NONE) {
		fputs("       nothing to judge here\n", out);
		return;
	}
	fprintf(out,
		"       %s: %.2f of what is allowed; cgroup %" PRIu32
		" at %.2f s is off by %.2f ms of %.2f ms\n",
		f->ratio <= 1 ? "met" : "MISSED", f->ratio, f->cgroup, f->at_s,
		f->distance_ns / MODEL_MSEC, f->allowed_ns / MODEL_MSEC);
}
