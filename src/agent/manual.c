// SPDX-License-Identifier: GPL-2.0-only
/* Putting a list of overrides in force, and ending them in time; see manual.h. */
#include "agent/manual.h"

#include <errno.h>
#include <time.h>

#include "agent/override.h"
#include "agent/state.h"
#include "util/log.h"

/* Ends need not be exact: many that end together are one wake-up. */
#define ACCURACY_USEC (100 * 1000)

static uint64_t now_usec(void)
{
	struct timespec t;

	/* The time for which somebody wants it goes on while the machine sleeps. */
	clock_gettime(CLOCK_BOOTTIME, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void save(struct agent *a)
{
	int r;

	if (!a->options->manual_file)
		return;
	r = overrides_save(&a->overrides, a->options->manual_file);
	if (r < 0)
		log_warning_errno(r,
				  "Cannot write %s, what was set by hand ends with the agent: %m",
				  a->options->manual_file);
}

static void arm(struct agent *a);

/* The tree is empty while the agent starts. */
static void end_all(struct agent *a)
{
	struct override o;
	bool any = false;

	while (overrides_take_ended(&a->overrides, now_usec(), &o)) {
		const struct cgroup_node *n = tree_find(a->tree, o.cgid);

		if (n)
			follow_cycle_one(a, n);
		any = true;
	}
	if (any)
		save(a);
}

static int on_end(sd_event_source *s, uint64_t usec, void *userdata)
{
	struct agent *a = userdata;

	end_all(a);
	arm(a);
	return 0;
}

static void arm(struct agent *a)
{
	uint64_t end = overrides_next_end(&a->overrides);

	a->manual_end = sd_event_source_disable_unref(a->manual_end);
	if (end && sd_event_add_time(a->event, &a->manual_end, CLOCK_BOOTTIME, end, ACCURACY_USEC,
				     on_end, a) < 0)
		log_warning("Cannot end in time what was set by hand; \"cgfifo unset\" does");
}

void manual_start(struct agent *a)
{
	int r;

	if (!a->options->manual_file)
		return;
	r = overrides_load(&a->overrides, a->options->manual_file);
	if (r < 0 && r != -ENOENT)
		log_warning_errno(r, "Cannot read %s, some of what was set by hand is lost: %m",
				  a->options->manual_file);
	/* What ended while there was no agent is not put in force for a moment more. */
	end_all(a);
	arm(a);
}

int manual_set(struct agent *a, const struct cgroup_node *n, uint32_t weight, uint64_t for_usec)
{
	int r;

	r = overrides_set(&a->overrides, n->id, weight, for_usec ? now_usec() + for_usec : 0);
	if (r < 0)
		return r;
	save(a);
	arm(a);
	follow_cycle_one(a, n);
	return 0;
}

bool manual_unset(struct agent *a, const struct cgroup_node *n)
{
	if (!overrides_remove(&a->overrides, n->id))
		return false;
	save(a);
	arm(a);
	follow_cycle_one(a, n);
	return true;
}

void manual_forget(struct agent *a, uint64_t cgid)
{
	if (!overrides_remove(&a->overrides, cgid))
		return;
	save(a);
	arm(a);
}

void manual_sync(struct agent *a)
{
	for (size_t i = a->overrides.n; i-- > 0;)
		if (!tree_find(a->tree, a->overrides.items[i].cgid))
			manual_forget(a, a->overrides.items[i].cgid);
}

void manual_apply(const struct agent *a, uint64_t cgid, struct verdict *v)
{
	const struct override *o = overrides_find(&a->overrides, cgid);

	if (o)
		verdict_override(v, o->weight);
}

void manual_stop(struct agent *a)
{
	a->manual_end = sd_event_source_disable_unref(a->manual_end);
	overrides_done(&a->overrides);
}
