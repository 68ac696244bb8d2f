// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgfifo: gives containers the CPU shares that their owner wrote down. This file finds the verb
 * and calls it; each verb is a file in cli/.
 */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/text.h"

static const struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} verbs[] = {
	{"check", cmd_check, "check the configuration and print what it amounts to"},
	{"run", cmd_run, "keep the configured weights in force (the daemon)"},
	{"status", cmd_status, "show what everybody is entitled to and gets"},
	{"version", cmd_version, "print the version"},
};

static void print_help(void)
{
	printf("Usage: cgfifo VERB [OPTION...]\n\n"
	       "Gives containers the CPU shares that their owner wrote down.\n\n");
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		printf("  %-10s %s\n", verbs[i].name, verbs[i].help);
	printf("\ncgfifo VERB --help tells more. See also cgfifo(8) and cgfifo.yaml(5).\n");
}

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

static int unknown_verb(const char *name)
{
	_cleanup_free_ char *shown = text_escape(name, TEXT_ESCAPE_MAX);
	const char *names[ARRAY_SIZE(verbs)], *closest;

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		names[i] = verbs[i].name;
	closest = text_closest(name, names, ARRAY_SIZE(names));
	fprintf(stderr, "cgfifo: there is no verb %s", shown);
	if (closest)
		fprintf(stderr, "; did you mean %s?\n", closest);
	else
		fprintf(stderr, "; see cgfifo --help\n");
	return CLI_USAGE;
}

int main(int argc, char **argv)
{
	const struct verb *verb;
	int status;

	log_init();
	if (argc < 2) {
		fprintf(stderr, "cgfifo: which verb? See cgfifo --help.\n");
		return CLI_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		print_help();
		return CLI_OK;
	}
	verb = find_verb(strcmp(argv[1], "--version") == 0 ? "version" : argv[1]);
	if (!verb)
		return unknown_verb(argv[1]);

	status = verb->run(argc - 1, argv + 1);
	/* A full disk or a closed pipe must not look like success. */
	if (fflush(stdout) != 0 && status == CLI_OK)
		status = CLI_FAILED;
	return status;
}
