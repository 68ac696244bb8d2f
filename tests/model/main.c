// SPDX-License-Identifier: GPL-2.0-only
/* The command line of the model. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "report.h"
#include "util/cleanup.h"
#include "util/parse.h"

#define ROWS_DFL 20

static struct {
	const struct model_sched *sched;
	const struct model_case *which;
	uint64_t seed;
	uint32_t rows;
} arg = {.seed = 1, .rows = ROWS_DFL};

static int help(void)
{
	puts("model run [OPTION...] CASE    one scenario: what each cgroup got, beside the oracle\n"
	     "model list                    cases, their bars, and schedulers\n"
	     "\n"
	     "  --sched NAME    which scheduler (tree)\n"
	     "  --seed N        which scenario of its kind (1)\n"
	     "  --rows N        so many cgroups, those with the largest lag (20; 0: all)");
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
	return 0;
}

static int run(void)
{
	struct scenario *s = arg.which->build(arg.seed);
	struct sim_result result;
	struct bar_figure f;
	int r = sim_run(s, arg.sched, &result);

	if (r < 0) {
		fprintf(stderr, "%s: %s\n", arg.sched->name, result.error);
	} else {
		report_run(stdout, s, &result, arg.rows);
		for (size_t i = 0; arg.which->bars[i]; i++) {
			f = arg.which->bars[i]->judge(s, &result, NULL);
			report_bar(stdout, arg.which->bars[i], &f);
		}
	}
	sim_result_done(&result);
	scenario_free(s);
	return r;
}

/* Answers whether the option is a good one; if not, it has said why. */
static bool take_option(int option)
{
	switch (option) {
	case 's':
		arg.sched = model_sched_find(optarg);
		if (!arg.sched)
			fprintf(stderr, "no scheduler '%s'; see model list\n", optarg);
		return arg.sched;
	case 'n':
		if (!parse_u64(optarg, 0, UINT64_MAX, &arg.seed))
			return true;
		fprintf(stderr, "--seed must be a number, not '%s'\n", optarg);
		return false;
	case 'r':
		if (!parse_u32(optarg, 0, MODEL_MAX_CGROUPS, &arg.rows))
			return true;
		fprintf(stderr, "--rows must be a number up to %d, not '%s'\n", MODEL_MAX_CGROUPS,
			optarg);
		return false;
	default:
		return false;
	}
}

static const struct option options[] = {
	{"sched", required_argument, NULL, 's'},
	{"seed", required_argument, NULL, 'n'},
	{"rows", required_argument, NULL, 'r'},
	{"help", no_argument, NULL, 'h'},
	{},
};

static int run_verb(int argc, char *argv[])
{
	if (optind + 1 != argc) {
		fprintf(stderr, "run takes one case; see model list\n");
		return -EINVAL;
	}
	arg.which = model_case_find(argv[optind]);
	if (!arg.which) {
		fprintf(stderr, "no case '%s'; see model list\n", argv[optind]);
		return -EINVAL;
	}
	return run();
}

int main(int argc, char *argv[])
{
	const char *verb;
	int option;

	arg.sched = model_sched_find("tree");
	while ((option = getopt_long(argc, argv, "h", options, NULL)) >= 0) {
		if (option == 'h')
			return help();
		if (!take_option(option))
			return EXIT_FAILURE;
	}
	verb = optind < argc ? argv[optind++] : "help";
	if (!strcmp(verb, "help"))
		return help();
	if (!strcmp(verb, "list"))
		return list();
	if (!strcmp(verb, "run"))
		return run_verb(argc, argv) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
	fprintf(stderr, "no verb '%s'; see model --help\n", verb);
	return EXIT_FAILURE;
}
