// SPDX-License-Identifier: GPL-2.0-only
/* The socket for requests, see control.h. */
#include "agent/control.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/listen.h"
#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/vec.h"

#define CLIENT_TIME_USEC (5 * 1000 * 1000ull)
/* More than there are for changes of all cgroups that the agent knows. */
#define WAITING_MAX 4096

struct control_client {
	struct control *control;
	int fd;
	uid_t uid;
	sd_event_source *io, *timeout;
	VEC(struct control_reply) waiting; /* for room in the socket */
	size_t n_sent;			   /* of these */
	struct control_client *next;
};

struct control {
	sd_event *event;
	struct listener *listener;
	control_fn handle;
	void *userdata;
	struct control_client *clients;
};

char *control_path_of(const char *status_path, const char *name)
{
	const char *slash = strrchr(status_path, '/');

	return xasprintf("%.*s%s", slash ? (int)(slash + 1 - status_path) : 0, status_path, name);
}

char *control_path(const char *status_path)
{
	return control_path_of(status_path, CONTROL_NAME);
}

static void client_free(struct control_client *c)
{
	struct control *s = c->control;

	for (struct control_client **p = &s->clients; *p; p = &(*p)->next)
		if (*p == c) {
			*p = c->next;
			listener_let_go(s->listener, c->uid);
			break;
		}
	sd_event_source_disable_unref(c->io);
	sd_event_source_disable_unref(c->timeout);
	close(c->fd);
	VEC_DONE(&c->waiting);
	free(c);
}

/* What finds no room waits for it, and what comes after it, too. An answer that is too long for
 * that has no end, which tells the reader. */
static void send_packet(struct control_client *c, const struct control_reply *r)
{
	struct control_reply *slot;

	if (c->waiting.n == 0 &&
	    (send(c->fd, r, sizeof(*r), MSG_NOSIGNAL | MSG_DONTWAIT) >= 0 || errno != EAGAIN))
		return;
	slot = VEC_PUSH(&c->waiting, WAITING_MAX);
	if (slot)
		*slot = *r;
}

static void send_reply(struct control_client *c, bool more, int result, const char *fmt,
		       va_list args)
{
	struct control_reply r = {
		.magic = CONTROL_MAGIC,
		.version = CONTROL_VERSION,
		.more = more,
		.result = result,
	};

	vsnprintf(r.text, sizeof(r.text), fmt, args);
	send_packet(c, &r);
}

void control_say(struct control_client *c, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	send_reply(c, true, 0, fmt, args);
	va_end(args);
}

void control_end(struct control_client *c, int result, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	send_reply(c, false, result, fmt, args);
	va_end(args);
}

void control_send(struct control_client *c, const void *data, size_t size)
{
	struct control_reply r = {
		.magic = CONTROL_MAGIC,
		.version = CONTROL_VERSION,
		.more = 1,
	};

	memcpy(r.text, data, size < sizeof(r.text) ? size : sizeof(r.text));
	send_packet(c, &r);
}

static void answer(struct control_client *c, const struct control_request *r, ssize_t n, int fd)
{
	struct control *s = c->control;

	if (n < (ssize_t)(2 * sizeof(uint32_t)) || r->magic != CONTROL_MAGIC)
		return;
	if (r->version != CONTROL_VERSION || n != sizeof(*r))
		control_end(c, -EPROTO, "the agent that runs is of another version; restart it");
	else
		s->handle(r, fd, listen_is_privileged(c->uid), c, s->userdata);
}

/* The request, and the one file that may come with it; the kernel closes any others. */
static ssize_t receive(int fd, struct control_request *ret, int *ret_fd)
{
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {};
	struct iovec iov = {.iov_base = ret, .iov_len = sizeof(*ret)};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		/* Not the whole of it: what is there to align it has room for another one. */
		.msg_controllen = CMSG_LEN(sizeof(int)),
	};
	/* MSG_TRUNC: a packet that is too long shows that it is. */
	ssize_t n = recvmsg(fd, &msg, MSG_DONTWAIT | MSG_TRUNC | MSG_CMSG_CLOEXEC);
	struct cmsghdr *h = n < 0 ? NULL : CMSG_FIRSTHDR(&msg);

	if (h && h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_RIGHTS &&
	    h->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(ret_fd, CMSG_DATA(h), sizeof(int));
	return n;
}

/* 1: all is sent. 0: there is no more room. */
static int send_waiting(struct control_client *c)
{
	for (; c->n_sent < c->waiting.n; c->n_sent++)
		if (send(c->fd, &c->waiting.items[c->n_sent], sizeof(struct control_reply),
			 MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
			return errno == EAGAIN ? 0 : -errno;
	return 1;
}

static int on_writable(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct control_client *c = userdata;

	if (send_waiting(c) != 0)
		client_free(c);
	return 0;
}

/* As long as it had for its request it has to read the answer. */
static int wait_for_reader(struct control_client *c)
{
	int r;

	c->io = sd_event_source_disable_unref(c->io);
	r = sd_event_add_io(c->control->event, &c->io, c->fd, EPOLLOUT, on_writable, c);
	return r < 0 ? r : sd_event_source_set_time_relative(c->timeout, CLIENT_TIME_USEC);
}

static int on_readable(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	_cleanup_close_ int file = -EBADF;
	struct control_client *c = userdata;
	struct control_request r = {};
	ssize_t n = receive(fd, &r, &file);

	answer(c, &r, n, file);
	if (c->waiting.n == 0 || wait_for_reader(c) < 0)
		client_free(c);
	return 0;
}

static int on_timeout(sd_event_source *source, uint64_t usec, void *userdata)
{
	client_free(userdata);
	return 0;
}

static void on_connect(int fd, uid_t uid, void *userdata)
{
	struct control_client *c = xcalloc(1, sizeof(*c));
	struct control *s = userdata;

	c->control = s;
	c->fd = fd;
	c->uid = uid;
	c->next = s->clients;
	s->clients = c;
	if (sd_event_add_io(s->event, &c->io, fd, EPOLLIN, on_readable, c) < 0 ||
	    sd_event_add_time_relative(s->event, &c->timeout, CLOCK_MONOTONIC, CLIENT_TIME_USEC, 0,
				       on_timeout, c) < 0)
		client_free(c);
}

int control_new(sd_event *event, const char *path, control_fn handle, void *userdata,
		struct control **ret)
{
	struct control *s = xcalloc(1, sizeof(*s));
	int r;

	s->event = sd_event_ref(event);
	s->handle = handle;
	s->userdata = userdata;
	r = listener_new(event, path, SOCK_SEQPACKET, on_connect, s, &s->listener);
	if (r < 0) {
		control_free(s);
		return r;
	}
	*ret = s;
	return 0;
}

struct control *control_free(struct control *s)
{
	if (!s)
		return NULL;
	while (s->clients)
		/* It takes itself off the list, which the analyzer does not see. */
		client_free(s->clients); /* NOLINT(clang-analyzer-unix.Malloc) */
	listener_free(s->listener);
	sd_event_unref(s->event);
	free(s);
	return NULL;
}
