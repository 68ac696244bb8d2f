// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the agent's socket; else from the pinned maps of a scheduler that outlived its agent, which
 * root can read; else from the files of the cgroups. See reading.h.
 */
#include "cli/reading.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "cgroup/cgfs.h"
#include "cgroup/tree.h"
#include "cli/connect.h"
#include "report/collect.h"
#include "sched/sched.h"
#include "util/log.h"

#define AGENT_TIME_SEC 5

DEFINE_CLEANUP(struct sched *, sched_free);

/* -ENOENT: no agent runs. */
static int from_agent(const char *path, struct snapshot **ret)
{
	_cleanup_close_ int fd = connect_to(path, SOCK_STREAM, AGENT_TIME_SEC);
	int r;

	if (fd == -ENOENT || fd == -ECONNREFUSED)
		return -ENOENT;
	if (fd < 0 && fd != -ETIMEDOUT)
		return log_error_errno(fd, "Cannot ask the agent at %s: %m", path);
	r = fd < 0 ? fd : snapshot_receive(fd, ret);
	if (r == -EPROTO)
		return log_error_errno(r, "The agent that runs is of another version; restart it");
	if (r == -ETIMEDOUT)
		return log_error_errno(r,
				       "The agent at %s does not answer; it may be loading the "
				       "scheduler",
				       path);
	if (r == -ENODATA)
		return log_error_errno(
			r, "The agent at %s is too busy for a whole answer; try again", path);
	if (r < 0)
		return log_error_errno(r, "The agent at %s gave no answer that makes sense", path);
	return 0;
}

static bool is_ours(const char *name)
{
	return strcmp(name, "cgfifo") == 0;
}

bool reading_is_ours_loaded(void)
{
	char name[64];

	return sched_loaded_name(name, sizeof(name)) == 0 && is_ours(name);
}

/* What schedules this machine now, and a sentence about it. why: what opening its tables gave. */
static enum snapshot_state describe_scheduler(int why, char *buf, size_t size)
{
	char name[64];
	int r = sched_loaded_name(name, sizeof(name));

	if (r == 0 && is_ours(name) && why == -EPROTO)
		snprintf(buf, size,
			 "cgfifo is loaded, of another version and without its agent; "
			 "\"systemctl start cgfifo\" replaces it");
	else if (r == 0 && is_ours(name))
		snprintf(buf, size,
			 "cgfifo is loaded, without its agent; only root can read what "
			 "it does");
	else if (r == 0)
		snprintf(buf, size, "another sched_ext scheduler is loaded: %s", name);
	else if (r == -EOPNOTSUPP)
		snprintf(buf, size,
			 "this kernel has no sched_ext; \"systemctl start cgfifo\" sets "
			 "cpu.weight instead");
	else
		snprintf(buf, size, "start it with \"systemctl start cgfifo\" or \"cgfifo run\"");
	return r == 0 ? STATE_OTHER : STATE_NONE;
}

/* Without s, why says why. gone: why the kernel unloaded the one that is pinned; of kind 0: it did
 * not, or none is. */
static struct snapshot *collect_alone(const struct tree *tree, struct sched *s, int why,
				      const struct cgfifo_exit *gone)
{
	struct snapshot *snapshot = collect(tree, NULL, NULL, s);
	struct snapshot_header *h = snapshot_edit_header(snapshot);
	char note[512];
	size_t n = 0;

	h->state = STATE_SCHED;
	if (!s) {
		if (gone->kind)
			n = (size_t)snprintf(note, sizeof(note),
					     "the kernel unloaded the scheduler: %.128s; ",
					     gone->reason);
		h->state = describe_scheduler(why, note + n, sizeof(note) - n);
		h->note = snapshot_add_string(snapshot, note);
	}
	return snapshot;
}

/* Once: some verbs take a reading each second. */
static void say_other_version(void)
{
	static bool said;

	if (!said)
		log_warning("The scheduler that runs is of another version of cgfifo");
	said = true;
}

static int without_agent(const struct reading_options *options, int root_fd, struct snapshot **ret)
{
	_cleanup_(tree_freep) struct tree *tree = tree_new(root_fd, TREE_MAX_NODES);
	_cleanup_(sched_freep) struct sched *s = NULL;
	struct cgfifo_exit gone = {};
	int r;

	r = tree_scan(tree);
	if (r < 0)
		return log_error_errno(r, "Cannot read the cgroup tree: %m");
	r = sched_open_readonly(options->pin_dir, &s);
	if (r == -EPROTO)
		say_other_version();
	/* What is pinned outlives the scheduler, too, when there is no agent to remove it. */
	if (s && sched_is_attached(s, &gone) == 0 && gone.kind)
		s = sched_free(s);
	*ret = collect_alone(tree, s, r, &gone);
	return 0;
}

const char *reading_cgroup_root(void)
{
	const char *path = getenv("CGFIFO_CGROUP_ROOT");

	return path && path[0] ? path : CGFS_ROOT;
}

int reading_open_cgroups(const char *path, int *ret_fd, char *ret_why)
{
	char why[CGFS_MSG_LEN];
	int r = cgfs_open_root(path, ret_fd, ret_why);

	if (r == -EOPNOTSUPP && strcmp(path, CGFS_ROOT) == 0 &&
	    cgfs_open_root(CGFS_HOST CGFS_ROOT, ret_fd, why) == 0)
		return 0;
	return r;
}

int reading_take(const struct reading_options *options, struct snapshot **ret)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	_cleanup_close_ int root_fd = -EBADF;
	char why[CGFS_MSG_LEN];
	int r, no_root;

	no_root = reading_open_cgroups(options->cgroup_root, &root_fd, why);
	r = from_agent(options->socket, &s);
	if (r < 0 && r != -ENOENT)
		return r;
	if (no_root < 0)
		return log_error_errno(no_root, "%s", why);
	if (r == -ENOENT)
		r = without_agent(options, root_fd, &s);
	else
		collect_without_reader(s, root_fd);
	if (r < 0)
		return r;
	if (snapshot_header(s)->state != STATE_SCHED)
		collect_from_files(s, root_fd);
	*ret = TAKE_PTR(s);
	return 0;
}
