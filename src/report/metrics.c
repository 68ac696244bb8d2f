// SPDX-License-Identifier: GPL-2.0-only
/* See metrics.h. */
#include "report/metrics.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "identity/identity.h"
#include "policy/verdict.h"
#include "report/waits.h"
#include "sched/sched.h"
#include "util/alloc.h"
#include "util/parse.h"
#include "util/text.h"

/* While one set is printed. */
struct printer {
	FILE *f;
	const struct snapshot *s;
	const struct sample *samples;
	const uint64_t *usage_ns;
	const struct metrics_options *options;
	size_t *rows; /* those that have metrics */
	size_t n_rows, n_left_out;
};

/* OpenMetrics names a counter without its "_total", and the older format with it. */
static void family(struct printer *p, const char *name, bool counter, const char *help)
{
	const char *total = counter && !p->options->openmetrics ? "_total" : "";

	fprintf(p->f, "# HELP cgfifo_%s%s %s\n", name, total, help);
	fprintf(p->f, "# TYPE cgfifo_%s%s %s\n", name, total, counter ? "counter" : "gauge");
}

static void one(struct printer *p, const char *name, bool counter, const char *help, uint64_t value)
{
	family(p, name, counter, help);
	fprintf(p->f, "cgfifo_%s%s %" PRIu64 "\n", name, counter ? "_total" : "", value);
}

/* A label's value: unsafe characters are spelt out first, and that leaves backslashes and quotes.
 */
static void label(FILE *f, const char *name, const char *value)
{
	_cleanup_free_ char *shown = text_printable(value, SIZE_MAX);

	fprintf(f, "%s=\"", name);
	for (const char *c = shown; *c; c++)
		fprintf(f, *c == '\\' || *c == '"' ? "\\%c" : "%c", *c);
	fputc('"', f);
}

static void print_state(struct printer *p)
{
	const struct snapshot_header *h = snapshot_header(p->s);

	family(p, "build_info", false, "the program that made these");
	fprintf(p->f, "cgfifo_build_info{");
	label(p->f, "version", p->options->version);
	fprintf(p->f, "} 1\n");
	one(p, "agent_up", false, "1 if the agent runs", h->has_agent);
	one(p, "scheduler_up", false, "1 if the scheduler is in force", h->state == STATE_SCHED);
	one(p, "scheduler_partial", false, "1 if it is in force only for tasks that ask for it",
	    h->is_partial);
	one(p, "fallback", false, "1 if weights are in cpu.weight instead",
	    h->state == STATE_FALLBACK);
	one(p, "configuration_ok", false, "0 if a new configuration was refused",
	    snapshot_string(p->s, h->config_note)[0] == '\0');
	one(p, "scheduler_ejections", true, "times that the kernel unloaded the scheduler",
	    h->n_ejected);
	one(p, "cpus", false, "CPUs that are online", h->nr_cpus);
	one(p, "cgroups", false, "cgroups that are looked at", snapshot_n_rows(p->s));
	one(p, "cgroups_left_out", false, "cgroups without metrics, because there are too many",
	    p->n_left_out);
	for (int i = 0; h->has_counters && i < CGFIFO_NR_STATS; i++) {
		_cleanup_free_ char *name = xasprintf("scheduler_%s", sched_stat_name(i));

		one(p, name, true, sched_stat_help(i), h->counters[i]);
	}
}

/* "NAME VALUE" lines: whatever names this kernel has. */
static void print_kernel_events(struct printer *p, const char *events)
{
	_cleanup_free_ char *copy = events ? xstrdup(events) : NULL;
	char *rest = NULL;

	if (!copy)
		return;
	family(p, "kernel_events", true, "events that the kernel counts for sched_ext");
	for (char *line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		char *value = strchr(line, ' ');
		uint64_t n;

		if (!value || parse_u64(value + 1, 0, UINT64_MAX, &n) < 0)
			continue;
		*value = '\0';
		fprintf(p->f, "cgfifo_kernel_events_total{");
		label(p->f, "event", line);
		fprintf(p->f, "} %" PRIu64 "\n", n);
	}
}

