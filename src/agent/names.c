// SPDX-License-Identifier: GPL-2.0-only
/* Questions to cgfifo-names and its answers, see names.h. names-start.c makes the connection. */
#include "agent/names.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "agent/names-internal.h"
#include "agent/state.h"
#include "cgroup/cgfs.h"
#include "policy/resolve.h"
#include "util/alloc.h"
#include "util/log.h"
#include "util/messages.h"

/* -EAGAIN: the socket is full; when it has room again, a round looks for what was left out. */
static int send_request(struct asker *k, enum names_type type, uint64_t cgid,
			const struct identity *id)
{
	struct names_request q = {.header = {NAMES_VERSION, type}, .cgid = cgid};

	if (id) {
		q.kind = id->kind;
		q.runtime = id->runtime;
		memcpy(q.container_id, id->container_id, sizeof(q.container_id));
		memcpy(q.pod_uid, id->pod_uid, sizeof(q.pod_uid));
	}
	if (send(k->fd, &q, sizeof(q), MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
		return 0;
	if (errno != EAGAIN)
		return -errno;
	k->full = true;
	sd_event_source_set_io_events(k->io, EPOLLIN | EPOLLOUT);
	return -EAGAIN;
}

/* Is there anybody who would know more than the path does? */
static bool is_worth_asking(const struct identity *id)
{
	if (!id->own || id->user_unit)
		return false;
	if (id->kind == IDENTITY_POD)
		return id->runtime == RUNTIME_CRI;
	return id->kind == IDENTITY_CONTAINER && id->runtime != RUNTIME_NSPAWN &&
	       id->runtime != RUNTIME_MACHINE && id->runtime != RUNTIME_LXC;
}

/* The unit's cgroup in which this container is (podman's Quadlet); 0: it is in none. A slice or a
 * pod is more than what is in it. */
static uint64_t unit_around(const struct cgroup_node *n, const struct identity *id)
{
	char path[CGROUP_PATH_MAX];
	struct identity parent;

	if (id->unit_own || !n->parent || node_path(n->parent, path, sizeof(path)) < 0)
		return 0;
	identity_from_path(path, &parent);
	return parent.kind == IDENTITY_UNIT && parent.unit_own ? n->parent->id : 0;
}

/*
 * Whoever owns a directory makes what they like in it, also what podman would: a service that has
 * its cgroup for another user (Delegate= with User=) may not pass for another one's container.
 */
static bool is_in_hosts_dir(const struct agent *a, const struct cgroup_node *n)
{
	_cleanup_close_ int fd = -EBADF;
	char path[CGROUP_PATH_MAX];
	struct stat root, parent;

	if (node_path(n->parent, path, sizeof(path)) < 0)
		return false;
	fd = cgfs_open_id(a->root_fd, path, n->parent->id);
	return fd >= 0 && fstat(fd, &parent) == 0 && fstat(a->root_fd, &root) == 0 &&
	       parent.st_uid == root.st_uid;
}

/* The socket takes some hundred questions at once. */
void names_want(struct agent *a, const struct cgroup_node *n, const struct identity *id)
{
	struct asker *k = a->asker;
	struct known_cgroup *c;

	if (!k || k->fd < 0 || k->full || !is_worth_asking(id))
		return;
	c = known_find(&a->known, n->id);
	if ((c && c->asked) || !is_in_hosts_dir(a, n))
		return;
	c = known_get(&a->known, n->id);
	c->outer_id = unit_around(n, id);
	c->asked = send_request(k, NAMES_ASK, n->id, id) == 0;
}

/* And what is inside, which may have its slice and policy from there. */
static void decide_again(struct agent *a, const struct cgroup_node *top)
{
	const struct cgroup_node *n = top;

	do {
		follow_cycle_one(a, n);
		n = tree_next(n);
	} while (n && n->depth > top->depth);
}

void names_forget(struct agent *a, uint64_t cgid)
{
	const struct known_cgroup *c = known_find(&a->known, cgid);
	const struct cgroup_node *outer;

	if (!c)
		return;
	if (c->asked && a->asker && a->asker->fd >= 0 &&
	    send_request(a->asker, NAMES_FORGET, cgid, NULL) == -EAGAIN)
		return; /* names_sweep() comes here again */
	outer = c->outer_id ? tree_find(a->tree, c->outer_id) : NULL;
	known_remove(&a->known, cgid);
	if (outer)
		decide_again(a, outer);
}

void names_sweep(struct agent *a)
{
	const struct known_cgroup *c;
	VEC(uint64_t) gone = {};

	idmap_for_each (&a->known.cgroups, pos, c)
		if (!tree_find(a->tree, c->id)) {
			uint64_t *id = VEC_PUSH(&gone, TREE_MAX_NODES);

			if (id)
				*id = c->id;
		}
	VEC_FOREACH (id, &gone)
		names_forget(a, *id);
	VEC_DONE(&gone);
}

/* The lines about annotations that were cut or refused, one after the other. The caller's. */
static char *bounded_lines(const struct verdict *v)
{
	char *all = xstrdup(""), *longer, line[1024];

	for (unsigned int i = 0; i < v->n_steps; i++) {
		if (v->steps[i].kind != STEP_BOUND && v->steps[i].kind != STEP_REFUSED)
			continue;
		verdict_step_text(&v->steps[i], line, sizeof(line));
		longer = xasprintf("%s%s%s", all, all[0] ? "; " : "", line);
		free(all);
		all = longer;
	}
	return all;
}

/* Whoever wrote an annotation that does not count will look for the reason: once, here. */
static void say_bounded(struct agent *a, const struct cgroup_node *n, struct known_cgroup *c)
{
	char path[CGROUP_PATH_MAX], name[IDENTITY_NAME_MAX];
	_cleanup_free_ char *lines = NULL;
	struct identity id;
	struct verdict v;

	if (node_path(n, path, sizeof(path)) < 0)
		return;
	identity_from_path(path, &id);
	v = resolve(a->config, &id, known_facts_for_rules(&a->known, n->id), path);
	lines = bounded_lines(&v);
	if (c->said && strcmp(c->said, lines) == 0)
		return;
	free(c->said);
	c->said = TAKE_PTR(lines);
	if (c->said[0])
		log_event(LOG_NOTICE, 0, MESSAGE_ANNOTATION_BOUNDED, LOG_FIELDS({"CGROUP", path}),
			  "%s: %s", known_name(&id, c->facts, name), c->said);
}

static void take_facts(struct agent *a, const void *data, size_t size)
{
	_cleanup_(facts_freep) struct facts *f = NULL;
	const struct cgroup_node *n, *outer;
	struct known_cgroup *c;
	uint64_t cgid;

	if (wire_unpack_facts(data, size, &cgid, &f) < 0) {
		log_debug("cgfifo-names says something that cannot be understood");
		return;
	}
	c = known_find(&a->known, cgid);
	n = tree_find(a->tree, cgid);
	if (!c || !n) /* it is gone meanwhile */
		return;
	known_set(&a->known, c, TAKE_PTR(f));
	say_bounded(a, n, c);
	outer = c->outer_id ? tree_find(a->tree, c->outer_id) : NULL;
	decide_again(a, outer ? outer : n);
}

static void take_status(struct agent *a, const struct names_status *s)
{
	struct asker *k = a->asker;
	const char *source = names_source_name(s->source);

	if (s->source >= NAMES_N_SOURCES)
		return;
	snprintf(k->bad[s->source], sizeof(k->bad[0]), "%.*s", s->bad ? NAMES_TEXT_MAX - 1 : 0,
		 s->text);
	log_event(s->bad ? LOG_WARNING : LOG_INFO, 0, MESSAGE_NAMES_SOURCE, NULL,
		  s->bad ? "Names from %s are missing: %.*s" : "Names from %s come from %.*s",
		  source, NAMES_TEXT_MAX - 1, s->text);
	agent_notify_status(a);
}

/* 0: the other end is gone. */
static int take_message(struct agent *a)
{
	static _Alignas(8) char buf[NAMES_MESSAGE_MAX];
	ssize_t n = recv(a->asker->fd, buf, sizeof(buf), MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? -EAGAIN : 0;
	if (n == 0)
		return 0;
	if (wire_is(buf, (size_t)n, NAMES_STATUS, sizeof(struct names_status)))
		take_status(a, (const struct names_status *)buf);
	else
		take_facts(a, buf, (size_t)n);
	return 1;
}

/* A burst is taken in portions, so that other events get their turn. */
#define PORTION 64

int names_on_socket(sd_event_source *s, int fd, uint32_t revents, void *userdata)
{
	struct agent *a = userdata;
	int r = 1;

	if (revents & EPOLLOUT) {
		a->asker->full = false;
		sd_event_source_set_io_events(s, EPOLLIN);
		agent_cycle_soon(a);
	}
	for (int i = 0; r > 0 && i < PORTION && (revents & (EPOLLIN | EPOLLHUP)); i++)
		r = take_message(a);
	if (r == 0)
		names_lost(a);
	return 0;
}

void names_note(const struct agent *a, char *buf, size_t size)
{
	size_t n = 0;

	buf[0] = '\0';
	for (int i = 0; a->asker && i < NAMES_N_SOURCES; i++)
		if (a->asker->bad[i][0] && n < size)
			n += (size_t)snprintf(buf + n, size - n, "%snames from %s are missing: %s",
					      n ? "; " : "", names_source_name(i),
					      a->asker->bad[i]);
}
