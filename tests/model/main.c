// SPDX-License-Identifier: GPL-2.0-only
/* The command line of the model. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "report.h"
#include "scale.h"
#include "sweep.h"
#include "util/cleanup.h"
#include "util/parse.h"

static struct {
	const struct model_sched *sched;
	const struct model_case *which;
	const struct scale_load *load;
	uint64_t seed, seeds;
	uint32_t rows;
	const char *csv, *svg;
	bool check;
} arg = {.seed = 1, .seeds = 200, .rows = 20};

static int help(void)
{
	puts("model run [OPTION...] CASE      one scenario: what each cgroup got, beside the "
	     "oracle\n"
	     "model sweep [OPTION...] [CASE]  many scenarios: which bars are met, and the worst of "
	     "each\n"
	     "model scale [OPTION...] [LOAD]  what a switch costs on 1 to 512 CPUs: lock, memory, "
	     "caches\n"
	     "model list                      cases, their bars, schedulers and loads\n"
	     "\n"
	     "  --sched NAME  which scheduler (cgfifo)\n"
	     "  --seed N      which scenario of its kind; in a sweep, the first one (1)\n"
	     "  --rows N      run: so many cgroups, those with the largest lag (20; 0: all)\n"
	     "  --seeds N     sweep: so many scenarios per case (200)\n"
	     "  --csv FILE    sweep: a line per run and bar; scale: per load and machine\n"
	     "  --svg FILE    sweep: a picture of that\n"
	     "  --check       sweep: fail if a bar is missed\n"
	     "  -h, --help    this list");
	return 0;
}

static int list(void)
{
	puts("Cases, and what is asked of a scheduler in each:\n");
	for (const struct model_case *c = model_cases; c->name; c++) {
		printf("  %-10s %s\n", c->name, c->summary);
		for (size_t i = 0; c->bars[i]; i++)
			printf("    %-8s %s\n", c->bars[i]->name, c->bars[i]->summary);
	}
	puts("\nSchedulers:\n");
	for (const struct model_sched *const *s = model_scheds; *s; s++)
		printf("  %-10s %s\n", (*s)->name, (*s)->summary);
	puts("\nLoads of scale:\n");
	for (const struct scale_load *l = scale_loads; l->name; l++)
		printf("  %-10s %s\n", l->name, l->summary);
	return 0;
}

static int print_run(const struct scenario *s, const struct scenario *second)
{
	struct sim_result result, other = {};
	struct bar_figure f;
	int r = sim_run(s, arg.sched, &result);

	if (r >= 0 && second)
		r = sim_run(second, arg.sched, &other);
	if (r < 0) {
		fprintf(stderr, "%s: %s\n", arg.sched->name,
			*result.error ? result.error : other.error);
	} else {
		report_run(stdout, s, &result, arg.rows);
		for (size_t i = 0; arg.which->bars[i]; i++) {
			f = arg.which->bars[i]->judge(s, &result, second ? &other : NULL);
			report_bar(stdout, arg.which->bars[i], &f);
		}
	}
	sim_result_done(&result);
	sim_result_done(&other);
	return r;
}

static int run(void)
{
	struct scenario *s, *second;
	int r;

	if (!arg.which) {
		fprintf(stderr, "run takes a case; see model list\n");
		return -EINVAL;
	}
	s = arg.which->build(arg.seed);
	second = arg.which->build_other ? arg.which->build_other(arg.seed) : NULL;
	r = print_run(s, second);
	scenario_free(s);
	scenario_free(second);
	return r;
}

static int write_file(const struct sweep *sweep, const char *path,
		      int (*write)(const struct sweep *sweep, const char *path))
{
	int r = path ? write(sweep, path) : 0;

	if (r < 0)
		fprintf(stderr, "cannot write %s: %s\n", path, strerror(-r));
	return r;
}

static int sweep(void)
{
	struct sweep s;
	char error[128];
	uint32_t missed;
	int r = sweep_run(&s, arg.sched, arg.which, arg.seed, arg.seeds, stderr, error);

	if (r < 0) {
		fprintf(stderr, "%s: %s\n", arg.sched->name, error);
	} else {
		missed = sweep_summarize(&s, stdout);
		r = write_file(&s, arg.csv, sweep_write_csv);
		r = r < 0 ? r : write_file(&s, arg.svg, sweep_write_svg);
		if (r >= 0 && arg.check && missed)
			r = -EDOM;
	}
	sweep_done(&s);
	return r;
}

/* One load on machines that grow. */
static int scale_one(const struct scale_load *load, FILE *csv)
{
	struct scale_row rows[SCALE_MACHINES];
	size_t n = 0;

	scale_print_head(stdout, load);
	for (uint32_t cpus = 1; cpus <= MODEL_MAX_CPUS; cpus *= 2) {
		if (scale_run(load, cpus, &rows[n]) < 0)
			return -EPROTO;
		scale_print_row(stdout, &rows[n]);
		if (csv)
			scale_csv_row(csv, load, &rows[n]);
		n++;
	}
	scale_judge(stdout, rows, n);
	puts("");
	return 0;
}

