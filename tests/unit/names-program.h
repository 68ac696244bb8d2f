/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cgfifo-names as the agent starts it, at the other end of a socket; with files in a directory that
 * stands for "/", and servers that answer what the test wants.
 */
#ifndef TESTS_NAMES_PROGRAM_H
#define TESTS_NAMES_PROGRAM_H

#include <criterion/criterion.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "identity/wire.h"
#include "util/alloc.h"

static char root[] = "/tmp/cgfifo-worker-XXXXXX";
static pid_t worker, server;
static int fd;

static pid_t child(void)
{
	pid_t pid = fork();

	cr_assert_geq(pid, 0);
	if (pid == 0)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

static void put(const char *path, const char *text)
{
	_cleanup_free_ char *full = xasprintf("%s/%s", root, path);
	FILE *f;

	for (char *p = full + sizeof(root); (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		mkdir(full, 0755);
	}
	f = fopen(full, "w");
	cr_assert_not_null(f, "%s", full);
	fputs(text, f);
	fclose(f);
}

/* One answer to everything, until it is killed. text NULL: none, but the connection stays open. */
static void serve(int listening, int status, const char *text)
{
	server = child();
	if (server > 0) {
		close(listening);
		return;
	}
	for (;;) {
		int c = accept(listening, NULL, NULL);
		char request[4096];

		while (read(c, request, sizeof(request)) > 0 && text)
			dprintf(c, "HTTP/1.1 %d X\r\nContent-Length: %zu\r\n\r\n%s", status,
				strlen(text), text);
	}
}

static int listen_unix(const char *path)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int s = socket(AF_UNIX, SOCK_STREAM, 0);

	put(path, "");
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/%s", root, path);
	unlink(addr.sun_path);
	cr_assert_eq(bind(s, (struct sockaddr *)&addr, sizeof(addr)), 0);
	cr_assert_eq(listen(s, 8), 0);
	return s;
}

static int listen_tcp(char url[NAMES_TEXT_MAX])
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001)};
	socklen_t size = sizeof(addr);
	int s = socket(AF_INET, SOCK_STREAM, 0);

	cr_assert_eq(bind(s, (struct sockaddr *)&addr, sizeof(addr)), 0);
	cr_assert_eq(listen(s, 8), 0);
	getsockname(s, (struct sockaddr *)&addr, &size);
	snprintf(url, NAMES_TEXT_MAX, "http://127.0.0.1:%d", ntohs(addr.sin_port));
	return s;
}

static void setup(void)
{
	cr_assert_not_null(mkdtemp(root));
}

static void teardown(void)
{
	_cleanup_free_ char *command = xasprintf("rm -r '%s'", root);

	if (server > 0)
		kill(server, SIGKILL);
	close(fd);
	if (worker > 0)
		waitpid(worker, NULL, 0);
	cr_expect_eq(system(command), 0);
}

static void start(const struct names_config *given)
{
	struct names_config config = *given;
	int pair[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	worker = child();
	if (worker == 0) {
		close(pair[0]);
		dup2(pair[1], 3);
		execl(getenv("CGFIFO_NAMES"), "cgfifo-names", "--root", root, NULL);
		_exit(127);
	}
	close(pair[1]);
	fd = pair[0];
	config.header = (struct names_header){NAMES_VERSION, NAMES_CONFIG};
	send(fd, &config, sizeof(config), 0);
}

static void ask(uint64_t cgid, enum identity_kind kind, enum identity_runtime runtime,
		const char *id, const char *uid)
{
	struct names_request q = {
		.header = {NAMES_VERSION, NAMES_ASK},
		.cgid = cgid,
		.kind = kind,
		.runtime = runtime,
	};

	snprintf(q.container_id, sizeof(q.container_id), "%s", id);
	snprintf(q.pod_uid, sizeof(q.pod_uid), "%s", uid);
	send(fd, &q, sizeof(q), 0);
}

/* The next message of a type; others are passed over. 0: none within that time. */
static size_t next(enum names_type type, char *buf, int ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	ssize_t n;

	while (poll(&p, 1, ms) > 0 && (n = recv(fd, buf, NAMES_MESSAGE_MAX, 0)) > 0)
		if (wire_is(buf, (size_t)n, type, 0))
			return (size_t)n;
	return 0;
}

static struct facts *next_facts(uint64_t cgid, int ms)
{
	static _Alignas(8) char buf[NAMES_MESSAGE_MAX];
	struct facts *f = NULL;
	uint64_t id;
	size_t n;

	while ((n = next(NAMES_FACTS, buf, ms)) > 0) {
		cr_assert_eq(wire_unpack_facts(buf, n, &id, &f), 0);
		if (id == cgid)
			return f;
		facts_free(f);
	}
	return NULL;
}

static const struct names_status *next_status(int ms)
{
	static _Alignas(8) char buf[NAMES_MESSAGE_MAX];

	return next(NAMES_STATUS, buf, ms) ? (const struct names_status *)buf : NULL;
}

#endif
