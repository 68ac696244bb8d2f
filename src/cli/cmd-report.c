// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgfifo report: measures for a while, and writes what it saw into one HTML file. Ctrl-C ends it
 * earlier, and the file is written all the same.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/utsname.h>
#include <syslog.h>
#include <time.h>

#include "cli/journal.h"
#include "cli/measure.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "report/collect.h"
#include "report/html.h"
#include "report/record.h"
#include "report/table.h"
#include "util/alloc.h"
#include "util/log.h"
#include "util/text.h"

/* The recording of a day has no more points than that of ten minutes. */
#define MAX_POINTS 600
#define MAX_EVENTS 10000

#define INTERVAL_USEC 1000000ull
/* The least of an interval that was interrupted. */
#define SHORT_USEC 200000ull

struct report_options {
	struct reading_options reading;
	uint64_t for_usec;
	const char *output;
};

struct events {
	VEC(struct html_event);
};

static volatile sig_atomic_t is_interrupted;

static void on_signal(int number)
{
	(void)number;
	is_interrupted = 1;
}

/* Without SA_RESTART: the pause that it comes in ends. */
static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/* m has the last measurement, which is there in any case. */
static int record_all(const struct report_options *options, struct record *record,
		      struct measurement *m)
{
	uint64_t interval = options->for_usec / MAX_POINTS, begin, usec = 0;
	int r;

	interval = interval > INTERVAL_USEC ? interval : INTERVAL_USEC;
	r = measure_read(&options->reading, m);
	if (r < 0)
		return r;
	begin = snapshot_header(m->before)->time_ns;
	do {
		r = measure_on(&options->reading, is_interrupted ? SHORT_USEC : interval, m);
		if (r < 0 && record->seconds.n == 0)
			return r;
		/* What there is, is worth a file; in a moment nobody is measured well. */
		if (r < 0 ||
		    (is_interrupted && record->seconds.n > 0 && m->span_ns < SHORT_USEC * 1000))
			break;
		record_add(record, m->after, m->samples,
			   (double)(snapshot_header(m->after)->time_ns - begin) / 1e9);
		usec += interval;
	} while (usec < options->for_usec && !is_interrupted);
	record_finish(record);
	if (r < 0)
		log_warning("The recording ends here, after %zu measurement%s", record->seconds.n,
			    text_plural(record->seconds.n));
	return 0;
}

static void events_done(struct events *events)
{
	VEC_FOREACH (e, events)
		free(e->message);
	VEC_DONE(events);
}

/* begin_usec: CLOCK_MONOTONIC, as for measurements. */
static int read_events(uint64_t begin_usec, struct events *events)
{
	_cleanup_(journal_freep) struct journal *j = NULL;
	int r;

	r = journal_open(&j);
	if (r == 0)
		r = journal_seek_time(j, begin_usec);
	while (r == 0) {
		_cleanup_(journal_entry_done) struct journal_entry entry = {};
		struct html_event *e;

		r = journal_next(j, &entry);
		if (r <= 0)
			return r;
		r = 0;
		if (!entry.message || entry.mono_usec < begin_usec)
			continue;
		e = VEC_PUSH(events, MAX_EVENTS);
		if (e)
			*e = (struct html_event){
				.seconds = (double)(entry.mono_usec - begin_usec) / 1e6,
				.message = TAKE_PTR(entry.message),
				.is_trouble = entry.priority <= LOG_WARNING,
			};
	}
	return r;
}

/* The first line of "cgfifo status", without its end. The caller's. */
static char *state_of(const struct snapshot *s)
{
	char *text = NULL;
	size_t size;
	FILE *f = xmemstream(&text, &size);

	table_print_state(f, s);
	fclose(f);
	text[strcspn(text, "\n")] = '\0';
	return text;
}

static int write_file(const char *path, const struct record *record, struct html_about *about)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *f = xmemstream(&text, &size);
	int r;

	html_print(f, record, about);
	fclose(f);
	if (strcmp(path, "-") == 0 || output_is_stdout(path)) {
		fwrite(text, 1, size, stdout);
		return 0;
	}
	r = output_write(path, text, size);
	if (r < 0)
		return log_error_errno(r, "Cannot write %s: %m", path);
	printf("%s: %zu measurements, %zu cgroups, %zu events\n", path, record->seconds.n,
	       record->series.n, about->n_events);
	return 0;
}

static int report(const struct report_options *options)
{
	_cleanup_(measurement_done) struct measurement m = {};
	_cleanup_(record_done) struct record record = {};
	_cleanup_(events_done) struct events events = {};
	_cleanup_free_ char *state = NULL;
	uint64_t begin = collect_now_ns() / 1000;
	struct html_about about = {.version = CGFIFO_VERSION};
	time_t sec = time(NULL);
	struct utsname u = {};
	struct tm tm = {};
	char when[64];
	int r;

	if (record_all(options, &record, &m) < 0)
		return CLI_FAILED;
	r = read_events(begin, &events);
	if (r < 0)
		about.events_missing = r == -ENOENT ? "there is no journal on this machine"
						    : "the journal could not be read; root can";
	uname(&u);
	localtime_r(&sec, &tm);
	strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S %Z", &tm);
	state = state_of(m.after);
	about.host = u.nodename;
	about.kernel = u.release;
	about.begin = when;
	about.nr_cpus = snapshot_header(m.after)->nr_cpus;
	about.state = state;
	about.events = events.items;
	about.n_events = events.n;
	return write_file(options->output, &record, &about) < 0 ? CLI_FAILED : CLI_OK;
}

static int cmd_report(int argc, char **argv)
{
	struct report_options options = {
		.reading = READING_DEFAULTS,
		.for_usec = 30 * 1000000ull,
		.output = "cgfifo-report.html",
	};
	int r;

	r = cli_parse(&verb_report, argc, argv, &options);
	if (r > 0)
		return r - 1;
	catch_signals();
	return report(&options);
}

static const struct cli_option options_table[] = {
	CLI_OPTION(CLI_TIME, "for", 0, "TIME", struct report_options, for_usec,
		   "record for this time: 30s, 10m, 2h; default 30s", .min = 1000000,
		   .max = 7 * 86400 * 1000000ull),
	CLI_OPTION(CLI_TEXT, "output", 'o', "FILE", struct report_options, output,
		   "write this file, - is standard output; default cgfifo-report.html"),
	READING_OPTIONS(struct report_options, reading),
	{},
};

const struct verb verb_report = {
	.name = "report",
	.summary = "record for a while, and write an HTML file about it",
	.words = "",
	.about = "Record who is entitled to what and who gets what for a while, and write one HTML "
		 "file about it, with pictures and with what the agent did meanwhile, that needs "
		 "nothing else and can be read by somebody who was not there. Ctrl-C ends the "
		 "recording earlier.",
	.options = options_table,
	.exits = "0 written, 1 not, 2 wrong usage.",
	.run = cmd_report,
};