/* One sample of a cgroup; with_source: the one metric that says where its weight is from. */
static void print_labels(struct printer *p, const char *name, size_t i, bool with_source)
{
	const struct snapshot_row *row = snapshot_row(p->s, i);
	const char *path = snapshot_string(p->s, row->path);
	struct identity id;

	fprintf(p->f, "cgfifo_cgroup_%s{", name);
	label(p->f, "cgroup", path);
	fputc(',', p->f);
	label(p->f, "name", snapshot_string(p->s, row->name));
	if (with_source) {
		identity_from_path(path, &id);
		fprintf(p->f, ",kind=\"%s\",source=\"%s\"", identity_kind_name(id.kind),
			verdict_source_name(row->source));
	}
	fprintf(p->f, "} ");
}

static void print_weights(struct printer *p)
{
	family(p, "cgroup_weight", false, "weight in force, and where it comes from");
	for (size_t n = 0; n < p->n_rows; n++) {
		const struct snapshot_row *row = snapshot_row(p->s, p->rows[n]);

		if (!row->weight)
			continue;
		print_labels(p, "weight", p->rows[n], true);
		fprintf(p->f, "%" PRIu32 "\n", row->weight);
	}
	family(p, "cgroup_rule_in_force", false, "0 if what its rule asks for is not in force");
	for (size_t n = 0; n < p->n_rows; n++) {
		const struct snapshot_row *row = snapshot_row(p->s, p->rows[n]);

		if (!(row->flags & ROW_WANTED))
			continue;
		print_labels(p, "rule_in_force", p->rows[n], false);
		fprintf(p->f, "%d\n", !(row->flags & ROW_FAILED));
	}
}

static void print_usage(struct printer *p)
{
	family(p, "cgroup_cpu_seconds", true, "CPU time used, with all that is below");
	for (size_t n = 0; n < p->n_rows; n++) {
		uint64_t ns = p->usage_ns[p->rows[n]];

		if (ns == UINT64_MAX)
			continue;
		fprintf(p->f, "cgfifo_cgroup_cpu_seconds_total{");
		label(p->f, "cgroup", snapshot_string(p->s, snapshot_row(p->s, p->rows[n])->path));
		fputc(',', p->f);
		label(p->f, "name", snapshot_string(p->s, snapshot_row(p->s, p->rows[n])->name));
		fprintf(p->f, "} %" PRIu64 ".%06" PRIu64 "\n", ns / 1000000000,
			ns % 1000000000 / 1000);
	}
}

/* What the kernel's cpu.stat does not count with a sched_ext scheduler. */
static void print_limits(struct printer *p)
{
	static const struct {
		const char *family, *name, *help;
	} counts[] = {
		{"cgroup_periods", "periods_total", "periods of its limit in which it ran"},
		{"cgroup_throttled", "throttled_total", "times that its limit was used up"},
	};

	family(p, "cgroup_quota_ratio", false, "limit, as a part of the machine");
	for (size_t n = 0; n < p->n_rows; n++) {
		const struct snapshot_row *row = snapshot_row(p->s, p->rows[n]);

		if (snapshot_quota(row) == 0)
			continue;
		print_labels(p, "quota_ratio", p->rows[n], false);
		fprintf(p->f, "%.6f\n", snapshot_quota(row) / snapshot_header(p->s)->nr_cpus);
	}
	for (size_t c = 0; c < 2; c++) {
		family(p, counts[c].family, true, counts[c].help);
		for (size_t n = 0; n < p->n_rows; n++) {
			const struct snapshot_row *row = snapshot_row(p->s, p->rows[n]);

			if (!(row->flags & ROW_LIMITED))
				continue;
			print_labels(p, counts[c].name, p->rows[n], false);
			fprintf(p->f, "%" PRIu64 "\n",
				(uint64_t)(c ? row->limit.nr_throttled : row->limit.nr_periods));
		}
	}
	family(p, "cgroup_throttled_seconds", true, "time for which its limit was used up");
	for (size_t n = 0; n < p->n_rows; n++) {
		const struct snapshot_row *row = snapshot_row(p->s, p->rows[n]);

		if (!(row->flags & ROW_LIMITED))
			continue;
		print_labels(p, "throttled_seconds_total", p->rows[n], false);
		fprintf(p->f, "%.6f\n", (double)row->limit.throttled_ns / 1e9);
	}
}

