// SPDX-License-Identifier: GPL-2.0-only
/* identity/sources/runtime: what becomes of answers and files that are of no use. */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "identity/sources/runtime.h"
#include "util/alloc.h"

#define WEB    "241de4980ac051a6e0f6630d666beb54b924495d3de6ea8a4c1e00ad97e4e01c"
#define LARGE  "20b31175447bb20b2494f92ed173cb69f173c64c82b835bf99e5f6d9ed61697b"
#define GONE   "9ace65714a810cf8d4f40a9d391701ac4e0d1e92570b47fd06cdc7f494110302"
#define BROKEN "14cf82c332c614cf82c332c614cf82c332c614cf82c332c614cf82c332c61234"

static char root[] = "/tmp/cgfifo-runtime-XXXXXX", said[1024];
static enum names_source teller = NAMES_N_SOURCES;
static struct runtimes *runtimes;
static pid_t server;

static void on_health(enum names_source source, bool bad, const char *text, void *userdata)
{
	(void)userdata;
	teller = source;
	snprintf(said, sizeof(said), "%s%s", bad ? "bad: " : "", text);
}

static void answer(int c, const char *request)
{
	static const char web[] = "{\"Name\": \"/web\"}";
	int status = strstr(request, GONE) ? 404 : strstr(request, BROKEN) ? 500 : 200;
	size_t size = strstr(request, LARGE) ? 5 << 20 : sizeof(web) - 1;
	_cleanup_free_ char *body = xcalloc(size + 1, 1);

	memset(body, ' ', size);
	memcpy(body, web, sizeof(web) - 1);
	dprintf(c, "HTTP/1.1 %d X\r\nContent-Length: %zu\r\n\r\n%s", status, size, body);
}

static void serve(int listening)
{
	char request[4096];
	ssize_t n;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		int c = accept(listening, NULL, NULL);

		while ((n = read(c, request, sizeof(request) - 1)) > 0) {
			request[n] = '\0';
			answer(c, request);
		}
		close(c);
	}
}

static void setup(void)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	_cleanup_free_ char *run = NULL;
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	cr_assert_not_null(mkdtemp(root));
	run = xasprintf("%s/run", root);
	cr_assert_eq(mkdir(run, 0755), 0);
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/docker.sock", run);
	cr_assert_eq(bind(s, (struct sockaddr *)&addr, sizeof(addr)), 0);
	cr_assert_eq(listen(s, 8), 0);
	server = fork();
	cr_assert_geq(server, 0);
	if (server == 0)
		serve(s);
	close(s);
	runtimes = runtimes_new(root, false, on_health, NULL);
}

static void teardown(void)
{
	_cleanup_free_ char *command = xasprintf("rm -r '%s'", root);

	kill(server, SIGKILL);
	runtimes_free(runtimes);
	cr_expect_eq(system(command), 0);
}

TestSuite(runtime, .init = setup, .fini = teardown, .timeout = 60);

static int ask(const char *id, struct facts *f)
{
	return runtimes_tell(runtimes, RUNTIME_DOCKER, id, f);
}

/* An image can have labels of any length. */
Test(runtime, an_answer_that_is_too_long_costs_one_name)
{
	_cleanup_(facts_freep) struct facts *f = facts_new(), *g = facts_new();

	cr_expect_eq(ask(LARGE, f), 0, "there is no use in asking again");
	cr_expect(facts_are_empty(f));
	cr_expect_eq(teller, NAMES_DOCKER);
	cr_expect_str_eq(said, "bad: about 20b31175447b it answered with more than 4194304 bytes");
	cr_expect_eq(ask(WEB, g), 0, "others are asked about at once");
	cr_expect_str_eq(said, "its API at /run/docker.sock");
	cr_assert_not_null(g->container);
	cr_expect_str_eq(g->container, "web");
}

/* Who is started anew is asked again, and only who says that there is none is believed. */
Test(runtime, no_answer_is_not_an_answer)
{
	_cleanup_(facts_freep) struct facts *f = facts_new();
	_cleanup_free_ char *socket = xasprintf("%s/run/docker.sock", root);

	cr_expect_eq(ask(GONE, f), -ENOENT);
	cr_expect_eq(ask(BROKEN, f), -EAGAIN);
	cr_expect_eq(ask(WEB, f), -EAGAIN, "it is left in peace for a while");
	runtimes_free(runtimes);
	runtimes = runtimes_new(root, false, on_health, NULL);
	cr_assert_eq(unlink(socket), 0);
	cr_expect_eq(ask(WEB, f), -EAGAIN);
	cr_expect(facts_are_empty(f));
}

/* A file below the root, with its directories. */
static void put(const char *path, const char *text)
{
	_cleanup_free_ char *command =
		xasprintf("mkdir -p '%s%.*s'", root, (int)(strrchr(path, '/') - path), path);
	_cleanup_free_ char *name = xasprintf("%s%s", root, path);
	FILE *f;

	cr_assert_eq(system(command), 0);
	f = fopen(name, "we");
	cr_assert_not_null(f);
	fputs(text, f);
	fclose(f);
}

/* Of containerd and CRI-O there are only files. */
Test(runtime, files_that_are_of_no_use_are_said)
{
	static const char pod[] =
		"{\"annotations\": {\"io.kubernetes.cri.container-name\": \"web\"}}";
	_cleanup_(facts_freep) struct facts *f = facts_new();
	_cleanup_free_ char *whole = NULL;

#define TASKS "/run/containerd/io.containerd.runtime.v2.task"
	cr_expect_eq(runtimes_tell(runtimes, RUNTIME_CONTAINERD, WEB, f), -ENOENT);
	cr_expect_eq(teller, NAMES_N_SOURCES, "who has none is no news");
	put(TASKS "/k8s.io/" WEB "/config.json", "no");
	cr_expect_eq(runtimes_tell(runtimes, RUNTIME_CONTAINERD, WEB, f), -ENOENT);
	cr_expect_eq(teller, NAMES_CONTAINERD);
	whole = xasprintf("bad: cannot read %s" TASKS "/k8s.io/" WEB "/config.json: it is no JSON",
			  root);
	cr_expect_str_eq(said, whole);
	put(TASKS "/k8s.io/" WEB "/config.json", pod);
	cr_expect_eq(runtimes_tell(runtimes, RUNTIME_CONTAINERD, WEB, f), 0);
	cr_expect_str_eq(said, "its files in " TASKS);
	cr_expect_str_eq(f->container, "web");
	put("/run/containers/storage/overlay-containers/" WEB "/userdata/config.json", "{}");
	cr_expect_eq(runtimes_tell(runtimes, RUNTIME_CRIO, WEB, f), 0, "as containerd has it");
	cr_expect_eq(teller, NAMES_CONTAINERD);
	cr_expect_eq(runtimes_tell(runtimes, RUNTIME_CRIO, GONE, f), -ENOENT);
	put("/run/containers/storage/overlay-containers/" GONE "/userdata/config.json", "{}");
	cr_expect_eq(runtimes_tell(runtimes, RUNTIME_CRIO, GONE, f), 0);
	cr_expect_eq(teller, NAMES_CRIO);
	cr_expect_str_eq(said, "its files in /run/containers/storage/overlay-containers");
}
