// SPDX-License-Identifier: GPL-2.0-only
/* cgfifo version: what this is, and which formats it speaks. */
#include "../bpf/cgfifo.h"
#include "cli/verbs.h"
#include "config/schema.h"

static int cmd_version(int argc, char **argv)
{
	int r = cli_parse(&verb_version, argc, argv, NULL);

	if (r > 0)
		return r - 1;
	printf("cgfifo %s\nscheduler ABI %d, configuration format %d\n", CGFIFO_VERSION, CGFIFO_ABI,
	       SCHEMA_VERSION);
	return CLI_OK;
}

const struct verb verb_version = {
	.name = "version",
	.summary = "print the version",
	.words = "",
	.about = "Print the version of the program, of the interface between scheduler and agent, "
		 "and of the configuration format.",
	.options = (const struct cli_option[]){{}},
	.exits = "0 printed, 2 wrong usage.",
	.run = cmd_version,
};
