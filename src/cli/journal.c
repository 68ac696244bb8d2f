// SPDX-License-Identifier: GPL-2.0-only
/* sd-journal, with the agent's entries only; see journal.h. */
#include "cli/journal.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <syslog.h>
#include <systemd/sd-journal.h>

#include "util/alloc.h"
#include "util/log.h"
#include "util/parse.h"

/* The user as whom the agent may run, besides root. */
#define AGENT_USER "cgfifo"

struct journal {
	sd_journal *sd;
};

struct journal *journal_free(struct journal *j)
{
	if (!j)
		return NULL;
	sd_journal_close(j->sd);
	free(j);
	return NULL;
}

void journal_entry_done(struct journal_entry *e)
{
	free(e->message);
	free(e->message_id);
	free(e->cgroup);
	free(e->cgroup_id);
	free(e->weight);
	free(e->rule);
	*e = (struct journal_entry){};
}

static int match(struct journal *j, const char *field, const char *value)
{
	_cleanup_free_ char *text = xasprintf("%s=%s", field, value);

	return sd_journal_add_match(j->sd, text, 0);
}

/* Only fields that the journal itself fills in: anybody may call himself cgfifo in the others. */
static int match_agent(struct journal *j)
{
	const struct passwd *user = getpwnam(AGENT_USER);
	int r;

	r = match(j, "_COMM", "cgfifo");
	if (r >= 0)
		r = match(j, "_UID", "0");
	if (r >= 0 && user) {
		_cleanup_free_ char *uid = xasprintf("%u", user->pw_uid);

		r = match(j, "_UID", uid);
	}
	return r;
}

/* Files that it may not read are none for sd_journal_open(), which is content with none. */
static int check_files(const struct journal *j)
{
	if (sd_journal_has_persistent_files(j->sd) > 0 || sd_journal_has_runtime_files(j->sd) > 0)
		return 0;
	return geteuid() == 0 ? -ENOENT : -EACCES;
}

int journal_open(struct journal **ret)
{
	_cleanup_(journal_freep) struct journal *j = xcalloc(1, sizeof(*j));
	int r;

	r = sd_journal_open(&j->sd, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM);
	if (r >= 0)
		r = check_files(j);
	if (r >= 0)
		r = match_agent(j);
	if (r == -ENOENT)
		return log_error_errno(r, "There is no journal here; an agent that is no service "
					  "says what it does where it was started");
	if (r == -EACCES || r == -EPERM)
		return log_error_errno(r, "The journal is for root and the group systemd-journal");
	if (r < 0)
		return log_error_errno(r, "Cannot read the journal: %m");
	*ret = TAKE_PTR(j);
	return 0;
}

int journal_seek_tail(struct journal *j, uint64_t n_last)
{
	int r;

	r = sd_journal_seek_tail(j->sd);
	/* previous_skip goes to the entry itself, and next would leave it out. */
	if (r >= 0)
		r = sd_journal_previous_skip(j->sd, n_last + 1);
	if (r >= 0 && (uint64_t)r < n_last + 1)
		r = sd_journal_seek_head(j->sd);
	return r < 0 ? log_error_errno(r, "Cannot search the journal: %m") : 0;
}

int journal_seek_time(struct journal *j, uint64_t mono_usec)
{
	sd_id128_t boot;
	int r;

	r = sd_id128_get_boot(&boot);
	if (r >= 0)
		r = sd_journal_seek_monotonic_usec(j->sd, boot, mono_usec);
	return r < 0 ? log_error_errno(r, "Cannot search the journal: %m") : 0;
}

/* NULL: the entry has no such field. */
static char *field(struct journal *j, const char *name)
{
	size_t n = strlen(name) + 1, size;
	const void *data;

	if (sd_journal_get_data(j->sd, name, &data, &size) < 0 || size < n)
		return NULL;
	return xstrndup((const char *)data + n, size - n);
}

static int priority_of(struct journal *j)
{
	_cleanup_free_ char *text = field(j, "PRIORITY");
	uint32_t priority;

	return text && parse_u32(text, 0, 7, &priority) == 0 ? (int)priority : LOG_INFO;
}

int journal_next(struct journal *j, struct journal_entry *ret)
{
	int r;

	r = sd_journal_next(j->sd);
	if (r < 0)
		return log_error_errno(r, "Cannot read the journal: %m");
	if (r == 0)
		return 0;
	*ret = (struct journal_entry){
		.priority = priority_of(j),
		.message = field(j, "MESSAGE"),
		.message_id = field(j, "MESSAGE_ID"),
		.cgroup = field(j, "CGROUP"),
		.cgroup_id = field(j, "CGROUP_ID"),
		.weight = field(j, "WEIGHT"),
		.rule = field(j, "RULE"),
	};
	(void)sd_journal_get_realtime_usec(j->sd, &ret->time_usec);
	(void)sd_journal_get_monotonic_usec(j->sd, &ret->mono_usec, NULL);
	return 1;
}

int journal_wait(struct journal *j)
{
	int r = sd_journal_wait(j->sd, UINT64_MAX);

	return r < 0 ? log_error_errno(r, "Cannot wait for the journal: %m") : 0;
}