static void print_shares(struct printer *p)
{
	family(p, "cgroup_entitled_ratio", false, "entitlement now, as a part of the machine");
	for (size_t n = 0; n < p->n_rows; n++)
		if (snapshot_row(p->s, p->rows[n])->weight) {
			print_labels(p, "entitled_ratio", p->rows[n], false);
			fprintf(p->f, "%.6f\n", p->samples[p->rows[n]].entitled);
		}
	family(p, "cgroup_got_ratio", false, "use now, as a part of the machine");
	for (size_t n = 0; n < p->n_rows; n++) {
		if (p->samples[p->rows[n]].is_unknown)
			continue;
		print_labels(p, "got_ratio", p->rows[n], false);
		fprintf(p->f, "%.6f\n", p->samples[p->rows[n]].got);
	}
	family(p, "cgroup_wants_more", false, "1 if it had tasks waiting all the time");
	for (size_t n = 0; n < p->n_rows; n++) {
		if (p->samples[p->rows[n]].is_unknown)
			continue;
		print_labels(p, "wants_more", p->rows[n], false);
		fprintf(p->f, "%d\n", p->samples[p->rows[n]].wants_more);
	}
}

static void print_wait(struct printer *p, const char *name, const char *help,
		       double (*usec)(const struct cgfifo_waits *w))
{
	_cleanup_free_ char *full = xasprintf("cgroup_%s", name);

	family(p, full, false, help);
	for (size_t n = 0; n < p->n_rows; n++) {
		const struct sample *sample = &p->samples[p->rows[n]];

		if (!waits_count(&sample->waits))
			continue;
		print_labels(p, name, p->rows[n], false);
		fprintf(p->f, "%.6f\n", usec(&sample->waits) / 1e6);
	}
}

static double p99_usec(const struct cgfifo_waits *w)
{
	return waits_quantile_usec(w, .99);
}

static void print_waits(struct printer *p)
{
	print_wait(p, "wait_avg_seconds", "from when a task could run to when it did, now",
		   waits_mean_usec);
	print_wait(p, "wait_p99_seconds", "what 99 of 100 waits did not exceed, now", p99_usec);
	family(p, "cgroup_throttled_ratio", false,
	       "part of the time that its limit is used up, now");
	for (size_t n = 0; n < p->n_rows; n++) {
		if (!(snapshot_row(p->s, p->rows[n])->flags & ROW_LIMITED))
			continue;
		print_labels(p, "throttled_ratio", p->rows[n], false);
		fprintf(p->f, "%.6f\n", p->samples[p->rows[n]].throttled);
	}
}

/* Which cgroups: first those with a rule, then the others as the tree has them. */
static void choose(struct printer *p)
{
	p->rows = xcalloc(snapshot_n_rows(p->s) + 1, sizeof(*p->rows));
	for (int wanted = 1; wanted >= 0; wanted--)
		for (size_t i = 1; i < snapshot_n_rows(p->s); i++) {
			const struct snapshot_row *row = snapshot_row(p->s, i);
			bool has_rule = row->flags & ROW_WANTED;
			struct identity id;

			identity_from_path(snapshot_string(p->s, row->path), &id);
			if (has_rule != wanted || !(id.own || has_rule))
				continue;
			if (p->n_rows < p->options->max_cgroups)
				p->rows[p->n_rows++] = i;
			else
				p->n_left_out++;
		}
}

void metrics_print(FILE *f, const struct snapshot *s, const struct sample *samples,
		   const uint64_t *usage_ns, const char *kernel_events,
		   const struct metrics_options *options)
{
	struct printer p = {
		.f = f,
		.s = s,
		.samples = samples,
		.usage_ns = usage_ns,
		.options = options,
	};

	choose(&p);
	print_state(&p);
	print_kernel_events(&p, kernel_events);
	print_weights(&p);
	print_usage(&p);
	print_shares(&p);
	print_limits(&p);
	print_waits(&p);
	if (options->openmetrics)
		fputs("# EOF\n", f);
	free(p.rows);
}
