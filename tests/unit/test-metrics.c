// SPDX-License-Identifier: GPL-2.0-only
/* report/metrics: the text that Prometheus reads; and the names that dashboard and alerts use. */
#include <criterion/criterion.h>
#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "policy/verdict.h"
#include "report/metrics.h"
#include "sched/sched.h"
#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/file.h"

static struct snapshot *s;
static struct sample samples[8];
static uint64_t usage_ns[8];
static struct metrics_options options;
static char *out;

static void add(uint32_t parent, const char *name, const char *path, uint32_t weight)
{
	size_t i = snapshot_n_rows(s);
	struct snapshot_row *row = snapshot_add_row(s);

	*row = (struct snapshot_row){
		.cgid = i + 1, .parent = parent, .weight = weight, .flags = ROW_USAGE};
	row->name = snapshot_add_string(s, name);
	row->path = snapshot_add_string(s, path);
	samples[i] = (struct sample){.got = 0.25, .entitled = 0.5, .wants_more = i == 2};
	usage_ns[i] = 1234567890123 * i;
}

static void setup(void)
{
	s = snapshot_new();
	snapshot_edit_header(s)->nr_cpus = 4;
	snapshot_edit_header(s)->state = STATE_SCHED;
	snapshot_edit_header(s)->has_agent = 1;
	options =
		(struct metrics_options){.openmetrics = true, .max_cgroups = 10, .version = "1.2"};
	add(0, "", "/", 100);
	add(0, "a.slice", "/a.slice", 100);
	add(1, "b \"x\\y\".service", "/a.slice/b.service", 300);
	add(2, "inside", "/a.slice/b.service/inside", 100);
	snapshot_row(s, 2)->source = SOURCE_RULE;
	snapshot_row(s, 2)->flags |= ROW_WANTED;
}

static void teardown(void)
{
	snapshot_free(s);
	free(out);
}

TestSuite(metrics, .init = setup, .fini = teardown);

static const char *printed(const char *events)
{
	size_t size;
	FILE *f;

	free(out);
	f = open_memstream(&out, &size);
	metrics_print(f, s, samples, usage_ns, events, &options);
	fclose(f);
	return out;
}

static void expect(const char *text)
{
	cr_expect_not_null(strstr(out, text), "no '%s' in:\n%s", text, out);
}

Test(metrics, values)
{
	printed("SCX_EV_A 7\nSCX_EV_B 18446744073709551615\nnonsense\n");
	expect("# TYPE cgfifo_scheduler_up gauge\ncgfifo_scheduler_up 1\n");
	expect("cgfifo_build_info{version=\"1.2\"} 1\n");
	expect("# TYPE cgfifo_kernel_events counter\n"
	       "cgfifo_kernel_events_total{event=\"SCX_EV_A\"} 7\n"
	       "cgfifo_kernel_events_total{event=\"SCX_EV_B\"} 18446744073709551615\n#");
	expect("cgfifo_cgroup_weight{cgroup=\"/a.slice/b.service\",name=\"b "
	       "\\\"x\\\\y\\\".service\","
	       "kind=\"unit\",source=\"rule\"} 300\n");
	expect("cgfifo_cgroup_cpu_seconds_total{cgroup=\"/a.slice\",name=\"a.slice\"} "
	       "1234.567890\n");
	expect("cgfifo_cgroup_entitled_ratio{cgroup=\"/a.slice\",name=\"a.slice\"} 0.500000\n");
	cr_expect_null(strstr(out, "/inside"), "the insides of things have no metrics");
	cr_expect_str_eq(out + strlen(out) - 6, "# EOF\n");
}

/* What is not known, or does not apply, has no sample. */
Test(metrics, waits_and_throttling)
{
	samples[2].waits = (struct cgfifo_waits){.sum_ns = 3000000, .nr_class = {[8] = 2}};
	samples[2].throttled = .25;
	snapshot_row(s, 2)->flags |= ROW_LIMITED;
	snapshot_row(s, 2)->limit = (struct cgfifo_limit){.quota_ns = 1, .period_ns = 2};
	printed(NULL);
	expect("# TYPE cgfifo_cgroup_wait_avg_seconds gauge\n"
	       "cgfifo_cgroup_wait_avg_seconds{cgroup=\"/a.slice/b.service\",name=\"b "
	       "\\\"x\\\\y\\\".service\"} 0.001500\n#");
	expect(".service\"} 0.002087\n# HELP cgfifo_cgroup_throttled_ratio");
	expect(".service\"} 0.250000\n# EOF");
}

