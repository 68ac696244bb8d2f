// SPDX-License-Identifier: GPL-2.0-only
/* The daemon from its start to its end, see agent.h. */
#include "agent/agent.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "agent/answer.h"
#include "agent/child.h"
#include "agent/manual.h"
#include "agent/state.h"
#include "apply/weight-wire.h"
#include "cgroup/cgfs.h"
#include "policy/resolve.h"
#include "report/collect.h"
#include "util/alloc.h"
#include "util/log.h"
#include "util/messages.h"
#include "util/text.h"

/* Changes that come in a burst (systemd starts 20 units) are handled together. */
#define ROUND_DELAY_USEC   (100 * 1000)
#define RECHECK_DELAY_USEC (2 * 1000 * 1000)

/* What each cgroup should have, parents first. */
static void want_all(struct agent *a, struct wanted_list *wanted)
{
	const struct cgroup_node *n;

	tree_for_each (a->tree, n)
		follow_want(a, n, wanted);
}

static void warn_left_out(const struct agent *a)
{
	static bool said;
	size_t n = tree_n_left_out(a->tree);

	if (n > 0 && !said)
		log_event(
			LOG_WARNING, 0, MESSAGE_TABLE_FULL, NULL,
			"Left to its own cpu.weight, with all inside: %zu cgroup%s; there are more "
			"than %d of them, or more than %d levels",
			n, text_plural(n), TREE_MAX_NODES, TREE_MAX_DEPTH);
	said = n > 0;
}

int agent_cycle(struct agent *a)
{
	_cleanup_(wanted_done) struct wanted_list wanted = {};
	_cleanup_(plan_done) struct plan plan = {};
	int r;

	/* sched/: does it run still? The event that tells may be among those that were lost. */
	scheduler_check(a);

	/* cgroup/: what exists */
	r = tree_scan(a->tree);
	if (r < 0) {
		follow_again(a); /* nobody tells again of what this round was for */
		return log_error_errno(r, "Cannot read the cgroup tree: %m");
	}
	warn_left_out(a);
	manual_sync(a);
	names_sweep(a);

	/* policy/: what it should have */
	want_all(a, &wanted);

	/* apply/: change what differs, and try again what failed */
	applier_check_lost(a->applier);
	applier_mark_failed_stale(a->applier);
	plan_all(&plan, &wanted, applier_applied(a->applier), a->tree);
	follow_apply(a, &plan);

	follow_sync(a);
	agent_notify_status(a);
	return 0;
}

static int on_recheck(sd_event_source *s, uint64_t usec, void *userdata)
{
	agent_cycle(userdata);
	return 0;
}

/*
 * In fall back there is a second look a moment later: with the first and the last unit that has a
 * CPU setting systemd turns the cpu controller of whole slices on and off, some time after the
 * cgroup came or went, and what was written there is lost.
 */
static int on_round(sd_event_source *s, uint64_t usec, void *userdata)
{
	struct agent *a = userdata;

	agent_cycle(a);
	a->recheck = sd_event_source_disable_unref(a->recheck);
	if (!a->sched)
		sd_event_add_time_relative(a->event, &a->recheck, CLOCK_MONOTONIC,
					   RECHECK_DELAY_USEC, 0, on_recheck, a);
	return 0;
}

void agent_cycle_soon(struct agent *a)
{
	int enabled = SD_EVENT_OFF;

	if (a->round && sd_event_source_get_enabled(a->round, &enabled) >= 0 &&
	    enabled != SD_EVENT_OFF)
		return;
	a->round = sd_event_source_unref(a->round);
	if (sd_event_add_time_relative(a->event, &a->round, CLOCK_MONOTONIC, ROUND_DELAY_USEC, 0,
				       on_round, a) < 0)
		agent_cycle(a);
}

/* What a person should know about the state. */
static void full_note(const struct agent *a, char *buf, size_t size)
{
	char names[NOTE_LEN];

	names_note(a, names, sizeof(names));
	snprintf(buf, size, "%s%s%s", a->note, a->note[0] && names[0] ? "; " : "", names);
}

