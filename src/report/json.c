// SPDX-License-Identifier: GPL-2.0-only
/* The output of cgfifo status --json, see json.h. */
#include "report/json.h"

#include "identity/identity.h"
#include "policy/verdict.h"
#include "report/object.h"
#include "report/waits.h"
#include "sched/sched.h"

static void print_identity(struct object *o, const char *path)
{
	struct identity id;

	identity_from_path(path, &id);
	object_text(o, "kind", identity_kind_name(id.kind));
	object_bool(o, "own", id.own);
	if (id.runtime != RUNTIME_NONE)
		object_text(o, "runtime", identity_runtime_name(id.runtime));
	object_text_if(o, "unit", id.unit);
	object_text_if(o, "container_id", id.container_id);
	object_text_if(o, "pod_uid", id.pod_uid);
}

static void print_sample(struct object *o, const struct snapshot_row *row,
			 const struct sample *sample)
{
	if (row->weight) /* without a cpu controller there is no share */
		object_fraction(o, "entitled_pct", sample->entitled * 100);
	if (!sample->is_unknown) {
		object_fraction(o, "got_pct", sample->got * 100);
		object_bool(o, "wants_more", sample->wants_more);
	}
	object_bool(o, "new", sample->is_new);
	if (row->flags & ROW_USAGE)
		object_number(o, "usage_usec", sample->usage_ns / 1000);
	if (row->flags & ROW_READY) /* else nobody counts them */
		object_number(o, "waits", waits_count(&sample->waits));
	if (waits_count(&sample->waits)) {
		object_number(o, "wait_avg_usec", (uint64_t)waits_mean_usec(&sample->waits));
		object_number(o, "wait_p99_usec",
			      (uint64_t)waits_quantile_usec(&sample->waits, .99));
	}
	if (row->flags & ROW_LIMITED)
		object_fraction(o, "throttled_pct", sample->throttled * 100);
}

static void print_limit(struct object *o, const struct snapshot_row *row)
{
	const struct cgfifo_limit *l = &row->limit;

	if (row->flags & ROW_READY) /* else nobody has looked */
		object_bool(o, "idle", row->flags & ROW_YIELDS);
	if (snapshot_quota(row) == 0)
		return;
	object_number(o, "quota_usec", l->quota_ns / 1000);
	object_number(o, "period_usec", l->period_ns / 1000);
	object_number(o, "burst_usec", l->burst_ns / 1000);
	object_bool(o, "throttled", row->flags & ROW_THROTTLED);
	object_number(o, "nr_periods", l->nr_periods);
	object_number(o, "nr_throttled", l->nr_throttled);
	object_number(o, "throttled_usec", l->throttled_ns / 1000);
	object_number(o, "nr_bursts", l->nr_bursts);
	object_number(o, "burst_used_usec", l->burst_used_ns / 1000);
}

void json_print_row(FILE *f, const struct snapshot *s, size_t i, const struct sample *sample)
{
	const struct snapshot_row *row = snapshot_row(s, i);
	const char *path = snapshot_string(s, row->path);
	struct object o = {.f = f};

	object_text(&o, "name", snapshot_string(s, row->name));
	object_text(&o, "path", path);
	object_number(&o, "cgroup_id", row->cgid);
	print_identity(&o, path);
	object_text_if(&o, "container", snapshot_string(s, row->container));
	object_text_if(&o, "image", snapshot_string(s, row->image));
	object_text_if(&o, "pod_namespace", snapshot_string(s, row->pod_namespace));
	object_text_if(&o, "pod_name", snapshot_string(s, row->pod_name));
	object_number_if(&o, "weight", row->weight);
	object_text(&o, "source", verdict_source_name(row->source));
	object_text_if(&o, "origin", snapshot_string(s, row->origin));
	object_number_if(&o, "cpu_weight", row->own_weight);
	object_number_if(&o, "asked_weight", row->conf_weight);
	object_number_if(&o, "asked_slice_us", row->slice_us);
	object_text_if(&o, "asked_policy", verdict_policy_name(row->policy));
	object_text_if(&o, "asked_isolate", verdict_isolate_name(row->isolate));
	object_bool(&o, "in_force", !(row->flags & ROW_FAILED));
	print_limit(&o, row);
	if (sample)
		print_sample(&o, row, sample);
	object_end(&o);
}

static void print_scheduler(FILE *f, const struct snapshot *s)
{
	static const char *const states[] = {
		[STATE_NONE] = "none",
		[STATE_SCHED] = "cgfifo",
		[STATE_FALLBACK] = "fallback",
		[STATE_OTHER] = "other",
	};
	const struct snapshot_header *h = snapshot_header(s);
	struct object o = {.f = f};

	object_text(&o, "state", states[h->state]);
	object_bool(&o, "partial", h->is_partial);
	object_bool(&o, "agent", h->has_agent);
	if (h->since_ns && h->time_ns > h->since_ns)
		object_number(&o, "since_usec", (h->time_ns - h->since_ns) / 1000);
	object_number(&o, "ejected", h->n_ejected);
	object_text_if(&o, "note", snapshot_string(s, h->note));
	object_text_if(&o, "config_note", snapshot_string(s, h->config_note));
	object_end(&o);
}

static void print_counters(FILE *f, const struct snapshot *s)
{
	const struct snapshot_header *h = snapshot_header(s);
	struct object o = {.f = f};

	for (int i = 0; h->has_counters && i < CGFIFO_NR_STATS; i++)
		object_number(&o, sched_stat_name((enum cgfifo_stat)i), h->counters[i]);
	object_end(&o);
}

void json_print(FILE *f, const struct snapshot *s, const struct sample *samples,
		uint64_t interval_ns, const struct view_options *view)
{
	_cleanup_free_ struct view_line *lines = NULL;
	size_t n = view_make(s, samples, view, &lines);
	struct object o = {.f = f};

	object_number(&o, "version", 1);
	object_number(&o, "cpus", snapshot_header(s)->nr_cpus);
	object_number(&o, "interval_usec", interval_ns / 1000);
	object_key(&o, "scheduler");
	print_scheduler(f, s);
	object_key(&o, "counters");
	print_counters(f, s);
	object_key(&o, "cgroups");
	fputc('[', f);
	for (size_t i = 0; i < n; i++) {
		fputs(i ? ",\n" : "\n", f);
		json_print_row(f, s, lines[i].row, &samples[lines[i].row]);
	}
	fputs(n ? "\n]" : "]", f);
	object_end(&o);
	fputc('\n', f);
}
