// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgfifo completion: a script for a shell, made from the table of verbs and their options. Nothing
 * about a verb stands in the scripts' templates.
 */
#include <getopt.h>
#include <string.h>

#include "cli/completion.h"
#include "cli/verbs.h"
#include "util/cleanup.h"

static int cmd_completion(int argc, char **argv)
{
	int r = cli_parse(&verb_completion, argc, argv, NULL);

	if (r > 0)
		return r - 1;
	if (completion_print(stdout, argv[optind]) == 0)
		return CLI_OK;
	fprintf(stderr, "cgfifo completion: SHELL is bash, zsh or fish\n");
	return cli_usage_error(&verb_completion);
}

const struct verb verb_completion = {
	.name = "completion",
	.summary = "print a completion script for a shell",
	.words = "bash|zsh|fish",
	.words_are = CLI_SHELLS,
	.min_words = 1,
	.max_words = 1,
	.about = "Print a script that completes verbs, options and names of cgroups: eval "
		 "\"$(cgfifo "
		 "completion bash)\", the same with zsh, or cgfifo completion fish | source.",
	.options = (const struct cli_option[]){{}},
	.exits = "0 printed, 2 wrong usage.",
	.run = cmd_completion,
};
