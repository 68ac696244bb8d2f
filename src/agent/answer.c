// SPDX-License-Identifier: GPL-2.0-only
/* Requests that people make with the verbs of the command line, see answer.h. */
#include "agent/answer.h"

#include <errno.h>
#include <inttypes.h>

#include "agent/compare.h"
#include "agent/manual.h"
#include "agent/serve.h"
#include "agent/state.h"
#include "cgroup/cgfs.h"
#include "util/text.h"

#define STEP_LEN 960

static void explain(struct agent *a, const struct cgroup_node *n, struct control_client *c)
{
	char path[CGROUP_PATH_MAX], text[STEP_LEN];
	struct verdict v;

	if (node_path(n, path, sizeof(path)) < 0) {
		control_end(c, -ENAMETOOLONG, "its path is too long");
		return;
	}
	v = follow_verdict(a, a->config, n, path);
	for (unsigned int i = 0; i < v.n_steps; i++) {
		verdict_step_text(&v.steps[i], text, sizeof(text));
		control_say(c, "%s", text);
	}
	if (v.n_steps == 0)
		control_say(c, "no rule is about it: its own cpu.weight counts");
	control_end(c, 0, "explained");
}

static void reload(struct agent *a, struct control_client *c)
{
	int r = reload_again(a);

	server_refresh(a->server);
	if (r < 0)
		control_end(c, r, "%s", a->config_note);
	else
		control_end(c, 0, "the configuration is in force: %zu rule%s from %zu file%s",
			    a->config->rules.n, text_plural(a->config->rules.n), a->config->files.n,
			    text_plural(a->config->files.n));
}

static bool is_in_force(const struct agent *a, const struct cgroup_node *n)
{
	const struct applied *e = idmap_get(applier_applied(a->applier), n->id);

	return e && e->in_force;
}

static void set(struct agent *a, const struct cgroup_node *n, const struct control_request *r,
		struct control_client *c)
{
	int error;

	if (r->weight < CGFIFO_WEIGHT_MIN || r->weight > CGFIFO_WEIGHT_MAX ||
	    r->for_usec > CONTROL_FOR_MAX_USEC) {
		control_end(c, -EINVAL, "no such weight or time");
		return;
	}
	if (!n->parent) {
		control_end(c, -EINVAL, "the root cgroup has no siblings to have a weight among");
		return;
	}
	error = manual_set(a, n, r->weight, r->for_usec);
	server_refresh(a->server);
	if (error < 0)
		control_end(c, error, "too many weights are set by hand already");
	else if (is_in_force(a, n))
		control_end(c, 0, "weight %" PRIu32 " is in force", r->weight);
	else
		control_end(c, 0, "weight %" PRIu32 " is set, but not in force yet: see the log",
			    r->weight);
}

static void unset(struct agent *a, const struct cgroup_node *n, struct control_client *c)
{
	char path[CGROUP_PATH_MAX], why[512];
	struct verdict v;

	if (!manual_unset(a, n)) {
		control_end(c, -ENODATA, "no weight was set for it by hand");
		return;
	}
	server_refresh(a->server);
	if (node_path(n, path, sizeof(path)) < 0)
		path[0] = '\0';
	v = follow_verdict(a, a->config, n, path);
	verdict_explain(&v, why, sizeof(why));
	control_end(c, 0, "now counts: %s", why);
}

static bool is_allowed(const struct control_request *r, bool privileged)
{
	return privileged || r->verb == CONTROL_EXPLAIN;
}

void answer_request(const struct control_request *r, int fd, bool privileged,
		    struct control_client *c, void *userdata)
{
	struct agent *a = userdata;
	const struct cgroup_node *n = tree_find(a->tree, r->cgid);

	if (!is_allowed(r, privileged))
		control_end(c, -EPERM, "only root may do that");
	else if (r->verb == CONTROL_RELOAD)
		reload(a, c);
	else if (r->verb == CONTROL_DIFF)
		compare_config(a, fd, c);
	else if (!n)
		control_end(c, -ENOENT, "the cgroup is gone");
	else if (r->verb == CONTROL_EXPLAIN)
		explain(a, n, c);
	else if (r->verb == CONTROL_SET)
		set(a, n, r, c);
	else if (r->verb == CONTROL_UNSET)
		unset(a, n, c);
	else
		control_end(c, -EOPNOTSUPP, "the agent does not know how");
}
