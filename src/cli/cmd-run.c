// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgfifo run: the daemon, in the foreground, as systemd and people at a terminal both want it.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "agent/agent.h"
#include "agent/serve.h"
#include "cgroup/cgfs.h"
#include "cli/cli.h"
#include "sched/sched.h"
#include "util/log.h"

/* Where starting again is no use: the unit has them in RestartPreventExitStatus=. */
#define RUN_BAD_CONFIG 3
#define RUN_BUSY       4

static const char usage[] = "cgfifo run [OPTION...]";

static const char help[] =
	"Load the scheduler, put the configured weights in force, and keep them so until stopped.\n"
	"SIGTERM or Ctrl-C brings the kernel's own scheduler back; SIGHUP reads the configuration\n"
	"again. Killed in any other way, the scheduler and the weights stay, and the next\n"
	"\"cgfifo run\" takes them over.\n"
	"\n"
	"      --config PATH      a directory with cgfifo.yaml and cgfifo.d/, or one file; "
	"default:\n"
	"                         /usr/lib/cgfifo, /etc/cgfifo and /run/cgfifo\n"
	"      --scheduler KIND   auto: the scheduler, or cpu.weight where the kernel has no\n"
	"                         sched_ext; cgfifo: the scheduler or nothing; none: cpu.weight\n"
	"      --pin-dir DIR      where the scheduler is kept (" SCHED_PIN_DIR ")\n"
	"      --socket PATH      where status is served (" SERVE_SOCKET ")\n"
	"      --cgroup-root DIR  the cgroup tree (" CGFS_ROOT ")\n"
	"      --debug            say more\n"
	"  -h, --help             this text\n"
	"\n"
	"Exit status: 0 stopped as asked; 1 it could not start or run; 2 wrong usage; 3 the\n"
	"configuration cannot be used; 4 another sched_ext scheduler runs.\n";

static int parse_mode(const char *s, enum agent_mode *ret)
{
	static const char *const names[] = {
		[MODE_AUTO] = "auto",
		[MODE_SCHED] = "cgfifo",
		[MODE_FALLBACK] = "none",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(s, names[i]) == 0) {
			*ret = (enum agent_mode)i;
			return 0;
		}
	return -EINVAL;
}

static const struct option long_options[] = {
	{"config", required_argument, NULL, 'c'},
	{"scheduler", required_argument, NULL, 'S'},
	{"pin-dir", required_argument, NULL, 'p'},
	{"socket", required_argument, NULL, 's'},
	{"cgroup-root", required_argument, NULL, 'r'},
	{"debug", no_argument, NULL, 'd'},
	{"help", no_argument, NULL, 'h'},
	{},
};

/* 0: go on. Else the status to exit with, plus one. */
static int take_option(struct agent_options *o, int c)
{
	switch (c) {
	case 'c':
		o->config = optarg;
		return 0;
	case 'S':
		if (parse_mode(optarg, &o->mode) == 0)
			return 0;
		log_error("cgfifo run: --scheduler is auto, cgfifo or none, and not %s", optarg);
		return 1 + cli_usage_error(usage);
	case 'p':
		o->pin_dir = optarg;
		return 0;
	case 's':
		o->socket = optarg;
		return 0;
	case 'r':
		o->cgroup_root = optarg;
		return 0;
	case 'd':
		log_set_debug(true);
		return 0;
	case 'h':
		printf("Usage: %s\n\n%s", usage, help);
		return 1 + CLI_OK;
	default:
		return 1 + cli_usage_error(usage);
	}
}

int cmd_run(int argc, char **argv)
{
	struct agent_options options = {
		.mode = MODE_AUTO,
		.pin_dir = SCHED_PIN_DIR,
		.cgroup_root = CGFS_ROOT,
		.socket = SERVE_SOCKET,
		.undo_file = AGENT_UNDO_FILE,
	};
	_cleanup_(agent_freep) struct agent *agent = NULL;
	int c, r;

	while ((c = getopt_long(argc, argv, "h", long_options, NULL)) >= 0) {
		r = take_option(&options, c);
		if (r > 0)
			return r - 1;
	}
	if (optind < argc)
		return cli_usage_error(usage);

	r = agent_new(&options, &agent);
	if (r < 0)
		return r == -EBADMSG ? RUN_BAD_CONFIG : r == -EBUSY ? RUN_BUSY : CLI_FAILED;
	return agent_run(agent) < 0 ? CLI_FAILED : CLI_OK;
}
