// SPDX-License-Identifier: GPL-2.0-only
/* Messages about changes, see say.h. */
#include "apply/say.h"

#include <inttypes.h>
#include <stdio.h>

#include "util/log.h"
#include "util/messages.h"
#include "util/parse.h"

#define WHY_LEN 768

/* Counts it. LOG_DEBUG is for nobody as a rule: among thousands, making the text is what costs. */
static int level_of(struct say *say, int level)
{
	return say->n++ < SAY_MAX ? level : LOG_DEBUG;
}

static bool is_heard(int level)
{
	return level < LOG_DEBUG || log_is_debug();
}

/* Is the weight all that changes? */
static bool only_weight(const struct cgfifo_conf *from, const struct cgfifo_conf *to)
{
	return from->weight && to->weight && from->slice_us == to->slice_us &&
	       from->policy == to->policy && from->isolate == to->isolate;
}

/* with_reason: the line ends with what err means. */
static void send(int level, int err, bool with_reason, const char *message_id,
		 const struct applied *e, const char *text)
{
	char cgid[32], weight[16];
	const struct log_field *fields = LOG_FIELDS({"CGROUP", e->path}, {"CGROUP_ID", cgid},
						    {"WEIGHT", weight}, {"RULE", e->origin});

	snprintf(cgid, sizeof(cgid), "%" PRIu64, e->id);
	snprintf(weight, sizeof(weight), "%" PRIu32, e->conf.weight);
	if (with_reason)
		log_event(level, err, message_id, fields, "%s: %s: %m", e->name, text);
	else
		log_event(level, err, message_id, fields, "%s: %s", e->name, text);
}

void say_set(struct say *say, const struct applied *e, const struct verdict *v,
	     const struct cgfifo_conf *before)
{
	char text[1024], now[96], was[96], why[WHY_LEN];
	int level = level_of(say, LOG_INFO);

	if (!is_heard(level))
		return;
	verdict_conf_text(&e->conf, now, sizeof(now));
	verdict_explain(v, why, sizeof(why));
	if (!before)
		snprintf(text, sizeof(text), "%s (%s)", now, why);
	else if (only_weight(before, &e->conf))
		snprintf(text, sizeof(text), "weight %" PRIu32 " -> %" PRIu32 " (%s)",
			 before->weight, e->conf.weight, why);
	else {
		verdict_conf_text(before, was, sizeof(was));
		snprintf(text, sizeof(text), "%s -> %s (%s)", was, now, why);
	}
	send(level, 0, false, MESSAGE_WEIGHT_SET, e, text);
}

void say_not_set(struct say *say, const struct applied *e, const struct verdict *v, int err,
		 bool with_sched)
{
	char text[1024], now[96], why[WHY_LEN];
	bool waits = err == -ENOENT && with_sched && e->written;
	/* That the table is full is said once, for all of them, by the agent. */
	int level = level_of(say, err == -ENOSPC ? LOG_DEBUG : waits ? LOG_INFO : LOG_WARNING);

	if (!is_heard(level))
		return;
	verdict_conf_text(&e->conf, now, sizeof(now));
	verdict_explain(v, why, sizeof(why));
	if (waits)
		snprintf(text, sizeof(text),
			 "%s (%s): its cpu controller is off, asked systemd to turn it on", now,
			 why);
	else if (err == -ENOENT)
		snprintf(text, sizeof(text), "%s (%s) has no effect: its cpu controller is off",
			 now, why);
	else if (err == -ENOSPC)
		snprintf(text, sizeof(text),
			 "%s (%s) has no effect: the scheduler has no place for more cgroups", now,
			 why);
	else if (err == -EOPNOTSUPP)
		snprintf(text, sizeof(text), "%s (%s) has no effect without the scheduler", now,
			 why);
	else
		snprintf(text, sizeof(text), "cannot set %s (%s)", now, why);
	send(level, err, err != -ENOENT && err != -ENOSPC && err != -EOPNOTSUPP,
	     waits ? MESSAGE_CONTROLLER_ENABLED : MESSAGE_WEIGHT_NOT_SET, e, text);
}

void say_unset(struct say *say, const struct applied *e, int result)
{
	if (result < 0)
		send(level_of(say, LOG_WARNING), result, true, MESSAGE_WEIGHT_UNSET, e,
		     "cannot restore its own cpu.weight");
	else if (result == 0)
		send(LOG_NOTICE, 0, false, MESSAGE_ADMIN_CHANGED, e,
		     "cpu.weight was changed by somebody else and stays as it is");
	else
		send(level_of(say, LOG_INFO), 0, false, MESSAGE_WEIGHT_UNSET, e,
		     "its own cpu.weight counts again");
}

void say_rest(const struct say *say)
{
	if (say->n > SAY_MAX)
		log_info("%u more changes, see debug messages", say->n - SAY_MAX);
}
