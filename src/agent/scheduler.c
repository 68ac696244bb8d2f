// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of the scheduler under this agent: started or taken over, lost, tried again, stopped.
 * At any time either the scheduler or the fall back is in force, and a->note says why it is not
 * the scheduler.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "agent/load.h"
#include "agent/long-step.h"
#include "agent/state.h"
#include "cgroup/cgfs.h"
#include "report/collect.h"
#include "util/log.h"
#include "util/messages.h"
#include "util/privilege.h"

/* What does not pass by itself, but may. */
#define RELOAD_TRIES "; a reload tries once more"

static void set_note(struct agent *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void set_note(struct agent *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(a->note, sizeof(a->note), fmt, ap);
	va_end(ap);
}

static int ignore_event(const struct cgfifo_event *e, void *userdata)
{
	return 0;
}

/* What an earlier agent had put in force is where we start from. */
static void adopt_settings(struct agent *a)
{
	for (size_t i = 0; i < sched_nr_slots(a->sched); i++) {
		const struct cgfifo_slot *slot = sched_slot(a->sched, i);
		const struct cgroup_node *node = tree_find(a->tree, slot->cgid);
		struct cgfifo_conf conf = {.weight = slot->conf_weight};
		char path[CGROUP_PATH_MAX];

		if (slot->slice_ns != CGFIFO_SLICE_DFL_US * 1000u)
			conf.slice_us = slot->slice_ns / 1000;
		if (slot->flags & CGFIFO_SLOT_FAIR)
			conf.policy = CGFIFO_POLICY_FAIR;
		if (slot->flags & CGFIFO_SLOT_ISOLATED)
			conf.isolate = CGFIFO_ISOLATE_CORE;
		if (node && (conf.weight || conf.slice_us || conf.policy || conf.isolate) &&
		    node_path(node, path, sizeof(path)) >= 0)
			applier_adopt(a->applier, node->id, path, &conf);
	}
}

static void remember_lost_events(struct agent *a)
{
	struct cgfifo_counters counters;

	if (sched_read_counters(a->sched, &counters) == 0)
		a->lost_events = counters.value[CGFIFO_STAT_lost_events];
}

/*
 * From here on the scheduler is in force. It announced every cgroup that exists when it was
 * loaded: the scan that follows finds them faster, so those events are thrown away before it. Was
 * it thrown out already, agent_cycle() sees that.
 */
static int use_scheduler(struct agent *a, struct sched *s)
{
	/* One that comes after the fall back takes nothing over, even if it was there before:
	 * whoever loads for us had not answered in time. */
	bool keep = sched_was_adopted(s) && a->since_ns == 0;
	int r;

	a->sched = s;
	a->note[0] = '\0';
	a->since_ns = collect_now_ns();
	applier_use_sched(a->applier, backend_new_sched(s), keep);
	sched_events_dispatch(s, ignore_event, NULL);
	remember_lost_events(a);
	a->table_full = 0;
	r = follow_scheduler(a);
	if (r < 0)
		return log_error_errno(r, "Cannot follow the scheduler's events: %m");

	if (sched_was_adopted(s))
		log_event(LOG_NOTICE, 0, MESSAGE_ADOPTED, NULL,
			  "Took over the scheduler that was running already");
	else
		log_event(LOG_NOTICE, 0, MESSAGE_STARTED, NULL, "The scheduler is in force%s",
			  sched_is_partial(s) ? ", for tasks that ask for SCHED_EXT" : "");
	if (sched_was_adopted(s) && tree_scan(a->tree) == 0)
		adopt_settings(a);
	follow_counters(a);
	return agent_cycle(a);
}

/* a->note is set. */
static int use_fallback(struct agent *a)
{
	bool first = a->since_ns == 0;
	int r;

	a->since_ns = collect_now_ns();
	applier_use_sched(a->applier, NULL, first);
	r = follow_files(a);
	if (r < 0)
		log_warning_errno(r,
				  "Cannot watch the cgroup tree, new cgroups are not noticed: %m");
	log_event(LOG_WARNING, 0, MESSAGE_FALLBACK, NULL, "Fall back to cpu.weight: %s", a->note);
	return agent_cycle(a);
}

/* In its unit the agent has no capability, and another one has them. */
static sched_load_fn loader(void)
{
	return privilege_is_none() ? load_elsewhere : NULL;
}

static int load_nothing(const char *pin_dir, char *ret_why)
{
	return -ECANCELED;
}

/* An earlier agent may have left the scheduler running, and we are told to do without. One that is
 * of another version, or was thrown out, goes with its pins, and no other is loaded for that. */
static void stop_leftover(struct agent *a)
{
	struct sched *s = NULL;
	char why[SCHED_MSG_LEN] = "";
	bool partial;
	int r;

	r = sched_open_readonly(a->options->pin_dir, &s);
	if (r == -ENOENT || r == -EACCES) /* none, or nobody's that we could take over */
		return;
	partial = r == 0 && sched_is_partial(s);
	s = sched_free(s);
	r = sched_start(a->options->pin_dir, partial, load_nothing, &s, why);
	if (r == -ECANCELED)
		log_notice("Removed what an earlier agent had left of its scheduler");
	if (r < 0)
		return;
	r = sched_stop(s);
	sched_free(s);
	if (r < 0)
		log_warning_errno(r, "Cannot stop the scheduler that an earlier agent had left "
				     "running: %m");
	else
		log_notice("Stopped the scheduler that an earlier agent had left running");
}

/* Nor does systemd end the agent before that knows that nobody loads for it: what it waits for in
 * sched_start() besides takes some seconds. */
_Static_assert(LOAD_LIMIT_SEC + 10 <= LONG_STEP_SEC, "patience");

/* The kernel's verifier takes its time on a slow machine. */
static int load(struct agent *a, struct sched **ret, char *ret_why)
{
	int r;

	long_step_begin("loading the scheduler");
	r = sched_start(a->options->pin_dir, a->options->partial, loader(), ret, ret_why);
	long_step_end();
	if (r == -EPROTO) /* its own scheduler, after an update */
		snprintf(ret_why, SCHED_MSG_LEN,
			 "what loads the scheduler is of another version; restart the agent");
	return r;
}

/* Whoever loads for us is no more there, or was still at work for an agent that was killed: what it
 * has loaded then would go on without anybody who stops it. */
static bool may_come_later(int r)
{
	return r == -EBADMSG;
}

static void plan_retry(struct agent *a);

/* 0: *ret is the scheduler. 1: do without, a->note says why. Else the agent cannot go on. */
static int start_or_explain(struct agent *a, struct sched **ret)
{
	char why[SCHED_MSG_LEN] = "";
	int r;

	if (a->options->mode == MODE_FALLBACK) {
		stop_leftover(a);
		set_note(a, "as told by --scheduler none");
		return 1;
	}
	r = sched_probe(why);
	a->can_sched = r == 0;
	if (r == 0)
		r = load(a, ret, why);
	if (r == 0)
		return 0;
	/* Another program, kernel or machine is needed: a reload is none. */
	if (r == -EOPNOTSUPP || r == -E2BIG)
		a->can_sched = false;
	if (r == -EBUSY)
		return log_error_errno(r,
				       "%s. Stop it first, or use --scheduler none to write "
				       "cpu.weight only",
				       why);
	if (r == -EPERM || r == -EACCES)
		return log_error_errno(r,
				       "Not allowed to load the scheduler (root, or CAP_BPF and "
				       "CAP_PERFMON, or cgfifo-load.socket is needed): %s",
				       why);
	if (a->options->mode == MODE_SCHED)
		return log_error_errno(r, "Cannot start the scheduler: %s", why);
	set_note(a, "%s%s", why, r == -ETIMEDOUT ? RELOAD_TRIES : "");
	if (may_come_later(r))
		plan_retry(a);
	return 1;
}

int scheduler_start(struct agent *a)
{
	struct sched *s = NULL;
	int r;

	r = start_or_explain(a, &s);
	if (r < 0)
		return r;
	return r == 0 ? use_scheduler(a, s) : use_fallback(a);
}

static int on_retry(sd_event_source *s, uint64_t usec, void *userdata);

/* The scheduler was lost or could not be started again: when is the next attempt? */
static void plan_retry(struct agent *a)
{
	unsigned int sec = backoff_fail(&a->backoff, collect_now_ns() / 1000000000u);
	size_t n = strlen(a->note);

	a->retry = sd_event_source_disable_unref(a->retry);
	if (sec == 0) {
		snprintf(a->note + n, sizeof(a->note) - n,
			 "; %d times in %d minutes, not tried again before a reload",
			 BACKOFF_MAX_TIMES, BACKOFF_WINDOW_SEC / 60);
		log_event(LOG_ERR, 0, MESSAGE_GIVEN_UP, NULL,
			  "The scheduler failed %d times in %d minutes and is not started again; "
			  "\"systemctl reload cgfifo\" tries once more",
			  BACKOFF_MAX_TIMES, BACKOFF_WINDOW_SEC / 60);
		return;
	}
	log_notice("The scheduler is started again in %u s", sec);
	sd_event_add_time_relative(a->event, &a->retry, CLOCK_MONOTONIC, sec * 1000000ull, 0,
				   on_retry, a);
}

/* In its unit the agent sees one folder of bpffs, and not another of that name. systemd makes it
 * anew when it starts an agent. */
static bool folder_is_gone(struct agent *a)
{
	if (!sched_dir_is_dead(a->options->pin_dir))
		return false;
	log_error("The folder of the scheduler was removed: ending, to be started with another");
	a->start_again = true;
	sd_event_exit(a->event, 0);
	return true;
}

static void retry(struct agent *a)
{
	char why[SCHED_MSG_LEN] = "";
	struct sched *s = NULL;
	int r;

	if (folder_is_gone(a))
		return;
	r = load(a, &s, why);
	if (r == 0) {
		use_scheduler(a, s);
		return;
	}
	set_note(a, "%s%s", why, r == -EBUSY ? RELOAD_TRIES : "");
	log_error_errno(r, "Cannot start the scheduler again: %s", a->note);
	if (r != -EBUSY) /* another one runs: do not fight */
		plan_retry(a);
	agent_notify_status(a);
}

static int on_retry(sd_event_source *s, uint64_t usec, void *userdata)
{
	retry(userdata);
	return 0;
}

static void log_exit(const struct cgfifo_exit *e)
{
	char code[32], hog[SCHED_HOG_LEN] = "";

	if (e->hog.took_ns)
		sched_describe_hog(&e->hog, hog);
	snprintf(code, sizeof(code), "%lld", (long long)e->code);
	log_event(LOG_ERR, 0, MESSAGE_EJECTED,
		  LOG_FIELDS({"REASON", e->reason}, {"EXIT_CODE", code}),
		  "The kernel unloaded the scheduler: %s%s%s%s%s", e->reason, e->msg[0] ? ": " : "",
		  e->msg, hog[0] ? "; " : "", hog);
}

/* Of one that the kernel has unloaded. Where programs watch functions of the kernel, which they do
 * before 6.19, it waits for all tasks to be out of each of them. */
static void let_go(struct agent *a)
{
	long_step_begin("letting go of the scheduler");
	sched_stop(a->sched); /* its pins */
	a->sched = sched_free(a->sched);
	long_step_end();
}

void scheduler_check(struct agent *a)
{
	struct cgfifo_exit e = {};

	if (!a->sched || sched_is_attached(a->sched, &e) != 0)
		return;
	if (!e.kind) /* it is about to go, and tells why at the end of that */
		return;
	log_exit(&e);
	a->n_ejected++;
	set_note(a, "the kernel unloaded the scheduler: %.128s%s%.256s", e.reason,
		 e.msg[0] ? ": " : "", e.msg);

	follow_nothing(a);
	applier_use_sched(a->applier, NULL, false);
	let_go(a);
	plan_retry(a);
	use_fallback(a);
}

void scheduler_retry_now(struct agent *a)
{
	if (a->sched || !a->can_sched)
		return;
	backoff_reset(&a->backoff);
	a->retry = sd_event_source_disable_unref(a->retry);
	retry(a);
}

/* 0, or it goes on. */
static int stop_running(struct agent *a)
{
	int r = sched_stop(a->sched);

	if (r < 0)
		return log_error_errno(r, "Cannot stop the scheduler, which goes on without an "
					  "agent: %m");
	log_event(LOG_NOTICE, 0, MESSAGE_STOPPED, NULL,
		  "Stopped: the kernel's own scheduler is back");
	return 0;
}

int scheduler_stop(struct agent *a)
{
	a->retry = sd_event_source_disable_unref(a->retry);
	a->round = sd_event_source_disable_unref(a->round);
	a->recheck = sd_event_source_disable_unref(a->recheck);
	a->again = sd_event_source_disable_unref(a->again);
	follow_nothing(a);
	applier_undo(a->applier);
	if (a->sched)
		return stop_running(a);
	if (a->since_ns) /* else it never started, and that was said */
		log_event(LOG_NOTICE, 0, MESSAGE_STOPPED, NULL,
			  "Stopped: cgroups have their own cpu.weight again");
	return 0;
}
