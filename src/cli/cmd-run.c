// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgfifo run: the daemon, in the foreground, as systemd and people at a terminal both want it.
 */
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/control.h"
#include "agent/hand-over.h"
#include "agent/load.h"
#include "agent/serve.h"
#include "apply/weight-serve.h"
#include "cgroup/cgfs.h"
#include "cli/reading.h"
#include "cli/verbs.h"
#include "sched/sched.h"
#include "util/cleanup.h"
#include "util/log.h"

/* Where starting again is no use: the unit has them in RestartPreventExitStatus=. */
#define RUN_BAD_CONFIG 3
#define RUN_BUSY       4

struct run_options {
	struct agent_options agent;
	bool debug, load_only, write_only, hand_over;
};

static const char *const modes[] = {
	[MODE_AUTO] = "auto",
	[MODE_SCHED] = "cgfifo",
	[MODE_FALLBACK] = "none",
	NULL,
};

/* For an agent without capabilities, which waits at the other end of standard output. */
static int load_only(const char *pin_dir, bool partial)
{
	char why[SCHED_MSG_LEN] = "";
	struct sched *s = NULL;
	int r;

	/* Nothing is loaded that nobody would know of. */
	if (sd_is_socket(STDOUT_FILENO, AF_UNSPEC, 0, -1) <= 0) {
		log_error("--load-only is for cgfifo-load@.service: standard output is to be the "
			  "socket of an agent; without it, \"cgfifo run\" loads the scheduler");
		return CLI_USAGE;
	}
	r = sched_start(pin_dir, partial, NULL, &s, why);
	sched_free(s);
	return load_answer(STDOUT_FILENO, r, why) < 0 || r < 0 ? CLI_FAILED : CLI_OK;
}

/* For an agent that may not, which is at the other end of standard input. */
static int write_only(const char *cgroup_root)
{
	_cleanup_(backend_freep) struct backend *files = NULL, *units = NULL;
	_cleanup_close_ int root_fd = -EBADF;
	char why[CGFS_MSG_LEN];
	int r;

	r = cgfs_open_root(cgroup_root, &root_fd, why);
	if (r < 0) {
		log_error_errno(r, "%s", why);
		return CLI_FAILED;
	}
	files = backend_new_cgroup(root_fd);
	units = backend_new_systemd(files);
	r = weight_serve(STDIN_FILENO, root_fd, units, files);
	if (r < 0)
		log_error_errno(r, "What came on standard input is no agent's: %m");
	return r < 0 ? CLI_FAILED : CLI_OK;
}

static int hand_over_all(const struct agent_options *options)
{
	int r = hand_over(options->socket, options->pin_dir);

	if (r < 0)
		log_error_errno(r, "Cannot hand over to who owns the folder of %s: %m",
				options->socket);
	return r < 0 ? CLI_FAILED : CLI_OK;
}

/* The kernel takes no longer ones, and the agent would run without anybody who can ask it. */
static int check_socket(const char *path)
{
	_cleanup_free_ char *control = control_path(path);
	size_t max = sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1;

	if (strlen(path) <= max && strlen(control) <= max)
		return CLI_OK;
	log_error("--socket is too long: it, and " CONTROL_NAME " beside it, may have %zu bytes",
		  max);
	return CLI_USAGE;
}

static int cmd_run(int argc, char **argv)
{
	struct run_options options = {
		.agent =
			{
				.mode = MODE_AUTO,
				.pin_dir = SCHED_PIN_DIR,
				.cgroup_root = reading_cgroup_root(),
				.socket = SERVE_SOCKET,
			},
	};
	_cleanup_free_ char *undo = NULL, *manual = NULL;
	_cleanup_(agent_freep) struct agent *agent = NULL;
	int r;

	r = cli_parse(&verb_run, argc, argv, &options);
	if (r > 0)
		return r - 1;
	if (options.debug)
		log_set_debug(true);

	if (options.load_only)
		return load_only(options.agent.pin_dir, options.agent.partial);
	if (options.hand_over)
		return hand_over_all(&options.agent);
	if (options.write_only)
		return write_only(options.agent.cgroup_root);

	r = check_socket(options.agent.socket);
	if (r != CLI_OK)
		return r;
	undo = control_path_of(options.agent.socket, AGENT_UNDO_NAME);
	manual = control_path_of(options.agent.socket, AGENT_SET_NAME);
	options.agent.undo_file = undo;
	options.agent.manual_file = manual;
	r = agent_new(&options.agent, &agent);
	if (r < 0)
		return r == -EBADMSG ? RUN_BAD_CONFIG : r == -EBUSY ? RUN_BUSY : CLI_FAILED;
	return agent_run(agent) < 0 ? CLI_FAILED : CLI_OK;
}

static const struct cli_option options_table[] = {
	CLI_OPTION(CLI_TEXT, "config", 0, "PATH", struct run_options, agent.config,
		   "a directory with cgfifo.yaml and cgfifo.d/, or one file; default: "
		   "/usr/lib/cgfifo, /run/cgfifo and /etc/cgfifo"),
	CLI_OPTION(
		CLI_WORD, "scheduler", 0, "KIND", struct run_options, agent.mode,
		"auto: the scheduler, or cpu.weight where the kernel has no sched_ext; cgfifo: an "
		"error where it cannot be loaded at the start; none: cpu.weight",
		.words = modes),
	CLI_OPTION(
		CLI_FLAG, "partial", 0, NULL, struct run_options, agent.partial,
		"schedule only tasks that ask for SCHED_EXT, to try the scheduler out; all others "
		"stay in the kernel's fair class, which goes first"),
	CLI_OPTION(CLI_TEXT, "pin-dir", 0, "DIR", struct run_options, agent.pin_dir,
		   "where the scheduler is kept (" SCHED_PIN_DIR ")"),
	CLI_OPTION(CLI_TEXT, "socket", 0, "PATH", struct run_options, agent.socket,
		   "where status is served (" SERVE_SOCKET "); what the agent keeps is beside it"),
	CLI_OPTION(CLI_TEXT, "cgroup-root", 0, "DIR", struct run_options, agent.cgroup_root,
		   "the cgroup tree (" CGFS_ROOT ")"),
	CLI_OPTION(CLI_FLAG, "load-only", 0, NULL, struct run_options, load_only,
		   "load the scheduler, tell on standard output how that went, and end; for an "
		   "agent without capabilities"),
	CLI_OPTION(CLI_FLAG, "write-only", 0, NULL, struct run_options, write_only,
		   "write cpu.weight as asked on standard input, and end with it; for an agent "
		   "that may not"),
	CLI_OPTION(CLI_FLAG, "hand-over", 0, NULL, struct run_options, hand_over,
		   "give what earlier agents left to who owns the directory of the socket, and "
		   "end"),
	CLI_OPTION(CLI_FLAG, "debug", 0, NULL, struct run_options, debug, "say more"),
	{},
};

const struct verb verb_run = {
	.name = "run",
	.summary = "keep the configured weights in force (the daemon)",
	.words = "",
	.about = "Load the scheduler, put the configured weights in force, and keep them so until "
		 "stopped. SIGTERM or Ctrl-C brings the kernel's own scheduler back; SIGHUP reads "
		 "the configuration again. Killed in any other way, the scheduler and the weights "
		 "stay, and the next \"cgfifo run\" takes them over.",
	.options = options_table,
	.exits = "0 stopped as asked; 1 it could not start or run; 2 wrong usage; 3 the "
		 "configuration cannot be used; 4 another sched_ext scheduler runs.",
	.run = cmd_run,
};