/* What others wrote is in the notes, and to systemd each line is a message of its own. */
void agent_notify_status(struct agent *a)
{
	_cleanup_free_ char *status = NULL, *shown = NULL;
	char note[2 * NOTE_LEN + 8];

	full_note(a, note, sizeof(note));
	status =
		xasprintf("%s, %zu of %zu cgroups have a rule%s%s%s%s",
			  a->sched ? "cgfifo schedules" : "fall back to cpu.weight",
			  applier_applied(a->applier)->n_entries, tree_size(a->tree),
			  note[0] ? "; " : "", note, a->config_note[0] ? "; " : "", a->config_note);
	shown = text_printable(status, SIZE_MAX);
	sd_notifyf(0, "STATUS=%s", shown);
}

struct snapshot *agent_snapshot(void *userdata)
{
	struct agent *a = userdata;
	struct snapshot *s = collect(a->tree, applier_applied(a->applier), &a->known, a->sched);
	struct snapshot_header *h = snapshot_edit_header(s);
	struct cgfifo_counters counters;
	char note[2 * NOTE_LEN + 8];

	full_note(a, note, sizeof(note));
	h->has_agent = 1;
	h->state = a->sched ? STATE_SCHED : STATE_FALLBACK;
	h->since_ns = a->since_ns;
	h->n_ejected = a->n_ejected;
	h->note = snapshot_add_string(s, note);
	h->config_note = snapshot_add_string(s, a->config_note);
	if (a->sched && sched_read_counters(a->sched, &counters) == 0) {
		h->has_counters = 1;
		memcpy(h->counters, counters.value, sizeof(h->counters));
	}
	return s;
}

static int on_hangup(sd_event_source *s, const struct signalfd_siginfo *si, void *userdata)
{
	reload_again(userdata);
	return 0;
}

/* Blocked first, so that none gets through to the default action before the loop has it. */
static int add_signals(struct agent *a)
{
	sigset_t mask;
	int r;

	sigemptyset(&mask);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGHUP);
	sigaddset(&mask, SIGCHLD); /* of cgfifo-names */
	if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
		return -errno;
	signal(SIGPIPE, SIG_IGN);

	r = sd_event_add_signal(a->event, NULL, SIGTERM, NULL, NULL);
	if (r < 0)
		return r;
	r = sd_event_add_signal(a->event, NULL, SIGINT, NULL, NULL);
	if (r < 0)
		return r;
	return sd_event_add_signal(a->event, NULL, SIGHUP, on_hangup, a);
}

static int set_up_loop(struct agent *a)
{
	int r;

	r = sd_event_default(&a->event);
	if (r < 0)
		return log_error_errno(r, "Cannot make an event loop: %m");
	r = add_signals(a);
	if (r < 0)
		return log_error_errno(r, "Cannot take over signals: %m");
	r = sd_event_set_watchdog(a->event, true);
	if (r < 0)
		log_warning_errno(r, "Cannot answer systemd's watchdog: %m");
	return 0;
}

/* In its unit the agent is given the folder above that of the pins, which only root can open. */
static int given_folder(void)
{
	_cleanup_free_ char **names = NULL;
	int n = sd_listen_fds_with_names(1, &names), fd = -ENOENT;

	for (int i = 0; i < n; i++) {
		if (strcmp(names[i], AGENT_PINS_NAME) == 0)
			fd = SD_LISTEN_FDS_START + i;
		free(names[i]);
	}
	return fd;
}

static int lock_pins(struct agent *a)
{
	int fd = given_folder();

	if (fd < 0)
		return serve_lock(a->options->pin_dir, &a->pin_lock_fd);
	a->pin_lock_fd = fd;
	return serve_lock_dir(fd);
}

/* The scheduler is one per machine, also for agents whose sockets are elsewhere. Where the folder
 * of its pins cannot even be opened, nobody can have it. */
static int own_scheduler(struct agent *a)
{
	int r = lock_pins(a);

	if (r == -EALREADY)
		return log_error_errno(r, "Another agent runs and keeps the scheduler at %s",
				       a->options->pin_dir);
	return 0;
}

