// SPDX-License-Identifier: GPL-2.0-only
#include "agent/listen.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/cleanup.h"

struct listener {
	int fd;
	char *path;
	sd_event_source *io, *pause;
	listen_fn fn;
	void *userdata;
	uid_t clients[LISTEN_CLIENTS]; /* whose they are */
	unsigned int n_clients;
};

/* For everybody, whatever the umask is; and not by chmod() after it, since in a folder of somebody
 * else's the name may be a link by then, to a file of ours. */
static int bind_for_all(int fd, const struct sockaddr_un *addr)
{
	mode_t before = umask(0111);
	int r = bind(fd, (const struct sockaddr *)addr, sizeof(*addr)) < 0 ? -errno : 0;

	umask(before);
	return r;
}

static int listen_at(const char *path, int type, int *ret_fd)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	_cleanup_close_ int fd = -EBADF;
	int r;

	if (strlen(path) >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	memcpy(addr.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	unlink(path);
	r = bind_for_all(fd, &addr);
	if (r < 0)
		return r;
	if (listen(fd, LISTEN_CLIENTS) < 0)
		return -errno;
	*ret_fd = TAKE_FD(fd);
	return 0;
}

static int on_pause_over(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct listener *l = userdata;

	sd_event_source_set_enabled(l->io, SD_EVENT_ON);
	return 0;
}

/* Whoever waits goes on waiting, and would be reported again and again. */
static void pause_listening(struct listener *l)
{
	if (sd_event_source_set_time_relative(l->pause, LISTEN_PAUSE_USEC) >= 0 &&
	    sd_event_source_set_enabled(l->pause, SD_EVENT_ONESHOT) >= 0)
		sd_event_source_set_enabled(l->io, SD_EVENT_OFF);
}

bool listen_is_privileged(uid_t uid)
{
	return uid == 0 || uid == geteuid();
}

static uid_t peer_of(int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? peer.uid : (uid_t)-1;
}

static bool has_room(const struct listener *l, uid_t uid)
{
	unsigned int n_others = 0, n_user = 0;

	for (unsigned int i = 0; i < l->n_clients; i++) {
		n_others += !listen_is_privileged(l->clients[i]);
		n_user += l->clients[i] == uid;
	}
	if (l->n_clients >= LISTEN_CLIENTS)
		return false;
	return listen_is_privileged(uid) ||
	       (n_others < LISTEN_CLIENTS_OTHERS && n_user < LISTEN_CLIENTS_USER);
}

/* Takes fd. */
static void let_in(struct listener *l, int fd)
{
	uid_t uid = peer_of(fd);

	if (!has_room(l, uid)) {
		close(fd);
		return;
	}
	l->clients[l->n_clients++] = uid;
	l->fn(fd, uid, l->userdata);
}

void listener_let_go(struct listener *l, uid_t uid)
{
	for (unsigned int i = 0; i < l->n_clients; i++)
		if (l->clients[i] == uid) {
			l->clients[i] = l->clients[--l->n_clients];
			return;
		}
}

static int on_connect(sd_event_source *source, int listen_fd, uint32_t revents, void *userdata)
{
	struct listener *l = userdata;
	int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd >= 0)
		let_in(l, fd);
	else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
		pause_listening(l);
	return 0;
}

/* The timer is made now, since it may take a descriptor as well. */
static int add_sources(struct listener *l, sd_event *event)
{
	int r;

	r = sd_event_add_io(event, &l->io, l->fd, EPOLLIN, on_connect, l);
	if (r < 0)
		return r;
	r = sd_event_add_time_relative(event, &l->pause, CLOCK_MONOTONIC, LISTEN_PAUSE_USEC, 0,
				       on_pause_over, l);
	if (r < 0)
		return r;
	return sd_event_source_set_enabled(l->pause, SD_EVENT_OFF);
}

int listener_new(sd_event *event, const char *path, int type, listen_fn fn, void *userdata,
		 struct listener **ret)
{
	struct listener *l = xcalloc(1, sizeof(*l));
	int r;

	l->fd = -EBADF;
	l->fn = fn;
	l->userdata = userdata;
	r = listen_at(path, type, &l->fd);
	if (r == 0) {
		l->path = xstrdup(path);
		r = add_sources(l, event);
	}
	if (r < 0) {
		listener_free(l);
		return r;
	}
	*ret = l;
	return 0;
}

struct listener *listener_free(struct listener *l)
{
	if (!l)
		return NULL;
	sd_event_source_disable_unref(l->pause);
	sd_event_source_disable_unref(l->io);
	if (l->path)
		unlink(l->path);
	closep(&l->fd);
	free(l->path);
	free(l);
	return NULL;
}
