// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgfifo metrics: a measurement for Prometheus. CPU time is the kernel's own (cpu.stat), which
 * only grows as long as the cgroup exists, whatever comes and goes below it.
 */
#include <fcntl.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>

#include "cli/http.h"
#include "cli/measure.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "report/collect.h"
#include "report/metrics.h"
#include "util/alloc.h"
#include "util/file.h"
#include "util/log.h"

#define EVENTS_FILE "/sys/kernel/sched_ext/root/events"
#define EVENTS_MAX  65536

#define HTTP_PATH     "/metrics"
#define HTTP_TYPE     "application/openmetrics-text; version=1.0.0; charset=utf-8"
#define HTTP_TIME_SEC 5

struct metrics_verb_options {
	struct reading_options reading;
	struct metrics_options metrics;
	uint64_t interval_usec;
	uint32_t max_cgroups;
	const char *textfile;
	bool http;
};

static uint64_t *read_usage(const struct snapshot *s, const char *cgroup_root)
{
	uint64_t *usage_ns = xcalloc(snapshot_n_rows(s) + 1, sizeof(*usage_ns));
	_cleanup_close_ int root_fd = -EBADF;
	char why[CGFS_MSG_LEN];

	(void)reading_open_cgroups(cgroup_root, &root_fd, why);
	for (size_t i = 0; i < snapshot_n_rows(s); i++)
		if (root_fd < 0 || collect_usage_ns(root_fd, s, i, &usage_ns[i]) < 0)
			usage_ns[i] = UINT64_MAX;
	return usage_ns;
}

static void print(FILE *f, const struct metrics_verb_options *options, const struct measurement *m)
{
	_cleanup_free_ uint64_t *usage_ns = read_usage(m->after, options->reading.cgroup_root);
	_cleanup_free_ char *events = NULL;

	(void)file_read(AT_FDCWD, EVENTS_FILE, EVENTS_MAX, &events, NULL);
	metrics_print(f, m->after, m->samples, usage_ns, events, &options->metrics);
}

/* The caller's. */
static char *print_text(const struct metrics_verb_options *options, const struct measurement *m)
{
	char *text = NULL;
	size_t size;
	FILE *f = xmemstream(&text, &size);

	print(f, options, m);
	fclose(f);
	return text;
}

/* node_exporter may read at any moment: the whole file, or the one before. */
static int write_textfile(const struct metrics_verb_options *options, const struct measurement *m)
{
	_cleanup_free_ char *text = print_text(options, m);
	int r;

	if (output_is_stdout(options->textfile)) {
		fputs(text, stdout);
		return 0;
	}
	r = output_write(options->textfile, text, strlen(text));
	return r < 0 ? log_error_errno(r, "Cannot write %s: %m", options->textfile) : 0;
}

/*
 * The other end may be anybody on the network, and we are nobody: cgfifo-metrics.socket starts a
 * process for each connection, in a unit that may do nothing but ask the agent.
 */
static int answer_http(const struct metrics_verb_options *options)
{
	_cleanup_(measurement_done) struct measurement m = {};
	_cleanup_free_ char *text = NULL;
	bool head = false;
	int status;

	if (sd_is_socket(STDIN_FILENO, AF_UNSPEC, 0, -1) <= 0) {
		log_error("Standard input is no socket to answer on; \"systemctl enable --now "
			  "cgfifo-metrics.socket\" makes them, or leave --http out");
		return CLI_FAILED;
	}
	status = http_receive(STDIN_FILENO, HTTP_TIME_SEC, HTTP_PATH, &head);
	if (status < 0) /* it went away */
		return CLI_OK;
	if (status == HTTP_OK && measure(&options->reading, options->interval_usec, &m) < 0)
		status = HTTP_UNAVAILABLE;
	if (status == HTTP_OK)
		text = print_text(options, &m);
	return http_answer(STDIN_FILENO, (enum http_status)status, HTTP_TYPE, text, head) < 0
		       ? CLI_FAILED
		       : CLI_OK;
}

static int cmd_metrics(int argc, char **argv)
{
	struct metrics_verb_options options = {
		.reading = READING_DEFAULTS,
		.metrics.version = CGFIFO_VERSION,
		.interval_usec = 1000000,
		.max_cgroups = 1000,
	};
	_cleanup_(measurement_done) struct measurement m = {};
	int r;

	r = cli_parse(&verb_metrics, argc, argv, &options);
	if (r > 0)
		return r - 1;
	if (options.http && options.textfile) {
		fprintf(stderr, "cgfifo metrics: --http answers on a socket, and takes no "
				"--textfile\n");
		return cli_usage_error(&verb_metrics);
	}
	options.metrics.max_cgroups = options.max_cgroups;
	options.metrics.openmetrics = !options.textfile;
	if (options.http)
		return answer_http(&options);
	if (measure(&options.reading, options.interval_usec, &m) < 0)
		return CLI_FAILED;
	if (options.textfile)
		return write_textfile(&options, &m) < 0 ? CLI_FAILED : CLI_OK;
	print(stdout, &options, &m);
	return CLI_OK;
}

static const struct cli_option options_table[] = {
	CLI_OPTION(CLI_TEXT, "textfile", 0, "PATH", struct metrics_verb_options, textfile,
		   "into this file, in the format of node_exporter's textfile collector"),
	CLI_OPTION(CLI_FLAG, "http", 0, NULL, struct metrics_verb_options, http,
		   "answer one HTTP request for " HTTP_PATH " on standard input, a socket; what "
		   "cgfifo-metrics.socket does"),
	CLI_OPTION(CLI_NUMBER, "max-cgroups", 0, "N", struct metrics_verb_options, max_cgroups,
		   "no more cgroups than this have metrics, those with a rule first; default 1000",
		   .min = 0, .max = 65536),
	INTERVAL_OPTION(struct metrics_verb_options, interval_usec),
	READING_OPTIONS(struct metrics_verb_options, reading),
	{},
};

const struct verb verb_metrics = {
	.name = "metrics",
	.summary = "print metrics for Prometheus",
	.words = "",
	.about =
		"Print the state, the scheduler's counters, and weight, CPU time, entitlement and "
		"use "
		"of slices, units, pods and containers, in the OpenMetrics format. A dashboard for "
		"Grafana and alert rules for Prometheus are in /usr/share/cgfifo.",
	.options = options_table,
	.exits =
		"0 printed, also if the agent does not run (cgfifo_agent_up tells), 1 it cannot be "
		"told or written, 2 wrong usage.",
	.run = cmd_metrics,
};
