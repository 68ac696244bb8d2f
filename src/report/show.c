// SPDX-License-Identifier: GPL-2.0-only
/* One cgroup in words, see show.h. */
#include "report/show.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "identity/identity.h"
#include "policy/verdict.h"
#include "report/waits.h"
#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/parse.h"
#include "util/text.h"

/* Siblings that are named; the rest is counted. */
#define MAX_SIBLINGS 5

static void line(FILE *f, const char *word, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static void line(FILE *f, const char *word, const char *fmt, ...)
{
	va_list ap;

	fprintf(f, "%-10s  ", word);
	va_start(ap, fmt);
	vfprintf(f, fmt, ap);
	va_end(ap);
	fputc('\n', f);
}

/* A word, and what somebody else wrote; nothing for nothing. */
static void line_if(FILE *f, const char *word, const char *text)
{
	_cleanup_free_ char *shown = text_escape(text, TEXT_ESCAPE_MAX);

	if (text[0])
		line(f, word, "%s", shown);
}

static void print_facts(FILE *f, const struct snapshot *s, const struct snapshot_row *row)
{
	const char *namespace = snapshot_string(s, row->pod_namespace);
	const char *pod = snapshot_string(s, row->pod_name);
	_cleanup_free_ char *full = xasprintf("%s/%s", namespace, pod);

	line_if(f, "called", snapshot_string(s, row->container));
	line_if(f, "image", snapshot_string(s, row->image));
	line_if(f, "pod called", namespace[0] && pod[0] ? full : "");
}

static void print_identity(FILE *f, const char *path)
{
	struct identity id;

	identity_from_path(path, &id);
	line(f, "kind", "%s%s%s%s", id.own ? "" : "part of a ",
	     id.runtime != RUNTIME_NONE ? identity_runtime_name(id.runtime) : "",
	     id.runtime != RUNTIME_NONE ? " " : "", identity_kind_name(id.kind));
	if (id.unit[0])
		line(f, "unit", "%s%s", id.unit, id.user_unit ? ", of a user" : "");
	if (id.container_id[0])
		line(f, "container", "%s", id.container_id);
	if (id.pod_uid[0])
		line(f, "pod", "%s", id.pod_uid);
}

void show_print_weight(FILE *f, const struct snapshot *s, size_t i)
{
	const struct snapshot_row *row = snapshot_row(s, i);
	_cleanup_free_ char *origin = text_printable(snapshot_string(s, row->origin), 512);
	_cleanup_free_ char *asker = text_printable(snapshot_asker(s, row), 512);
	char slice[FORMAT_DURATION_LEN];

	if (row->weight == 0 && i == 0)
		line(f, "weight", "none: it is the root, and has no siblings");
	else if (row->weight == 0)
		line(f, "weight",
		     "none: its cpu controller is off, and its tasks compete one by one");
	else if (row->source == SOURCE_OWN)
		line(f, "weight", "%" PRIu32 ", its own cpu.weight", row->weight);
	else if (row->source == SOURCE_SET)
		line(f, "weight", "%" PRIu32 ", set by hand; its own cpu.weight is %" PRIu32,
		     row->weight, row->own_weight);
	else
		line(f, "weight", "%" PRIu32 ", from %s%s%s; its own cpu.weight is %" PRIu32,
		     row->weight, verdict_source_name(row->source), origin[0] ? " at " : "", origin,
		     row->own_weight);
	if (row->slice_us)
		line(f, "slice", "%s", format_duration_usec(row->slice_us, slice));
	if (row->policy)
		line(f, "policy", "%s", verdict_policy_name(row->policy));
	if (row->isolate)
		line(f, "isolate", "%s", verdict_isolate_name(row->isolate));
	if (row->flags & ROW_FAILED)
		line(f, "problem", "what %s asks for is not in force, see the log", asker);
}

struct sibling {
	uint32_t weight;
	const char *name;
};

static int compare_siblings(const void *a, const void *b)
{
	const struct sibling *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight < y->weight ? 1 : -1;
	return strcmp(x->name, y->name);
}

/* Those that compete with it now, the heaviest first. */
static void print_siblings(FILE *f, const struct snapshot *s, size_t me,
			   const struct sample *samples)
{
	_cleanup_free_ struct sibling *siblings = xcalloc(snapshot_n_rows(s), sizeof(*siblings));
	size_t n = 0, n_shown;

	for (size_t i = 1; i < snapshot_n_rows(s); i++) {
		const struct snapshot_row *row = snapshot_row(s, i);

		if (i != me && row->weight && samples[i].wants_more &&
		    row->parent == snapshot_row(s, me)->parent)
			siblings[n++] = (struct sibling){
				.weight = row->weight,
				.name = snapshot_string(s, row->name),
			};
	}
	qsort(siblings, n, sizeof(*siblings), compare_siblings);
	n_shown = n > MAX_SIBLINGS ? MAX_SIBLINGS : n;
	fprintf(f, "%-10s  %s", "beside", n ? "" : "nobody who wants more now");
	for (size_t i = 0; i < n_shown; i++)
		fprintf(f, "%s%s (%" PRIu32 ")", i ? ", " : "", siblings[i].name,
			siblings[i].weight);
	if (n > n_shown)
		fprintf(f, " and %zu more", n - n_shown);
	fputc('\n', f);
}

void show_print_share(FILE *f, const struct snapshot *s, size_t i, const struct sample *samples)
{
	const struct sample *sample = &samples[i];

	if (snapshot_row(s, i)->weight) {
		print_siblings(f, s, i, samples);
		line(f, "entitled", "%.1f %% of the machine (%" PRIu32 " CPU%s)%s",
		     sample->entitled * 100, snapshot_header(s)->nr_cpus,
		     text_plural(snapshot_header(s)->nr_cpus),
		     snapshot_header(s)->is_partial
			     ? ", of what the fair class leaves (partial): only tasks that ask for "
			       "SCHED_EXT count"
			     : "");
	}
	if (sample->is_unknown)
		return;
	if (snapshot_row(s, i)->weight && sample->wants_more && sample->entitled > 0)
		line(f, "got", "%.1f %%, %.2f of that", sample->got * 100,
		     sample->got / sample->entitled);
	else
		line(f, "got", "%.1f %%%s", sample->got * 100,
		     sample->wants_more ? "" : ", and that was all it wanted");
}

/* What bounds it whatever its weight: cpu.max and cpu.idle. */
static void print_limit(FILE *f, const struct snapshot_row *row, double throttled)
{
	const struct cgfifo_limit *l = &row->limit;

	if (row->flags & ROW_YIELDS)
		line(f, "idle", "runs only where no sibling wants to (cpu.idle)");
	if (snapshot_quota(row) == 0)
		return;
	line(f, "limit", "%.1f %% of a CPU: %.1f ms in each %.1f ms", 100 * snapshot_quota(row),
	     (double)l->quota_ns / 1e6, (double)l->period_ns / 1e6);
	line(f, "throttled", "%" PRIu64 " times in %" PRIu64 " periods, for %.3f s%s; now %.1f %%",
	     (uint64_t)l->nr_throttled, (uint64_t)l->nr_periods, (double)l->throttled_ns / 1e9,
	     row->flags & ROW_THROTTLED ? ", and at this moment" : "", throttled * 100);
	if (l->burst_ns)
		line(f, "burst", "up to %.1f ms more, used %" PRIu64 " times, %.3f s",
		     (double)l->burst_ns / 1e6, (uint64_t)l->nr_bursts,
		     (double)l->burst_used_ns / 1e9);
}

/* In the last moment, not since the beginning. */
static void print_waits(FILE *f, const struct cgfifo_waits *w)
{
	char mean[WAITS_FORMAT_LEN], most[WAITS_FORMAT_LEN];
	uint64_t n = waits_count(w);

	if (n)
		line(f, "waits", "%s on average, 99 of 100 not above %s (%" PRIu64 " time%s)",
		     waits_format(waits_mean_usec(w), mean),
		     waits_format(waits_quantile_usec(w, .99), most), n, text_plural(n));
}

void show_print(FILE *f, const struct snapshot *s, size_t i, const struct sample *samples)
{
	const struct snapshot_row *row = snapshot_row(s, i);
	_cleanup_free_ char *path = text_printable(snapshot_string(s, row->path), 4096);

	line(f, "name", "%s", snapshot_string(s, row->name));
	line(f, "cgroup", "%s (id %" PRIu64 ")", path, row->cgid);
	print_identity(f, path);
	print_facts(f, s, row);
	show_print_weight(f, s, i);
	show_print_share(f, s, i, samples);
	print_limit(f, row, samples[i].throttled);
	print_waits(f, &samples[i].waits);
	if (row->flags & ROW_READY)
		line(f, "tasks", "%" PRIu32 " run or want to", samples[i].nr_ready);
	if (row->flags & ROW_USAGE)
		line(f, "CPU time", "%.3f s%s", (double)samples[i].usage_ns / 1e9,
		     snapshot_header(s)->state == STATE_SCHED ? " since the scheduler was loaded"
							      : "");
}
