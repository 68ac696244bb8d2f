// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgfifo: gives containers the CPU shares that their owner wrote down. This file finds the verb
 * and calls it; each verb is a file in cli/, and cli/verbs.c has the list.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/text.h"

/* More than there are. */
#define MAX_VERBS 32

static void print_help(void)
{
	printf("Usage: cgfifo VERB [OPTION...]\n\n"
	       "Gives containers the CPU shares that their owner wrote down.\n\n");
	for (size_t i = 0; cli_verbs[i]; i++)
		printf("  %-10s  %s\n", cli_verbs[i]->name, cli_verbs[i]->summary);
	printf("\ncgfifo VERB --help tells more. See also cgfifo(8) and cgfifo.yaml(5).\n");
}

static int unknown_verb(const char *name)
{
	_cleanup_free_ char *shown = text_escape(name, TEXT_ESCAPE_MAX);
	const char *names[MAX_VERBS] = {}, *closest;
	size_t n;

	for (n = 0; n < MAX_VERBS && cli_verbs[n]; n++)
		names[n] = cli_verbs[n]->name;
	closest = text_closest(name, names, n);
	fprintf(stderr, "cgfifo: there is no verb %s", shown);
	if (closest)
		fprintf(stderr, "; did you mean %s?\n", closest);
	else
		fprintf(stderr, "; see cgfifo --help\n");
	return CLI_USAGE;
}

/* cgfifo help [VERB]; n words follow. */
static int help(int n, char **words)
{
	const char *name = n > 0 && strcmp(words[0], "help") != 0 ? words[0] : NULL;
	const struct verb *verb = name ? cli_find_verb(name) : NULL;

	if (name && !verb)
		return unknown_verb(name);
	if (n > 1) {
		_cleanup_free_ char *shown = text_escape(words[1], TEXT_ESCAPE_MAX);

		fprintf(stderr, "cgfifo help: one word too many: %s\n", shown);
		return CLI_USAGE;
	}
	if (verb)
		cli_print_help(stdout, verb);
	else
		print_help();
	return CLI_OK;
}

static int run(int argc, char **argv)
{
	const struct verb *verb;

	if (argc < 2) {
		fprintf(stderr, "cgfifo: which verb? See cgfifo --help.\n");
		return CLI_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0)
		return help(argc - 2, argv + 2);
	verb = cli_find_verb(strcmp(argv[1], "--version") == 0 ? "version" : argv[1]);
	return verb ? verb->run(argc - 1, argv + 1) : unknown_verb(argv[1]);
}

int main(int argc, char **argv)
{
	int status, err;

	log_init();
	status = run(argc, argv);
	/* A full disk or a closed pipe must not look like success, whether it shows now or did
	 * before, when a part was written; then the reason is gone. */
	err = fflush(stdout) != 0 ? errno : 0;
	if (err == 0 && !ferror(stdout))
		return status;
	log_error("Cannot write all of it to standard output%s%s", err ? ": " : "",
		  err ? strerror(err) : "");
	return status == CLI_OK ? CLI_FAILED : status;
}