/* Two agents would undo each other's work. */
static int be_alone(struct agent *a)
{
	int r;

	if (!a->options->socket)
		return own_scheduler(a);
	r = serve_lock(a->options->socket, &a->lock_fd);
	if (r == -EALREADY)
		return log_error_errno(r, "Another agent runs and serves status at %s",
				       a->options->socket);
	if (r < 0)
		return log_error_errno(r, "Cannot use the directory of %s: %m", a->options->socket);
	return own_scheduler(a);
}

static int connect_writer(void)
{
	return child_connect_unit(WEIGHT_SOCKET, SOCK_SEQPACKET);
}

/* Who is not root may write none of its files; in its unit there is somebody who does that. */
static struct applier *new_applier(int root_fd)
{
	struct backend *files;

	if (geteuid() != 0 && access(WEIGHT_SOCKET, F_OK) == 0)
		return applier_new(root_fd, NULL, backend_new_remote(root_fd, connect_writer));
	files = backend_new_cgroup(root_fd);
	return applier_new(root_fd, backend_new_systemd(files), files);
}

static int open_cgroups(struct agent *a)
{
	char why[CGFS_MSG_LEN];
	int r;

	r = cgfs_open_root(a->options->cgroup_root, &a->root_fd, why);
	if (r < 0)
		return log_error_errno(r, "%s", why);
	a->tree = tree_new(a->root_fd, TREE_MAX_NODES);
	a->applier = new_applier(a->root_fd);
	if (a->options->undo_file)
		applier_keep_undo(a->applier, a->options->undo_file);
	return 0;
}

/* Without them the agent does its work, and only nobody sees it. */
static void start_servers(struct agent *a)
{
	_cleanup_free_ char *path = NULL;
	int r;

	if (!a->options->socket)
		return;
	path = control_path(a->options->socket);
	r = control_new(a->event, path, answer_request, a, &a->control);
	if (r < 0)
		log_warning_errno(r, "Cannot take requests at %s: %m", path);
	r = server_new(a->event, a->options->socket, agent_snapshot, a, &a->server);
	if (r < 0)
		log_warning_errno(r, "Cannot serve status at %s: %m", a->options->socket);
}

int agent_new(const struct agent_options *options, struct agent **ret)
{
	_cleanup_(agent_freep) struct agent *a = xcalloc(1, sizeof(*a));
	int r;

	a->options = options;
	a->root_fd = a->lock_fd = a->pin_lock_fd = -EBADF;
	r = reload_first(a);
	if (r < 0)
		return r;
	r = be_alone(a);
	if (r < 0)
		return r;
	r = set_up_loop(a);
	if (r < 0)
		return r;
	r = open_cgroups(a);
	if (r < 0)
		return r;
	manual_start(a);
	/* Who asks while the scheduler is loaded waits for the answer, and is not told that nobody
	 * is there. */
	start_servers(a);
	r = scheduler_start(a);
	if (r < 0) {
		scheduler_stop(a);
		return r;
	}
	names_start(a);
	*ret = TAKE_PTR(a);
	return 0;
}

int agent_run(struct agent *a)
{
	int r, stopped;

	sd_notify(0, "READY=1");
	agent_notify_status(a);
	r = sd_event_loop(a->event);
	if (r < 0)
		log_error_errno(r, "The event loop failed: %m");

	sd_notify(0, "STOPPING=1");
	stopped = scheduler_stop(a);
	if (a->start_again)
		return -ESTALE;
	return r < 0 ? r : stopped;
}

struct agent *agent_free(struct agent *a)
{
	if (!a)
		return NULL;
	server_free(a->server);
	control_free(a->control);
	manual_stop(a);
	names_stop(a);
	sd_event_source_unref(a->retry);
	sd_event_source_unref(a->round);
	sd_event_source_unref(a->recheck);
	sd_event_source_unref(a->again);
	follow_nothing(a);
	applier_free(a->applier);
	sched_free(a->sched);
	tree_free(a->tree);
	known_done(&a->known);
	config_free(a->config);
	sd_event_unref(a->event);
	closep(&a->root_fd);
	closep(&a->lock_fd);
	closep(&a->pin_lock_fd);
	free(a);
	return NULL;
}
