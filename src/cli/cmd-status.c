// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgfifo status: who is entitled to what, and who gets what. Two snapshots an interval apart are
 * compared here, in the reader, so that the agent does nothing while nobody looks.
 */
#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "agent/serve.h"
#include "cgroup/cgfs.h"
#include "cli/cli.h"
#include "cli/reading.h"
#include "report/json.h"
#include "report/table.h"
#include "sched/sched.h"
#include "util/log.h"
#include "util/parse.h"

#define STATUS_NOT_RUNNING 3
#define STATUS_NO_AGENT	   4

/* Readings in one interval. */
#define READINGS 4

#define INTERVAL_MIN_USEC 200000ull
#define INTERVAL_MAX_USEC (3600 * 1000000ull)

static const char usage[] = "cgfifo status [OPTION...] [NAME]";

static const char help[] =
	"Show for each container and service what it is entitled to and what it gets, in percent\n"
	"of the machine. With NAME, only those whose name or path has it, or matches it as a "
	"glob.\n"
	"\n"
	"  -a, --all            also cgroups that are idle, and the insides of containers\n"
	"  -i, --interval TIME  measure over this time: 500ms, 2s, 10 (seconds); default 1s\n"
	"  -w, --watch          go on until interrupted\n"
	"  -n, --count N        show N times\n"
	"      --json           as JSON, one object per reading, with every cgroup\n"
	"      --socket PATH    ask the agent here (" SERVE_SOCKET ")\n"
	"      --pin-dir DIR    the scheduler's maps (" SCHED_PIN_DIR ")\n"
	"      --cgroup-root D  the cgroup tree (" CGFS_ROOT ")\n"
	"  -h, --help           this text\n"
	"\n"
	"ENT%     what its weight and those of its siblings entitle it to, after what others "
	"leave\n"
	"GOT%     what it used in the interval\n"
	"GOT/ENT  1.00 is fair; \"-\": it had all that it wanted\n"
	"\n"
	"Exit status: 0 the agent runs; 3 cgfifo does not run; 4 only the scheduler runs, without\n"
	"its agent; 1 it cannot be told; 2 wrong usage.\n";

struct status_options {
	struct reading_options reading;
	struct table_options table;
	uint64_t interval_usec;
	uint32_t count; /* 0: for ever */
	bool json;
	bool clear; /* the screen, before each */
};

static size_t terminal_columns(void)
{
	const char *env = getenv("COLUMNS");
	struct winsize size;
	uint32_t columns;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	if (env && parse_u32(env, 20, 1000, &columns) == 0)
		return columns;
	return 80;
}

static void pause_for(uint64_t usec)
{
	struct timespec t = {
		.tv_sec = (time_t)(usec / 1000000),
		.tv_nsec = (long)(usec % 1000000) * 1000,
	};

	clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
}

static void show(const struct status_options *options, const struct snapshot *before,
		 const struct snapshot *after)
{
	_cleanup_free_ struct sample *samples = sample_compute(before, after);
	uint64_t span = snapshot_header(after)->time_ns - snapshot_header(before)->time_ns;

	if (options->json) {
		json_print(stdout, after, samples, span, &options->table.view);
		return;
	}
	if (options->clear)
		fputs("\033[H\033[J", stdout);
	table_print_state(stdout, after);
	fputc('\n', stdout);
	table_print(stdout, after, samples, &options->table);
}

static int exit_status(const struct snapshot *s)
{
	const struct snapshot_header *h = snapshot_header(s);

	if (h->has_agent)
		return CLI_OK;
	return h->state == STATE_SCHED ? STATUS_NO_AGENT : STATUS_NOT_RUNNING;
}

/* The reading at the end of an interval, with what those within tell about who was waiting. */
static int read_interval(const struct status_options *options, struct snapshot **ret)
{
	_cleanup_(snapshot_freep) struct snapshot *latest = NULL;

	for (int i = 0; i < READINGS; i++) {
		struct snapshot *s = NULL;
		int r;

		pause_for(options->interval_usec / READINGS);
		r = reading_take(&options->reading, &s);
		if (r < 0)
			return r;
		if (latest)
			sample_note_ready(s, latest);
		snapshot_free(latest);
		latest = s;
	}
	*ret = TAKE_PTR(latest);
	return 0;
}

