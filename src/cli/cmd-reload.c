// SPDX-License-Identifier: GPL-2.0-only
/* cgfifo reload: the agent reads its configuration again. */
#include "cli/ask.h"
#include "cli/reading.h"
#include "cli/verbs.h"
#include "util/cleanup.h"

struct reload_options {
	const char *socket;
};

static int cmd_reload(int argc, char **argv)
{
	struct reload_options options = {.socket = SERVE_SOCKET};
	struct control_request request = {
		.magic = CONTROL_MAGIC,
		.version = CONTROL_VERSION,
		.verb = CONTROL_RELOAD,
	};
	_cleanup_free_ char *answer = NULL;
	int r;

	r = cli_parse(&verb_reload, argc, argv, &options);
	if (r > 0)
		return r - 1;
	r = ask(options.socket, &request, NULL, NULL, &answer);
	if (r < 0)
		return CLI_FAILED;
	printf("%s\n", answer);
	return CLI_OK;
}

static const struct cli_option options_table[] = {
	CLI_OPTION(CLI_TEXT, "socket", 0, "PATH", struct reload_options, socket,
		   "ask the agent here (" SERVE_SOCKET ")"),
	{},
};

const struct verb verb_reload = {
	.name = "reload",
	.summary = "read the configuration again",
	.words = "",
	.about = "Let the agent read its configuration again, and say what came of it. If there is "
		 "a "
		 "mistake, all stays as it is; \"cgfifo check\" shows the lines. \"cgfifo diff\" "
		 "shows beforehand what would change. The same as \"systemctl reload cgfifo\".",
	.options = options_table,
	.exits = "0 the new configuration is in force, 1 it is not, 2 wrong usage.",
	.run = cmd_reload,
};
