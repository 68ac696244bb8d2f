// SPDX-License-Identifier: GPL-2.0-only
/*
 * The connection to cgfifo-names. Where its socket unit is installed, systemd starts it there, in
 * a sandbox of its own that may talk to the kubelet; else it is started here, as a child. When it
 * goes away, what is known stays, and it is started again, later each time.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agent/child.h"
#include "agent/names-internal.h"
#include "agent/names.h"
#include "agent/state.h"
#include "cgroup/cgfs.h"
#include "report/collect.h"
#include "util/alloc.h"
#include "util/log.h"

#define PROGRAM "cgfifo-names"

/* Where it looks for its socket, as a unit does. */
#define SOCKET_FD 3

/* Beside this program (as it is built), or where the package has it. The caller's, or NULL. */
static char *find_program(void)
{
	static const char *const places[] = {"", "../libexec/cgfifo/"};
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash, *path;

	self[n > 0 ? n : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash)
		slash[1] = '\0';
	for (size_t i = 0; slash && i < ARRAY_SIZE(places); i++) {
		path = xasprintf("%s%s%s", self, places[i], PROGRAM);
		if (access(path, X_OK) == 0)
			return path;
		free(path);
	}
	path = xstrdup(CGFIFO_LIBEXECDIR "/" PROGRAM);
	if (access(path, X_OK) == 0)
		return path;
	free(path);
	return NULL;
}

static int on_child(sd_event_source *s, const siginfo_t *si, void *userdata)
{
	struct agent *a = userdata;

	if (si->si_status != 0)
		log_debug("%s ended with %d", PROGRAM, si->si_status);
	a->asker->child = sd_event_source_disable_unref(a->asker->child);
	return 0;
}

/* It may not mind that its socket is closed. Its source goes, so nobody else will wait for it. */
static void end_child(struct asker *k)
{
	pid_t pid;

	if (!k->child)
		return;
	if (sd_event_source_get_child_pid(k->child, &pid) >= 0 && kill(pid, SIGKILL) == 0)
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	k->child = sd_event_source_disable_unref(k->child);
}

/* In a container that has the host's root below its own, runtimes are where the host's cgroups are:
 * "/host", of "/host/sys/fs/cgroup". The caller's; NULL: our own root. */
static char *root_of_host(const char *cgroup_root)
{
	size_t n = strlen(cgroup_root), tail = strlen(CGFS_ROOT);

	if (n <= tail || strcmp(cgroup_root + n - tail, CGFS_ROOT) != 0)
		return NULL;
	return xasprintf("%.*s", (int)(n - tail), cgroup_root);
}

static int spawn(struct agent *a, const char *program, int fd)
{
	_cleanup_free_ char *root = root_of_host(a->options->cgroup_root);
	char *const argv[] = {(char *)PROGRAM, root ? (char *)"--root" : NULL, root, NULL};
	pid_t pid;
	int r;

	end_child(a->asker); /* one that has closed its socket, and goes on */
	r = child_spawn(program, argv, fd, SOCKET_FD, &pid);
	return r < 0 ? r
		     : sd_event_add_child(a->event, &a->asker->child, pid, WEXITED, on_child, a);
}

static int start_child(struct agent *a)
{
	_cleanup_free_ char *program = find_program();
	_cleanup_close_ int mine = -EBADF, theirs = -EBADF;
	int pair[2], r;

	if (!program)
		return -ENOENT;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	mine = pair[0];
	theirs = pair[1];
	r = spawn(a, program, theirs);
	return r < 0 ? r : TAKE_FD(mine);
}

static void set(char to[NAMES_TEXT_MAX], const char *text)
{
	snprintf(to, NAMES_TEXT_MAX, "%s", text ? text : "");
}

