/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verbs of the command line. Each has one file, cmd-NAME.c, and one line in the table of
 * main.c. argv[0] is the verb; what comes back is the status that the process exits with.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

enum cli_status {
	CLI_OK = 0,
	CLI_FAILED = 1,
	CLI_USAGE = 2, /* the command line makes no sense */
};

int cmd_check(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_version(int argc, char **argv);

/*
 * Says on stderr how a verb is used (usage is "cgfifo check [FILE...]"), after getopt complained.
 * Returns CLI_USAGE.
 */
int cli_usage_error(const char *usage);

/* Is f a terminal that wants colour? NO_COLOR in the environment says that it does not. */
bool cli_wants_colour(FILE *f);

#endif