/* Nobody counts what one without a slot uses: only a rule has given it a row. */
Test(metrics, use_that_is_not_known)
{
	samples[2].is_unknown = true;
	printed(NULL);
	expect("cgfifo_cgroup_rule_in_force{cgroup=\"/a.slice/b.service\"");
	cr_expect_null(strstr(out, "cgfifo_cgroup_got_ratio{cgroup=\"/a.slice/b.service\""));
	cr_expect_null(strstr(out, "cgfifo_cgroup_wants_more{cgroup=\"/a.slice/b.service\""));
	expect("cgfifo_cgroup_got_ratio{cgroup=\"/a.slice\"");
}

/* As it is for a moment while the scheduler takes a limit in. */
Test(metrics, limit_without_a_period)
{
	snapshot_row(s, 2)->flags |= ROW_LIMITED;
	printed(NULL);
	cr_expect_null(strstr(out, "cgfifo_cgroup_quota_ratio{"), "%s", out);
	cr_expect_null(strstr(out, "nan"), "%s", out);
}

/* node_exporter's parser knows no "# EOF", and wants counters called as they are. */
Test(metrics, the_older_format)
{
	options.openmetrics = false;
	printed(NULL);
	expect("# TYPE cgfifo_scheduler_ejections_total counter\ncgfifo_scheduler_ejections_total "
	       "0\n");
	cr_expect_null(strstr(out, "EOF"));
	cr_expect_null(strstr(out, "kernel_events"));
}

Test(metrics, those_with_a_rule_go_first)
{
	options.max_cgroups = 1;
	printed(NULL);
	expect("cgfifo_cgroup_got_ratio{cgroup=\"/a.slice/b.service\"");
	expect("cgfifo_cgroups_left_out 1\n");
	cr_expect_null(strstr(out, "cgroup=\"/a.slice\""));
}

/* What a container calls itself cannot add a metric. */
Test(metrics, hostile_names)
{
	add(1, "x\n# EOF\ncgfifo_up 1", "/a.slice/x\n.service", 100);
	printed(NULL);
	expect("name=\"x\\\\n# EOF\\\\ncgfifo_up 1\"");
	cr_expect_null(strstr(out, "\ncgfifo_up"));
}

Test(metrics, every_sample_belongs_to_its_family)
{
	char name[128] = "";

	printed("SCX_EV_A 7\n");
	for (char *line = strtok(out, "\n"); line; line = strtok(NULL, "\n")) {
		if (strncmp(line, "# HELP ", 7) == 0 || strcmp(line, "# EOF") == 0)
			continue;
		if (sscanf(line, "# TYPE %127s", name) == 1)
			continue;
		cr_expect_eq(strncmp(line, name, strlen(name)), 0, "%s under %s", line, name);
	}
}

static bool is_counter(const char *name)
{
	for (int i = 0; i < CGFIFO_NR_STATS; i++) {
		_cleanup_free_ char *full =
			xasprintf("cgfifo_scheduler_%s_total", sched_stat_name(i));

		if (strcmp(full, name) == 0)
			return true;
	}
	return false;
}

/* A metric that a file in src/etc uses is one that the manual has. */
static void expect_documented(const char *file, const char *manual)
{
	_cleanup_free_ char *path = xasprintf("%s/src/etc/%s", getenv("CGFIFO_SOURCE"), file);
	_cleanup_free_ char *text = NULL;
	size_t n_names = 0;

	cr_assert_eq(file_read(AT_FDCWD, path, 1 << 20, &text, NULL), 0, "%s", path);
	for (char *at = text; (at = strstr(at, "cgfifo_")); n_names++) {
		_cleanup_free_ char *name = NULL;
		size_t n = 0;

		while (isalnum((unsigned char)at[n]) || at[n] == '_')
			n++;
		name = xstrndup(at, n);
		cr_expect(is_counter(name) || strstr(manual, name), "%s: %s", file, name);
		at += n;
	}
	cr_expect_gt(n_names, 5, "%s", file);
}

Test(metrics, files_use_what_there_is)
{
	_cleanup_free_ char *path = xasprintf("%s/docs/man/cgfifo.8.rst", getenv("CGFIFO_SOURCE"));
	_cleanup_free_ char *manual = NULL;

	cr_assert_eq(file_read(AT_FDCWD, path, 1 << 20, &manual, NULL), 0);
	expect_documented("grafana-dashboard.json", manual);
	expect_documented("prometheus-rules.yml", manual);
}
