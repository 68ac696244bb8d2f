// SPDX-License-Identifier: GPL-2.0-only
/*
 * cpu.weight by asking another process, see backend.h. In its unit the agent is a user of its own,
 * who may write no cpu.weight and change no unit; cgfifo-weight@.service may do both, and nothing
 * else.
 */
#include <errno.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#include "apply/weight-dir.h"
#include "apply/weight-wire.h"
#include "util/alloc.h"
#include "util/cleanup.h"

/*
 * The agent's loop stands still meanwhile. The other end waits for systemd twice, for three seconds
 * each, at most; and it may have to be started first. After a failure there is a pause, since a
 * plan has many changes, and those that failed are tried again later.
 */
#define ANSWER_SEC 10
#define PAUSE_SEC  10

struct remote_backend {
	struct backend backend;
	int root_fd;
	int (*connect)(void);
	int fd;		    /* negative: not connected yet, or lost */
	time_t pause_until; /* CLOCK_MONOTONIC */
};

static time_t now_sec(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

static void disconnect(struct remote_backend *b)
{
	closep(&b->fd);
	b->fd = -EBADF;
}

static int connect_writer(struct remote_backend *b)
{
	const struct timeval limit = {.tv_sec = ANSWER_SEC};

	if (b->fd >= 0)
		return 0;
	b->fd = b->connect();
	if (b->fd < 0)
		return -ENOTCONN;
	if (setsockopt(b->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) < 0 ||
	    setsockopt(b->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) < 0)
		return -errno;
	return 0;
}

/* -ENOTCONN: the other end is gone. */
static int exchange(int fd, const struct weight_request *request, struct weight_reply *ret)
{
	ssize_t n = send(fd, request, sizeof(*request), MSG_NOSIGNAL);

	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -ENOTCONN;
	do
		n = recv(fd, ret, sizeof(*ret), MSG_TRUNC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -ENOTCONN;
	return n == 0 ? -ENOTCONN : weight_reply_check(ret, (size_t)n);
}

static int ask_once(struct remote_backend *b, const struct weight_request *request,
		    struct weight_reply *ret)
{
	int r = connect_writer(b);

	if (r == 0)
		r = exchange(b->fd, request, ret);
	if (r < 0)
		disconnect(b);
	return r;
}

/* One that was there before may have been killed, and another one starts. */
static int ask(struct remote_backend *b, const struct weight_request *request,
	       struct weight_reply *ret)
{
	bool was_connected = b->fd >= 0;
	int r;

	if (now_sec() < b->pause_until)
		return -EAGAIN;
	r = ask_once(b, request, ret);
	if (r == -ENOTCONN && was_connected)
		r = ask_once(b, request, ret);
	if (r < 0) {
		b->backend.note = r == -ENOTCONN ? NOTE_NO_WRITER : NOTE_NO_ANSWER;
		b->pause_until = now_sec() + PAUSE_SEC;
		return r;
	}
	b->backend.note = ret->note;
	return 0;
}

static int do_op(struct backend *backend, enum weight_op op, const struct target *t,
		 uint32_t weight, uint64_t undo, struct weight_reply *ret)
{
	struct weight_request request;
	int r;

	r = weight_request_init(&request, op, t, weight, undo);
	if (r == 0)
		r = ask((struct remote_backend *)backend, &request, ret);
	return r < 0 ? r : ret->result;
}

static int remote_read(struct backend *backend, const struct target *t, uint64_t *ret)
{
	struct weight_reply reply = {};
	int r = do_op(backend, WEIGHT_READ, t, 0, 0, &reply);

	if (r == 0)
		*ret = reply.undo;
	return r;
}

static int remote_set(struct backend *backend, const struct target *t,
		      const struct cgfifo_conf *conf, struct trace *ret)
{
	struct weight_reply reply = {};
	int r;

	if (conf->weight == 0)
		return -EOPNOTSUPP;
	r = do_op(backend, WEIGHT_SET, t, conf->weight, 0, &reply);
	if (r == 0)
		*ret = (struct trace){.undo = reply.undo, .mark = reply.mark};
	return r;
}

static int remote_unset(struct backend *backend, const struct target *t, uint32_t weight,
			uint64_t undo)
{
	struct weight_reply reply = {};

	return do_op(backend, WEIGHT_UNSET, t, weight, undo, &reply);
}

/* What systemd has written has no mark. */
static bool remote_is_lost(struct backend *backend, const struct target *t, uint64_t mark)
{
	return mark != 0 &&
	       weight_dir_is_lost(((struct remote_backend *)backend)->root_fd, t, mark);
}

static void remote_free(struct backend *backend)
{
	disconnect((struct remote_backend *)backend);
	free(backend);
}

struct backend *backend_new_remote(int root_fd, int (*connect)(void))
{
	struct remote_backend *b = xcalloc(1, sizeof(*b));

	b->root_fd = root_fd;
	b->connect = connect;
	b->fd = -EBADF;
	b->backend = (struct backend){
		.read = remote_read,
		.set = remote_set,
		.unset = remote_unset,
		.is_lost = remote_is_lost,
		.free = remote_free,
	};
	return &b->backend;
}
