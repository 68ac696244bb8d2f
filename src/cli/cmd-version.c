// SPDX-License-Identifier: GPL-2.0-only
/* cgfifo version: what this is, and which formats it speaks. */
#include "cli/cli.h"

#include "../bpf/cgfifo.h"
#include "config/schema.h"

int cmd_version(int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		return cli_usage_error("cgfifo version");
	printf("cgfifo %s\nscheduler ABI %d, configuration format %d\n", CGFIFO_VERSION, CGFIFO_ABI,
	       SCHEMA_VERSION);
	return CLI_OK;
}
