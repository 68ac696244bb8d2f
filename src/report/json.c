// SPDX-License-Identifier: GPL-2.0-only
/* The output of cgfifo status --json, see json.h. */
#include "report/json.h"

#include <inttypes.h>

#include "identity/identity.h"
#include "policy/verdict.h"
#include "sched/sched.h"
#include "util/text.h"

/* Writes "key": value pairs with commas where they belong. */
struct object {
	FILE *f;
	bool begun;
};

static void put_key(struct object *o, const char *key)
{
	fprintf(o->f, "%s\"%s\": ", o->begun ? ", " : "{", key);
	o->begun = true;
}

static void put_text(struct object *o, const char *key, const char *value)
{
	_cleanup_free_ char *quoted = text_json(value);

	put_key(o, key);
	fputs(quoted, o->f);
}

/* Nothing for nothing: absent is easier to test for than "". */
static void put_text_if(struct object *o, const char *key, const char *value)
{
	if (value[0] != '\0')
		put_text(o, key, value);
}

static void put_number(struct object *o, const char *key, uint64_t value)
{
	put_key(o, key);
	fprintf(o->f, "%" PRIu64, value);
}

static void put_number_if(struct object *o, const char *key, uint64_t value)
{
	if (value != 0)
		put_number(o, key, value);
}

static void put_fraction(struct object *o, const char *key, double value)
{
	put_key(o, key);
	fprintf(o->f, "%.4f", value);
}

static void put_bool(struct object *o, const char *key, bool value)
{
	put_key(o, key);
	fputs(value ? "true" : "false", o->f);
}

static void put_end(struct object *o)
{
	fputs(o->begun ? "}" : "{}", o->f);
}

static void print_identity(struct object *o, const char *path)
{
	struct identity id;

	identity_from_path(path, &id);
	put_text(o, "kind", identity_kind_name(id.kind));
	put_bool(o, "own", id.own);
	if (id.runtime != RUNTIME_NONE)
		put_text(o, "runtime", identity_runtime_name(id.runtime));
	put_text_if(o, "unit", id.unit);
	put_text_if(o, "container_id", id.container_id);
	put_text_if(o, "pod_uid", id.pod_uid);
}

static void print_row(FILE *f, const struct snapshot *s, size_t i, const struct sample *sample)
{
	const struct snapshot_row *row = snapshot_row(s, i);
	const char *path = snapshot_string(s, row->path);
	struct object o = {.f = f};

	put_text(&o, "name", snapshot_string(s, row->name));
	put_text(&o, "path", path);
	put_number(&o, "cgroup_id", row->cgid);
	print_identity(&o, path);
	put_number_if(&o, "weight", row->weight);
	put_text(&o, "source", verdict_source_name(row->source));
	put_text_if(&o, "origin", snapshot_string(s, row->origin));
	put_number_if(&o, "cpu_weight", row->own_weight);
	put_number_if(&o, "asked_weight", row->conf_weight);
	put_number_if(&o, "asked_slice_us", row->slice_us);
	put_bool(&o, "in_force", !(row->flags & ROW_FAILED));
	if (row->weight) /* without a cpu controller there is no share */
		put_fraction(&o, "entitled_pct", sample->entitled * 100);
	put_fraction(&o, "got_pct", sample->got * 100);
	put_bool(&o, "wants_more", sample->wants_more);
	put_bool(&o, "new", sample->is_new);
	put_number(&o, "usage_usec", sample->usage_ns / 1000);
	put_end(&o);
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

	put_text(&o, "state", states[h->state]);
	put_bool(&o, "agent", h->has_agent);
	if (h->since_ns && h->time_ns > h->since_ns)
		put_number(&o, "since_usec", (h->time_ns - h->since_ns) / 1000);
	put_number(&o, "ejected", h->n_ejected);
	put_text_if(&o, "note", snapshot_string(s, h->note));
	put_text_if(&o, "config_note", snapshot_string(s, h->config_note));
	put_end(&o);
}

static void print_counters(FILE *f, const struct snapshot *s)
{
	const struct snapshot_header *h = snapshot_header(s);
	struct object o = {.f = f};

	for (int i = 0; h->has_counters && i < CGFIFO_NR_STATS; i++)
		put_number(&o, sched_stat_name((enum cgfifo_stat)i), h->counters[i]);
	put_end(&o);
}

void json_print(FILE *f, const struct snapshot *s, const struct sample *samples,
		uint64_t interval_ns, const struct view_options *view)
{
	_cleanup_free_ struct view_line *lines = NULL;
	size_t n = view_make(s, samples, view, &lines);
	struct object o = {.f = f};

	put_number(&o, "version", 1);
	put_number(&o, "cpus", snapshot_header(s)->nr_cpus);
	put_number(&o, "interval_usec", interval_ns / 1000);
	put_key(&o, "scheduler");
	print_scheduler(f, s);
	put_key(&o, "counters");
	print_counters(f, s);
	put_key(&o, "cgroups");
	fputc('[', f);
	for (size_t i = 0; i < n; i++) {
		fputs(i ? ",\n" : "\n", f);
		print_row(f, s, lines[i].row, &samples[lines[i].row]);
	}
	fputs(n ? "\n]" : "]", f);
	put_end(&o);
	fputc('\n', f);
}
