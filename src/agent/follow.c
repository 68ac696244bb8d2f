// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cgroups that come and go. With the scheduler, its events tell about each one, and only that one
 * is looked at: from mkdir to the weight in force there is one lookup in the tree and one in the
 * rules. When events were lost, everything is looked at.
 *
 * The scheduler sees only cgroups with a cpu controller. So the file system is watched as well:
 * in fall back every directory, and beside the scheduler only those of slices without that
 * controller, where a unit may start that a rule is about (a handful; and as soon as one gets a
 * weight, the controller is on for all in that slice). There, too, everything is looked at.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/manual.h"
#include "agent/state.h"
#include "cgroup/cgfs.h"
#include "identity/identity.h"
#include "policy/resolve.h"
#include "report/collect.h"
#include "util/log.h"
#include "util/messages.h"

#define FULL_AGAIN_NS (3600 * 1000000000ull)

/* Longer than systemd, or who writes for us, is not asked after one that had no answer. */
#define AGAIN_USEC (15 * 1000 * 1000)

/* Inside of these the tasks of a thing may be spread over more cgroups. */
static bool is_thing(const struct identity *id)
{
	return id->kind == IDENTITY_CONTAINER || id->kind == IDENTITY_POD ||
	       id->kind == IDENTITY_UNIT;
}

static void inherit(const struct agent *a, const struct config *config, const struct cgroup_node *n,
		    struct verdict *v)
{
	char path[CGROUP_PATH_MAX];
	struct verdict around;
	struct identity id;

	for (n = n->parent; n && !(v->slice_us && v->policy); n = n->parent) {
		if (node_path(n, path, sizeof(path)) < 0)
			return;
		identity_from_path(path, &id);
		if (!is_thing(&id))
			return;
		around = resolve(config, &id, known_facts_for_rules(&a->known, n->id), path);
		verdict_inherit(v, &around);
	}
}

static struct verdict decide(const struct agent *a, const struct config *config,
			     const struct cgroup_node *n, const char *path,
			     const struct identity *id)
{
	struct verdict v = resolve(config, id, known_facts_for_rules(&a->known, n->id), path);

	/* cpu.weight knows neither slices nor policies, so there is no use in it in fall back. */
	if (a->sched && config_is_for_tasks(config))
		inherit(a, config, n, &v);
	manual_apply(a, n->id, &v);
	return v;
}

struct verdict follow_verdict(const struct agent *a, const struct config *config,
			      const struct cgroup_node *n, const char *path)
{
	struct identity id;

	identity_from_path(path, &id);
	return decide(a, config, n, path, &id);
}

void follow_want(struct agent *a, const struct cgroup_node *n, struct wanted_list *wanted)
{
	const struct facts *facts = known_facts_for_rules(&a->known, n->id);
	char path[CGROUP_PATH_MAX], name[IDENTITY_NAME_MAX];
	struct identity id;
	struct verdict v;

	if (node_path(n, path, sizeof(path)) < 0)
		return;
	identity_from_path(path, &id);
	names_want(a, n, &id);
	v = decide(a, a->config, n, path, &id);
	if (verdict_is_empty(&v))
		return;
	wanted_add(wanted, n->id, path, facts ? known_name(&id, facts, name) : NULL, &v);
}

static int on_again(sd_event_source *s, uint64_t usec, void *userdata)
{
	struct agent *a = userdata;

	a->again = sd_event_source_disable_unref(a->again);
	agent_cycle(a);
	return 0;
}

void follow_again(struct agent *a)
{
	if (!a->again)
		sd_event_add_time_relative(a->event, &a->again, CLOCK_MONOTONIC, AGAIN_USEC, 0,
					   on_again, a);
}

void follow_apply(struct agent *a, const struct plan *plan)
{
	applier_run(a->applier, plan);
	if (applier_had_no_answer(a->applier))
		follow_again(a);
}

void follow_cycle_one(struct agent *a, const struct cgroup_node *n)
{
	_cleanup_(wanted_done) struct wanted_list wanted = {};
	_cleanup_(plan_done) struct plan plan = {};

	follow_want(a, n, &wanted);
	plan_one(&plan, n->id, wanted.n ? wanted.items : NULL, applier_applied(a->applier));
	follow_apply(a, &plan);
}

static bool is_called_slice(const char *name)
{
	static const char end[] = ".slice";
	size_t len = strlen(name);

	return len >= strlen(end) && strcmp(name + len - strlen(end), end) == 0;
}

/* Is this a place where a cgroup may be made of which no event tells? */
static bool wants_watch(const struct cgroup_node *n, void *userdata)
{
	struct agent *a = userdata;
	char path[CGROUP_PATH_MAX];
	struct identity id;

	if (!a->sched)
		return true;
	/* Most are no slices, and all that follows costs more. */
	if (n->parent && !is_called_slice(n->name))
		return false;
	if (node_path(n, path, sizeof(path)) < 0)
		return false;
	identity_from_path(path, &id);
	return (id.kind == IDENTITY_ROOT || (id.kind == IDENTITY_SLICE && !id.user_unit)) &&
	       !cgfs_has_controller_below(a->root_fd, path, "cpu");
}

/* Also for a cgroup that we know: it has a cpu controller (again), and that knows no setting. */
static void on_new(struct agent *a, const struct cgfifo_event *e)
{
	char name[CGFIFO_NAME_LEN];
	int r;

	snprintf(name, sizeof(name), "%.*s", CGFIFO_NAME_LEN - 1, e->name);
	r = tree_add(a->tree, e->cgid, e->parent_cgid, name);
	if (r == -ENOENT) { /* its parent is news as well, and that event was lost */
		agent_cycle_soon(a);
		return;
	}
	if (r < 0) {
		log_debug_errno(r, "Ignoring the new cgroup %s: %m", name);
		return;
	}
	applier_mark_stale(a->applier, e->cgid);
	follow_cycle_one(a, tree_find(a->tree, e->cgid));
	/* Or it gets one below, in a moment: what is watched is decided then. */
	if (wants_watch(tree_find(a->tree, e->cgid), a))
		agent_cycle_soon(a);
}

