// SPDX-License-Identifier: GPL-2.0-only
/* A Unix socket that gives snapshots, see serve.h. */
#include "agent/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "agent/listen.h"
#include "report/collect.h"
#include "util/alloc.h"
#include "util/log.h"

/* For the next bytes; and so often, for all of them. */
#define CLIENT_TIME_USEC (5 * 1000 * 1000ull)
#define CLIENT_NR_TIMES	 6
#define LOCK_TRIES	 50
#define LOCK_PAUSE_NS	 (20 * 1000 * 1000)

/* The bytes of one snapshot, shared by those who get it. */
struct blob {
	unsigned int n_refs;
	void *data;
	size_t size;
	uint64_t made_ns;
};

struct client {
	struct server *server;
	int fd;
	uid_t uid;
	struct blob *blob;
	size_t sent, sent_in_time; /* in all; when its time last began */
	unsigned int n_times;
	sd_event_source *io, *timeout;
	struct client *next;
};

struct server {
	sd_event *event;
	struct listener *listener;
	struct snapshot *(*make)(void *userdata);
	void *userdata;
	struct blob *blob; /* the last one, or NULL */
	struct client *clients;
};

static struct blob *blob_unref(struct blob *b)
{
	if (b && --b->n_refs == 0) {
		free(b->data);
		free(b);
	}
	return NULL;
}

/* A reference for the caller. */
static struct blob *fresh_blob(struct server *s)
{
	_cleanup_(snapshot_freep) struct snapshot *snapshot = NULL;
	uint64_t now = collect_now_ns();

	if (!s->blob || now - s->blob->made_ns > SERVE_FRESH_NS) {
		blob_unref(s->blob);
		s->blob = xcalloc(1, sizeof(*s->blob));
		s->blob->n_refs = 1;
		s->blob->made_ns = now;
		snapshot = s->make(s->userdata);
		snapshot_serialize(snapshot, &s->blob->data, &s->blob->size);
	}
	s->blob->n_refs++;
	return s->blob;
}

static void client_free(struct client *c)
{
	struct server *s = c->server;

	for (struct client **p = &s->clients; *p; p = &(*p)->next)
		if (*p == c) {
			*p = c->next;
			listener_let_go(s->listener, c->uid);
			break;
		}
	sd_event_source_disable_unref(c->io);
	sd_event_source_disable_unref(c->timeout);
	close(c->fd);
	blob_unref(c->blob);
	free(c);
}

/* 1: all is sent. 0: the socket is full. */
static int send_some(struct client *c)
{
	while (c->sent < c->blob->size) {
		ssize_t n = send(c->fd, (char *)c->blob->data + c->sent, c->blob->size - c->sent,
				 MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : -errno;
		c->sent += (size_t)n;
	}
	return 1;
}

static int on_writable(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct client *c = userdata;

	if (send_some(c) != 0)
		client_free(c);
	return 0;
}

/* Its time begins again while it reads: an agent with much to do sends a piece now and then. */
static int on_timeout(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct client *c = userdata;

	if (c->sent == c->sent_in_time || ++c->n_times == CLIENT_NR_TIMES ||
	    sd_event_source_set_time_relative(source, CLIENT_TIME_USEC) < 0 ||
	    sd_event_source_set_enabled(source, SD_EVENT_ONESHOT) < 0)
		client_free(c);
	else
		c->sent_in_time = c->sent;
	return 0;
}

static int wait_for_client(struct client *c)
{
	struct server *s = c->server;
	int r;

	c->sent_in_time = c->sent;
	r = sd_event_add_io(s->event, &c->io, c->fd, EPOLLOUT, on_writable, c);
	if (r < 0)
		return r;
	return sd_event_add_time_relative(s->event, &c->timeout, CLOCK_MONOTONIC, CLIENT_TIME_USEC,
					  0, on_timeout, c);
}

static void on_connect(int fd, uid_t uid, void *userdata)
{
	struct client *c = xcalloc(1, sizeof(*c));
	struct server *s = userdata;

	c->server = s;
	c->fd = fd;
	c->uid = uid;
	c->blob = fresh_blob(s);
	c->next = s->clients;
	s->clients = c;
	/* Most snapshots fit into the socket, and then this is all. */
	if (send_some(c) != 0 || wait_for_client(c) < 0)
		client_free(c);
}

/* A program that an agent was just starting when it was killed still holds its lock, until it is
 * started. */
int serve_lock_dir(int fd)
{
	const struct timespec pause = {.tv_nsec = LOCK_PAUSE_NS};

	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return 0;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -errno;
		nanosleep(&pause, NULL);
	}
	return -EALREADY;
}

/* Whatever the umask is. */
static int make_one(const char *dir, mode_t mode)
{
	mode_t before = umask(0);
	int r = mkdir(dir, mode) < 0 && errno != EEXIST ? -errno : 0;

	umask(before);
	return r;
}

/* systemd's RuntimeDirectory=, or made here when started by hand. Everybody may pass to the
 * sockets; but who could open the directory to read it could also hold the lock. */
static int make_dir(const char *dir)
{
	_cleanup_free_ char *copy = xstrdup(dir);
	int r = make_one(dir, 0711);

	if (r != -ENOENT)
		return r;
	r = make_one(dirname(copy), 0755);
	return r < 0 ? r : make_one(dir, 0711);
}

int serve_lock(const char *path, int *ret_fd)
{
	_cleanup_free_ char *copy = xstrdup(path);
	_cleanup_close_ int fd = -EBADF;
	const char *dir = dirname(copy);
	int r;

	r = make_dir(dir);
	if (r < 0)
		return r;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = serve_lock_dir(fd);
	if (r < 0)
		return r;
	*ret_fd = TAKE_FD(fd);
	return 0;
}

int server_new(sd_event *event, const char *path, struct snapshot *(*make)(void *userdata),
	       void *userdata, struct server **ret)
{
	struct server *s = xcalloc(1, sizeof(*s));
	int r;

	s->event = sd_event_ref(event);
	s->make = make;
	s->userdata = userdata;
	r = listener_new(event, path, SOCK_STREAM, on_connect, s, &s->listener);
	if (r < 0) {
		server_free(s);
		return r;
	}
	*ret = s;
	return 0;
}

void server_refresh(struct server *s)
{
	if (s)
		s->blob = blob_unref(s->blob);
}

struct server *server_free(struct server *s)
{
	if (!s)
		return NULL;
	while (s->clients)
		/* It takes itself off the list, which the analyzer does not see. */
		client_free(s->clients); /* NOLINT(clang-analyzer-unix.Malloc) */
	listener_free(s->listener);
	blob_unref(s->blob);
	sd_event_unref(s->event);
	free(s);
	return NULL;
}
