// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verdicts of two configurations side by side, for every cgroup that exists; see compare.h. The
 * agent does it, because it alone knows what rules look at.
 */
#include "agent/compare.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/state.h"
#include "cgroup/cgfs.h"
#include "config/pack.h"

/* An answer that fills up. */
struct changes {
	struct control_client *client;
	struct control_change items[CONTROL_CHANGES];
	size_t n, n_all;
};

static void flush(struct changes *list)
{
	if (list->n > 0)
		control_send(list->client, list->items, list->n * sizeof(struct control_change));
	list->n = 0;
}

static void compare_one(struct agent *a, const struct config *config, const struct cgroup_node *n,
			struct changes *list)
{
	char path[CGROUP_PATH_MAX];
	struct verdict was, is;
	struct cgfifo_conf was_conf, conf;

	if (node_path(n, path, sizeof(path)) < 0)
		return;
	was = follow_verdict(a, a->config, n, path);
	is = follow_verdict(a, config, n, path);
	was_conf = verdict_conf(&was);
	conf = verdict_conf(&is);
	if (memcmp(&was_conf, &conf, sizeof(conf)) == 0)
		return;
	list->items[list->n++] = (struct control_change){
		.cgid = n->id,
		.was = was_conf,
		.is = conf,
		.source = is.source,
		.rule = is.rule ? (uint32_t)(is.rule - config->rules.items) + 1 : 0,
	};
	list->n_all++;
	if (list->n == CONTROL_CHANGES)
		flush(list);
}

/* Who sends it has read it, without our capabilities; see config/pack.h. A file, so that reading
 * it never waits. */
static int read_records(int fd, struct config **ret)
{
	_cleanup_close_ int copy = -EBADF;
	_cleanup_fclose_ FILE *f = NULL;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return -EBADMSG;
	copy = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	f = copy < 0 ? NULL : fdopen(copy, "r");
	if (!f)
		return -EBADMSG; /* it is open to write only, say */
	(void)TAKE_FD(copy);
	return config_unpack(f, NULL, NULL, ret);
}

void compare_config(struct agent *a, int fd, struct control_client *c)
{
	_cleanup_(config_freep) struct config *config = NULL;
	struct changes list = {.client = c};
	const struct cgroup_node *n;
	int r = read_records(fd, &config);

	if (r == -EINVAL || r == -EPROTO) {
		control_end(c, r,
			    r == -EINVAL ? "the configuration has mistakes; see \"cgfifo check\""
					 : "the agent that runs is of another version; restart it");
		return;
	}
	if (r < 0) {
		control_end(c, -EINVAL, "that is no file with a configuration");
		return;
	}
	/* So does a reload, and finds cgroups of which nobody told. */
	if (tree_scan(a->tree) == 0)
		agent_cycle_soon(a);
	tree_for_each (a->tree, n)
		compare_one(a, config, n, &list);
	flush(&list);
	control_end(c, 0, "%zu of %zu cgroups would change", list.n_all, tree_size(a->tree));
}