static int status(const struct status_options *options)
{
	_cleanup_(snapshot_freep) struct snapshot *before = NULL;

	if (reading_take(&options->reading, &before) < 0)
		return CLI_FAILED;
	for (uint32_t i = 1;; i++) {
		struct snapshot *after = NULL;

		if (read_interval(options, &after) < 0)
			return CLI_FAILED;
		if (i > 1 && !options->json && !options->clear)
			fputc('\n', stdout);
		show(options, before, after);
		snapshot_free(before);
		before = after;
		if (fflush(stdout) != 0)
			return CLI_FAILED;
		if (i == options->count)
			return exit_status(after);
	}
}

/* A number is seconds here: nobody thinks of an interval of 2 as anything else. */
static int parse_interval(const char *s, uint64_t *ret)
{
	uint32_t sec;

	if (parse_u32(s, 1, INTERVAL_MAX_USEC / 1000000, &sec) == 0) {
		*ret = sec * 1000000ull;
		return 0;
	}
	return parse_duration_usec(s, INTERVAL_MIN_USEC, INTERVAL_MAX_USEC, ret);
}

static int bad_value(const char *option, const char *value)
{
	log_error("cgfifo status: %s does not mean anything as --%s", value, option);
	return cli_usage_error(usage);
}

static void init_options(struct status_options *o)
{
	setlocale(LC_CTYPE, "");
	*o = (struct status_options){
		.reading =
			{
				.socket = SERVE_SOCKET,
				.pin_dir = SCHED_PIN_DIR,
				.cgroup_root = CGFS_ROOT,
			},
		.table =
			{
				.columns = terminal_columns(),
				.colour = cli_wants_colour(stdout),
				.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
			},
		.interval_usec = 1000000,
		.count = 1,
	};
}

static const struct option long_options[] = {
	{"all", no_argument, NULL, 'a'},	   {"interval", required_argument, NULL, 'i'},
	{"watch", no_argument, NULL, 'w'},	   {"count", required_argument, NULL, 'n'},
	{"json", no_argument, NULL, 'j'},	   {"socket", required_argument, NULL, 's'},
	{"pin-dir", required_argument, NULL, 'p'}, {"cgroup-root", required_argument, NULL, 'r'},
	{"help", no_argument, NULL, 'h'},	   {},
};

/* 0: go on. Else the status to exit with, plus one. */
static int take_option(struct status_options *o, int c)
{
	switch (c) {
	case 'a':
		o->table.view.all = true;
		return 0;
	case 'i':
		if (parse_interval(optarg, &o->interval_usec) < 0)
			return 1 + bad_value("interval", optarg);
		return 0;
	case 'w':
		o->count = 0;
		return 0;
	case 'n':
		if (parse_u32(optarg, 1, UINT32_MAX, &o->count) < 0)
			return 1 + bad_value("count", optarg);
		return 0;
	case 'j':
		o->json = true;
		return 0;
	case 's':
		o->reading.socket = optarg;
		return 0;
	case 'p':
		o->reading.pin_dir = optarg;
		return 0;
	case 'r':
		o->reading.cgroup_root = optarg;
		return 0;
	case 'h':
		printf("Usage: %s\n\n%s", usage, help);
		return 1 + CLI_OK;
	default:
		return 1 + cli_usage_error(usage);
	}
}

int cmd_status(int argc, char **argv)
{
	struct status_options options;
	int c, r;

	init_options(&options);
	while ((c = getopt_long(argc, argv, "ai:wn:h", long_options, NULL)) >= 0) {
		r = take_option(&options, c);
		if (r > 0)
			return r - 1;
	}
	if (argc - optind > 1)
		return cli_usage_error(usage);
	options.table.view.filter = argv[optind]; /* NULL at the end */
	options.table.view.all |= options.json;
	options.clear = options.count != 1 && isatty(STDOUT_FILENO) && !options.json;
	return status(&options);
}