/* The directory is removed before its controllers are, so its absence tells the two cases apart. */
static void on_gone(struct agent *a, const struct cgfifo_event *e)
{
	const struct cgroup_node *n = tree_find(a->tree, e->cgid);
	char path[CGROUP_PATH_MAX];
	uint64_t id;

	if (n && node_path(n, path, sizeof(path)) >= 0 && cgfs_id(a->root_fd, path, &id) == 0 &&
	    id == e->cgid) {
		applier_mark_lost(a->applier, e->cgid);
		agent_cycle_soon(a); /* who is to be watched changes as well */
		return;
	}
	if (applier_forget(a->applier, e->cgid) < 0)
		agent_cycle_soon(a); /* and, if there is no answer then, in a while */
	manual_forget(a, e->cgid);
	tree_remove(a->tree, e->cgid);
	names_forget(a, e->cgid);
}

/* Its name is the task's own choice. */
static void on_hog(const struct cgfifo_hog *hog)
{
	char text[SCHED_HOG_LEN];

	log_event(LOG_WARNING, 0, MESSAGE_HOG, NULL, "%s", sched_describe_hog(hog, text));
}

static int on_event(const struct cgfifo_event *e, void *userdata)
{
	struct agent *a = userdata;

	switch (e->type) {
	case CGFIFO_EVENT_CGROUP_NEW:
		on_new(a, e);
		break;
	case CGFIFO_EVENT_CGROUP_GONE:
		on_gone(a, e);
		break;
	case CGFIFO_EVENT_CGROUP_WEIGHT: /* the scheduler has seen it too, and ours goes first */
		break;
	case CGFIFO_EVENT_HOG:
		on_hog(&e->hog);
		break;
	case CGFIFO_EVENT_EXIT:
		return -ECONNRESET;
	}
	return 0;
}

static void check_lost(struct agent *a, uint64_t lost)
{
	if (lost == a->lost_events)
		return;
	log_debug("%" PRIu64 " events were lost, reading the whole tree", lost - a->lost_events);
	a->lost_events = lost;
	agent_cycle_soon(a);
}

/* No event tells of a cgroup without a place. Who makes thousands of them is told once an hour. */
static void check_full(struct agent *a, uint64_t full)
{
	uint64_t now = collect_now_ns();

	if (full == a->table_full)
		return;
	a->table_full = full;
	if (a->full_said_ns && now - a->full_said_ns < FULL_AGAIN_NS)
		return;
	a->full_said_ns = now;
	log_event(
		LOG_WARNING, 0, MESSAGE_TABLE_FULL, NULL,
		"There are more than %d cgroups with a cpu controller: others share the weight of "
		"the nearest one around them",
		CGFIFO_MAX_SLOTS);
}

void follow_counters(struct agent *a)
{
	struct cgfifo_counters counters;

	if (sched_read_counters(a->sched, &counters) < 0)
		return;
	check_lost(a, counters.value[CGFIFO_STAT_lost_events]);
	check_full(a, counters.value[CGFIFO_STAT_table_full]);
}

static int on_scheduler(sd_event_source *s, int fd, uint32_t revents, void *userdata)
{
	struct agent *a = userdata;
	int r;

	r = sched_events_dispatch(a->sched, on_event, a);
	if (r == -ECONNRESET) {
		scheduler_check(a);
		return 0;
	}
	if (r < 0)
		log_warning_errno(r, "Cannot read the scheduler's events: %m");
	follow_counters(a);
	return 0;
}

static int on_files(sd_event_source *s, int fd, uint32_t revents, void *userdata)
{
	struct agent *a = userdata;

	if (watch_drain(a->watch))
		agent_cycle_soon(a);
	return 0;
}

static int follow_files_too(struct agent *a)
{
	int r = watch_new(a->root_fd, &a->watch);

	if (r < 0)
		return r;
	return sd_event_add_io(a->event, &a->watch_events, watch_fd(a->watch), EPOLLIN, on_files,
			       a);
}

int follow_scheduler(struct agent *a)
{
	int r;

	follow_nothing(a);
	r = sd_event_add_io(a->event, &a->sched_events, sched_events_fd(a->sched), EPOLLIN,
			    on_scheduler, a);
	if (r < 0)
		return r;
	r = follow_files_too(a);
	if (r < 0) /* by no event either, but with the next round */
		log_warning_errno(r, "Cannot watch the cgroup tree, units without a cpu controller "
				     "may be noticed late: %m");
	return 0;
}

int follow_files(struct agent *a)
{
	follow_nothing(a);
	return follow_files_too(a);
}

void follow_sync(struct agent *a)
{
	static bool said;
	int r;

	if (!a->watch)
		return;
	r = watch_sync(a->watch, a->tree, wants_watch, a);
	if (r > 0) /* made while we looked */
		agent_cycle_soon(a);
	if (r < 0 && !said) {
		log_warning_errno(r, "Cannot watch all cgroups, new ones may be noticed late: %m");
		said = true;
	}
}

void follow_nothing(struct agent *a)
{
	a->sched_events = sd_event_source_disable_unref(a->sched_events);
	a->watch_events = sd_event_source_disable_unref(a->watch_events);
	a->watch = watch_free(a->watch);
}
