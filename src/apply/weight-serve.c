// SPDX-License-Identifier: GPL-2.0-only
/* One request after the other, see weight-serve.h. */
#include "apply/weight-serve.h"

#include <errno.h>
#include <sys/socket.h>

#include "apply/applied.h"
#include "apply/weight-wire.h"

struct writers {
	int root_fd;
	struct backend *units, *files;
};

/* -EOPNOTSUPP for a writer that cannot tell. */
static int read_now(struct backend *b, const struct target *t, uint64_t *ret)
{
	return b->read ? b->read(b, t, ret) : -EOPNOTSUPP;
}

/*
 * A unit keeps its weight when its cgroup is gone, and that is taken back, too. All else is of a
 * cgroup that exists, which systemd would not look at.
 */
static struct weight_reply do_request(const struct writers *w, const struct weight_request *r,
				      const struct target *t)
{
	const struct cgfifo_conf conf = {.weight = r->weight};
	struct backend *b = t->unit ? w->units : w->files;
	struct trace trace = {};
	int result;

	if (r->op == WEIGHT_UNSET)
		result = b->unset(b, t, r->weight, r->undo);
	else if (!cgfs_is(w->root_fd, r->path, r->id))
		result = -ENOENT;
	else if (r->op == WEIGHT_READ)
		result = read_now(b, t, &trace.undo);
	else
		result = b->set(b, t, &conf, &trace);
	return (struct weight_reply){
		.version = WEIGHT_VERSION,
		.result = result,
		.undo = trace.undo,
		.mark = trace.mark,
		.note = b->note,
	};
}

static int answer(int fd, const struct writers *w, const struct weight_request *r)
{
	_cleanup_(applied_freep) struct applied *e = applied_new(r->id);
	struct weight_reply reply;
	struct target t;

	applied_set_path(e, r->path);
	t = (struct target){.id = r->id, .path = e->path, .unit = e->unit};
	reply = do_request(w, r, &t);
	return send(fd, &reply, sizeof(reply), MSG_NOSIGNAL) == sizeof(reply) ? 0 : -EPIPE;
}

/* 1: there is one. 0: no more. */
static int receive(int fd, struct weight_request *ret)
{
	ssize_t n;
	int r;

	do
		n = recv(fd, ret, sizeof(*ret), MSG_TRUNC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (n == 0)
		return 0;
	r = weight_request_check(ret, (size_t)n);
	return r < 0 ? r : 1;
}

int weight_serve(int fd, int root_fd, struct backend *units, struct backend *files)
{
	const struct writers w = {.root_fd = root_fd, .units = units, .files = files};
	struct weight_request request;
	int r;

	while ((r = receive(fd, &request)) > 0) {
		r = answer(fd, &w, &request);
		if (r < 0)
			return r;
	}
	return r;
}
