// SPDX-License-Identifier: GPL-2.0-only
/* Running many scenarios, and what came of it as text and CSV; the picture is in sweep-svg.c. */
#include "sweep.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "scenario-tree.h"
#include "util/cleanup.h"

#define ERROR_LEN 128

/* One run: a sample for each of the case's bars. */
static void add_samples(struct sweep *sweep, const struct model_case *which,
			const struct scenario *s, const struct sim_result *result,
			const struct sim_result *other)
{
	for (size_t i = 0; which->bars[i]; i++) {
		struct sweep_sample sample = {
			.which = which,
			.bar = which->bars[i],
			.seed = s->seed,
			.nr_cpus = s->nr_cpus,
			.levels = scenario_levels(s),
			.nr_leaves = scenario_nr_leaves(s),
			.nr_cgroups = (uint32_t)s->cgroups.n - 1,
			.nr_tasks = (uint32_t)s->tasks.n,
			.figure = which->bars[i]->judge(s, result, other),
			.picks = result->picks,
			.idle_misses = result->idle_misses,
			.wait_max_ns = result->wait_max_ns,
		};

		*VEC_PUSH(&sweep->samples, SIZE_MAX) = sample;
	}
}

static int sweep_one(struct sweep *sweep, const struct model_case *which, uint64_t seed,
		     char *ret_error)
{
	struct scenario *s = which->build(seed);
	struct scenario *second = which->build_other ? which->build_other(seed) : NULL;
	struct sim_result result, other = {};
	int r = sim_run(s, sweep->sched, &result);

	if (r >= 0 && second)
		r = sim_run(second, sweep->sched, &other);
	if (r >= 0)
		add_samples(sweep, which, s, &result, second ? &other : NULL);
	else
		snprintf(ret_error, ERROR_LEN, "%s, seed %" PRIu64 ": %.90s", which->name, seed,
			 *result.error ? result.error : other.error);
	sim_result_done(&result);
	sim_result_done(&other);
	scenario_free(s);
	scenario_free(second);
	return r;
}

static int by_row(const void *a, const void *b)
{
	const struct sweep_sample *x = a, *y = b;

	if (x->which != y->which)
		return x->which < y->which ? -1 : 1;
	for (size_t i = 0; x->bar != y->bar; i++) {
		if (x->which->bars[i] == x->bar)
			return -1;
		if (x->which->bars[i] == y->bar)
			return 1;
	}
	return x->seed < y->seed ? -1 : x->seed > y->seed;
}

int sweep_run(struct sweep *sweep, const struct model_sched *sched, const struct model_case *only,
	      uint64_t first, uint64_t nr, FILE *progress, char *ret_error)
{
	int r;

	*sweep = (struct sweep){.sched = sched, .nr_seeds = nr};
	for (const struct model_case *c = model_cases; c->name; c++) {
		if (only ? c != only : c->is_slow)
			continue;
		if (progress)
			fprintf(progress, "%s ...\n", c->name);
		for (uint64_t seed = first; seed < first + nr; seed++) {
			r = sweep_one(sweep, c, seed, ret_error);
			if (r < 0)
				return r;
		}
	}
	if (sweep->samples.n)
		qsort(sweep->samples.items, sweep->samples.n, sizeof(*sweep->samples.items),
		      by_row);
	return 0;
}

void sweep_done(struct sweep *sweep)
{
	VEC_DONE(&sweep->samples);
}

size_t sweep_row_end(const struct sweep *sweep, size_t start)
{
	const struct sweep_sample *s = sweep->samples.items;
	size_t end = start;

	while (end < sweep->samples.n && s[end].which == s[start].which &&
	       s[end].bar == s[start].bar)
		end++;
	return end;
}

const struct sweep_sample *sweep_row_worst(const struct sweep *sweep, size_t start, size_t end)
{
	const struct sweep_sample *worst = &sweep->samples.items[start];

	for (size_t i = start + 1; i < end; i++)
		if (sweep->samples.items[i].figure.ratio > worst->figure.ratio)
			worst = &sweep->samples.items[i];
	return worst;
}

