// SPDX-License-Identifier: GPL-2.0-only
/* cgfifo doctor: what is in the way, and the line that removes it. */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/utsname.h>

#include "agent/serve.h"
#include "cli/connect.h"
#include "cli/doctor.h"
#include "cli/verbs.h"
#include "config/load.h"
#include "report/object.h"
#include "report/snapshot.h"
#include "sched/sched.h"
#include "util/alloc.h"
#include "util/text.h"

#define AGENT_TIME_SEC 5

struct doctor_options {
	bool json;
};

static void check_config(struct findings *f)
{
	static const struct config_paths installed = {.dirs = config_dirs, .trusted_only = true};
	_cleanup_(config_freep) struct config *c = NULL;
	_cleanup_(diags_done) struct diags diags = {};

	if (config_load(&installed, &c, &diags) < 0)
		doctor_add(f, DOCTOR_PROBLEM, "configuration",
			   xasprintf("the configuration has %u mistake%s", diags.n_errors,
				     text_plural(diags.n_errors)),
			   xstrdup("cgfifo check"));
	else
		doctor_add(f, DOCTOR_OK, "configuration",
			   xasprintf("the configuration can be used: %zu rule%s from %zu file%s",
				     c->rules.n, text_plural(c->rules.n), c->files.n,
				     text_plural(c->files.n)),
			   NULL);
}

/* The kernel's words about why it unloaded the scheduler have names of tasks in them. */
static void add_note(struct findings *f, const char *note, const char *fix)
{
	if (note[0])
		doctor_add(f, DOCTOR_PROBLEM, "agent", text_printable(note, 1024), xstrdup(fix));
}

static void check_state(struct findings *f, const struct snapshot *s)
{
	const struct snapshot_header *h = snapshot_header(s);

	doctor_add(f, DOCTOR_OK, "agent",
		   xstrdup(h->state == STATE_SCHED ? "the agent runs, with the scheduler"
						   : "the agent runs, and writes cpu.weight"),
		   NULL);
	add_note(f, snapshot_string(s, h->note), "journalctl -u cgfifo");
	add_note(f, snapshot_string(s, h->config_note), "cgfifo check && systemctl reload cgfifo");
}

static void check_agent(struct findings *f)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	_cleanup_close_ int fd = connect_to(SERVE_SOCKET, SOCK_STREAM, AGENT_TIME_SEC);
	int r = fd < 0 ? fd : snapshot_receive(fd, &s);

	if (r == 0)
		check_state(f, s);
	else if (r == -EPROTO)
		doctor_add(f, DOCTOR_PROBLEM, "agent",
			   xstrdup("the agent that runs is of another version"),
			   xstrdup("systemctl restart cgfifo"));
	else if (r == -ENOENT || r == -ECONNREFUSED)
		doctor_add(f, DOCTOR_NOTE, "agent", xstrdup("the agent does not run"),
			   xstrdup("systemctl enable --now cgfifo"));
	else if (r == -ENODATA)
		doctor_add(f, DOCTOR_NOTE, "agent",
			   xstrdup("the agent is too busy for a whole answer"),
			   xstrdup("cgfifo status, in a while"));
	else
		doctor_add(f, DOCTOR_PROBLEM, "agent", xstrdup("the agent does not answer"),
			   xstrdup("systemctl restart cgfifo"));
}

/* By the types of the kernel: does the scheduler load, and see it when a limit is written? */
static void check_types(struct findings *f)
{
	const char *files[SCHED_MAX_UNSEEN];
	char why[SCHED_MSG_LEN];
	size_t n;

	if (sched_probe(why) < 0) /* said already */
		return;
	if (sched_probe_types(why) < 0) {
		doctor_add(f, DOCTOR_PROBLEM, "types", xstrdup(why),
			   xstrdup("until then weights go into cpu.weight"));
		return;
	}
	n = sched_unseen(files);
	for (size_t i = 0; i < n; i++)
		doctor_add(f, DOCTOR_PROBLEM, "limits",
			   xasprintf("%s counts as it was when cgfifo started: of what is written "
				     "later this kernel tells a scheduler nothing",
				     files[i]),
			   xstrdup("systemctl restart cgfifo, after each change"));
	if (n == 0)
		doctor_add(f, DOCTOR_OK, "limits",
			   xstrdup("cpu.max and cpu.idle are in force when they are written"),
			   NULL);
}

static void print_text(const struct findings *f)
{
	static const char *const colours[DOCTOR_N_LEVELS] = {"32", "33", "31"};
	bool colour = cli_wants_colour(stdout);

	VEC_FOREACH (found, f) {
		if (colour)
			printf("\033[%sm", colours[found->level]);
		printf("%-7s", doctor_level_name(found->level));
		printf("%s  %s\n", colour ? "\033[0m" : "", found->text);
		if (found->fix)
			printf("         -> %s\n", found->fix);
	}
}

static void print_json(const struct findings *f, bool is_well)
{
	printf("{\"version\": 1, \"ok\": %s, \"checks\": [", is_well ? "true" : "false");
	VEC_FOREACH (found, f) {
		struct object o = {.f = stdout};

		printf("%s\n", found > f->items ? "," : "");
		object_text(&o, "check", found->check);
		object_text(&o, "level", doctor_level_name(found->level));
		object_text(&o, "text", found->text);
		object_text_if(&o, "fix", found->fix ? found->fix : "");
		object_end(&o);
	}
	printf("\n]}\n");
}

static int cmd_doctor(int argc, char **argv)
{
	_cleanup_close_ int root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	_cleanup_(findings_done) struct findings f = {};
	struct doctor_options options = {};
	struct utsname u = {};
	bool is_well = true;
	int r;

	r = cli_parse(&verb_doctor, argc, argv, &options);
	if (r > 0)
		return r - 1;
	uname(&u);
	doctor_build(sched_is_built(), &f);
	doctor_examine(root_fd, u.release, &f);
	if (sched_is_built())
		check_types(&f);
	check_config(&f);
	check_agent(&f);
	VEC_FOREACH (found, &f)
		is_well &= found->level != DOCTOR_PROBLEM;
	if (options.json)
		print_json(&f, is_well);
	else
		print_text(&f);
	return is_well ? CLI_OK : CLI_FAILED;
}

static const struct cli_option options_table[] = {
	CLI_OPTION(CLI_FLAG, "json", 0, NULL, struct doctor_options, json, "as one JSON object"),
	{},
};

const struct verb verb_doctor = {
	.name = "doctor",
	.summary = "say what is in the way, and how to remove it",
	.words = "",
	.about = "Look whether this machine has what cgfifo needs: the scheduler in this program, "
		 "the kernel, its BPF, cgroup v2 and the cpu controller, no other scheduler, "
		 "whether limits are seen when they are written, a configuration without mistakes, "
		 "an agent that runs. For each problem there is a line that solves it. Needs no "
		 "privilege and changes nothing.",
	.options = options_table,
	.exits = "0 nothing is in the way, 1 there is a problem, 2 wrong usage.",
	.run = cmd_doctor,
};