/* %H is what this host is called, so that one configuration does for all nodes. */
static void set_url(char to[NAMES_TEXT_MAX], const char *url)
{
	const char *mark = url ? strstr(url, "%H") : NULL;
	char host[HOST_NAME_MAX + 1] = "";

	if (!mark) {
		set(to, url);
		return;
	}
	gethostname(host, sizeof(host) - 1);
	snprintf(to, NAMES_TEXT_MAX, "%.*s%s%s", (int)(mark - url), url, host, mark + 2);
}

static void make_config(const struct config *c, struct names_config *to)
{
	*to = (struct names_config){.header = {NAMES_VERSION, NAMES_CONFIG}};
	VEC_FOREACH (rule, &c->rules)
		to->want_labels |= rule->match.labels.n > 0;
	set_url(to->kubelet_url, c->kubelet.url);
	set(to->token_file, c->kubelet.token_file);
	set(to->ca_file, c->kubelet.ca_file);
	set(to->cert_file, c->kubelet.cert_file);
	set(to->key_file, c->kubelet.key_file);
	set(to->manifests, c->manifests ? c->manifests : CONFIG_MANIFESTS);
}

/* A new one knows nothing of us. What it told before stands until it answers. */
static void ask_all(struct agent *a)
{
	struct known_cgroup *c;

	idmap_for_each (&a->known.cgroups, pos, c)
		c->asked = false;
	agent_cycle_soon(a);
}

static void close_connection(struct asker *k)
{
	k->io = sd_event_source_disable_unref(k->io);
	k->retry = sd_event_source_disable_unref(k->retry);
	closep(&k->fd);
	k->fd = -EBADF;
}

/* On an error there is no connection. */
static int open_connection(struct agent *a)
{
	struct asker *k = a->asker;
	int r = 0;

	k->fd = child_connect_unit(NAMES_SOCKET, SOCK_SEQPACKET);
	if (k->fd < 0)
		k->fd = start_child(a);
	if (k->fd < 0)
		return k->fd;
	k->full = false;
	memset(k->bad, 0, sizeof(k->bad));
	if (send(k->fd, &k->config, sizeof(k->config), MSG_NOSIGNAL) < 0)
		r = -errno;
	if (r == 0)
		r = sd_event_add_io(a->event, &k->io, k->fd, EPOLLIN, names_on_socket, a);
	if (r < 0)
		close_connection(k);
	else
		ask_all(a);
	return r;
}

static int on_retry(sd_event_source *s, uint64_t usec, void *userdata)
{
	struct agent *a = userdata;

	a->asker->retry = sd_event_source_disable_unref(a->asker->retry);
	if (open_connection(a) < 0)
		names_lost(a);
	return 0;
}

void names_lost(struct agent *a)
{
	struct asker *k = a->asker;
	unsigned int sec = backoff_fail(&k->backoff, collect_now_ns() / 1000000000u);

	close_connection(k);
	if (sec == 0) {
		log_warning("%s ended too often: no more names until a reload", PROGRAM);
		return;
	}
	log_warning("%s ended, starting it again in %u s", PROGRAM, sec);
	sd_event_add_time_relative(a->event, &k->retry, CLOCK_MONOTONIC, sec * 1000000ull, 0,
				   on_retry, a);
}

void names_start(struct agent *a)
{
	struct names_config config;
	int r;

	make_config(a->config, &config);
	if (a->asker && a->asker->fd >= 0 &&
	    memcmp(&config, &a->asker->config, sizeof(config)) == 0) {
		ask_all(a); /* somebody may have renamed one */
		return;
	}
	names_stop(a);
	a->asker = xcalloc(1, sizeof(*a->asker));
	a->asker->fd = -EBADF;
	a->asker->config = config;
	r = open_connection(a);
	if (r == -ENOENT)
		log_info("%s is not installed: containers and pods have only the names in their "
			 "paths",
			 PROGRAM);
	else if (r < 0) {
		log_warning_errno(r, "Cannot start %s: %m", PROGRAM);
		names_lost(a);
	}
}

void names_stop(struct agent *a)
{
	struct asker *k = a->asker;

	if (!k)
		return;
	close_connection(k);
	end_child(k);
	free(k);
	a->asker = NULL;
}