static int by_ratio(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static double row_median(const struct sweep *sweep, size_t start, size_t end)
{
	_cleanup_free_ double *ratio = xcalloc(end - start, sizeof(*ratio));

	for (size_t i = start; i < end; i++)
		ratio[i - start] = sweep->samples.items[i].figure.ratio;
	qsort(ratio, end - start, sizeof(*ratio), by_ratio);
	return ratio[(end - start) / 2];
}

static bool summarize_row(const struct sweep *sweep, size_t start, size_t end, FILE *out)
{
	const struct sweep_sample *worst = sweep_row_worst(sweep, start, end);
	size_t met = 0;

	for (size_t i = start; i < end; i++)
		met += sweep->samples.items[i].figure.ratio <= 1;
	fprintf(out, "%-10s %-6s %-7s %5zu/%-5zu %8.2f %8.2f", worst->which->name, worst->bar->name,
		met == end - start ? "met" : "MISSED", met, end - start,
		row_median(sweep, start, end), worst->figure.ratio);
	fprintf(out, " %6" PRIu64 " %5" PRIu32 " %6" PRIu32 " %6" PRIu32, worst->seed,
		worst->nr_cpus, worst->levels, worst->nr_leaves);
	if (worst->figure.cgroup != MODEL_NONE)
		fprintf(out, " %7" PRIu32 " %6.2f  %.2f of %.2f ms", worst->figure.cgroup,
			worst->figure.at_s, worst->figure.distance_ns / MODEL_MSEC,
			worst->figure.allowed_ns / MODEL_MSEC);
	fputc('\n', out);
	return met == end - start;
}

/* What holds for all runs, and is no bar of a case. */
static void summarize_rest(const struct sweep *sweep, FILE *out)
{
	uint64_t idle_misses = 0, picks = 0;
	const struct sweep_sample *longest = NULL;

	VEC_FOREACH (s, &sweep->samples) {
		if (s->bar != s->which->bars[0])
			continue; /* the same run again */
		idle_misses += s->idle_misses;
		picks += s->picks;
		if (!longest || s->wait_max_ns > longest->wait_max_ns)
			longest = s;
	}
	if (!longest)
		return;
	fprintf(out,
		"\n%" PRIu64 " picks; a CPU was left idle beside a task that waits %" PRIu64
		" times; the longest wait was %.1f s (%s, seed %" PRIu64 ")\n",
		picks, idle_misses, (double)longest->wait_max_ns / MODEL_SEC, longest->which->name,
		longest->seed);
}

uint32_t sweep_summarize(const struct sweep *sweep, FILE *out)
{
	uint32_t missed = 0;
	size_t end;

	fprintf(out,
		"%s: distance from the oracle as a multiple of what is allowed (1.00: just "
		"met)\n\n",
		sweep->sched->name);
	fprintf(out, "%-10s %-6s %-8s %11s %8s %8s %6s %5s %6s %6s %7s %6s  %s\n", "case", "bar",
		"", "met in   ", "median", "worst", "seed", "CPUs", "levels", "leaves", "cgroup",
		"at s", "off by");
	for (size_t start = 0; start < sweep->samples.n; start = end) {
		end = sweep_row_end(sweep, start);
		missed += !summarize_row(sweep, start, end, out);
	}
	summarize_rest(sweep, out);
	return missed;
}

int sweep_write_csv(const struct sweep *sweep, const char *path)
{
	_cleanup_fclose_ FILE *out = fopen(path, "we");

	if (!out)
		return -errno;
	fputs("sched,case,bar,seed,cpus,levels,leaves,cgroups,tasks,ratio,met,cgroup,at_s,distance_"
	      "ms,"
	      "allowed_ms,picks,idle_misses,wait_max_ms\n",
	      out);
	VEC_FOREACH (s, &sweep->samples) {
		fprintf(out,
			"%s,%s,%s,%" PRIu64 ",%" PRIu32 ",%" PRIu32 ",%" PRIu32 ",%" PRIu32
			",%" PRIu32,
			sweep->sched->name, s->which->name, s->bar->name, s->seed, s->nr_cpus,
			s->levels, s->nr_leaves, s->nr_cgroups, s->nr_tasks);
		fprintf(out, ",%.6g,%d,%" PRId64 ",%.3f,%.6f,%.6f,%" PRIu64 ",%" PRIu64 ",%.3f\n",
			s->figure.ratio, s->figure.ratio <= 1,
			s->figure.cgroup == MODEL_NONE ? -1 : (int64_t)s->figure.cgroup,
			s->figure.at_s, s->figure.distance_ns / MODEL_MSEC,
			s->figure.allowed_ns / MODEL_MSEC, s->picks, s->idle_misses,
			(double)s->wait_max_ns / MODEL_MSEC);
	}
	return ferror(out) ? -EIO : 0;
}