static int scale(void)
{
	_cleanup_fclose_ FILE *csv = arg.csv ? fopen(arg.csv, "we") : NULL;
	int r = 0;

	if (arg.csv && !csv) {
		r = -errno;
		fprintf(stderr, "cannot write %s: %s\n", arg.csv, strerror(-r));
		return r;
	}
	if (csv)
		scale_csv_head(csv);
	for (const struct scale_load *l = scale_loads; r >= 0 && l->name; l++)
		if (!arg.load || arg.load == l)
			r = scale_one(l, csv);
	return r;
}

static int take_number(const char *option, uint64_t min, uint64_t max, uint64_t *ret)
{
	int r = parse_u64(optarg, min, max, ret);

	if (r < 0)
		fprintf(stderr, "--%s must be a number from %" PRIu64 " to %" PRIu64 ", not '%s'\n",
			option, min, max, optarg);
	return r;
}

static int take_option(int option)
{
	uint64_t rows;
	int r;

	switch (option) {
	case 's':
		arg.sched = model_sched_find(optarg);
		if (arg.sched)
			return 0;
		fprintf(stderr, "no scheduler '%s'; see model list\n", optarg);
		return -EINVAL;
	case 'n':
		return take_number("seed", 0, UINT32_MAX, &arg.seed);
	case 'N':
		return take_number("seeds", 1, 100000, &arg.seeds);
	case 'r':
		r = take_number("rows", 0, MODEL_MAX_CGROUPS, &rows);
		arg.rows = r < 0 ? arg.rows : (uint32_t)rows;
		return r;
	case 'c':
		arg.csv = optarg;
		return 0;
	case 'v':
		arg.svg = optarg;
		return 0;
	case 'k':
		arg.check = true;
		return 0;
	default: /* getopt has said what is wrong */
		return -EINVAL;
	}
}

static const struct option options[] = {
	{"sched", required_argument, NULL, 's'},
	{"seed", required_argument, NULL, 'n'},
	{"seeds", required_argument, NULL, 'N'},
	{"rows", required_argument, NULL, 'r'},
	{"csv", required_argument, NULL, 'c'},
	{"svg", required_argument, NULL, 'v'},
	{"check", no_argument, NULL, 'k'},
	{"help", no_argument, NULL, 'h'},
	{},
};

static int take_case(const char *name)
{
	arg.which = model_case_find(name);
	return arg.which ? 0 : -ENOENT;
}

static int take_load(const char *name)
{
	arg.load = scale_load_find(name);
	return arg.load ? 0 : -ENOENT;
}

static const struct verb {
	const char *name;
	const char *what; /* it takes one of; or NULL */
	int (*take)(const char *name);
	int (*run)(void);
} verbs[] = {
	{"help", NULL, NULL, help},	     {"list", NULL, NULL, list},
	{"run", "case", take_case, run},     {"sweep", "case", take_case, sweep},
	{"scale", "load", take_load, scale},
};

/* What is left of the command line after the verb. */
static int take_rest(int argc, char *argv[], const struct verb *verb)
{
	if (optind == argc)
		return 0;
	if (!verb->take || verb->take(argv[optind]) < 0) {
		fprintf(stderr, "no %s '%s'; see model list\n", verb->what ?: "argument",
			argv[optind]);
		return -EINVAL;
	}
	if (optind + 1 == argc)
		return 0;
	fprintf(stderr, "one %s at most; what is '%s'?\n", verb->what, argv[optind + 1]);
	return -EINVAL;
}

int main(int argc, char *argv[])
{
	const char *verb;
	int option;

	arg.sched = model_sched_find("cgfifo");
	while ((option = getopt_long(argc, argv, "h", options, NULL)) >= 0) {
		if (option == 'h')
			return help();
		if (take_option(option) < 0)
			return EXIT_FAILURE;
	}
	verb = optind < argc ? argv[optind++] : "help";
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (strcmp(verbs[i].name, verb))
			continue;
		if (take_rest(argc, argv, &verbs[i]) < 0)
			return EXIT_FAILURE;
		return verbs[i].run() < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
	}
	fprintf(stderr, "no verb '%s'; see model --help\n", verb);
	return EXIT_FAILURE;
}
