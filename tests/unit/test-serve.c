// SPDX-License-Identifier: GPL-2.0-only
/* agent/serve: readers get snapshots, and cannot harm. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/serve.h"
#include "descriptors.h"
#include "refuse.h"
#include "report/collect.h"
#include "util/alloc.h"
#include "util/cleanup.h"

static char dir[] = "/tmp/cgfifo-serve-XXXXXX";
static char path[64];
static sd_event *event;
static struct server *server;
static size_t n_rows;
static int n_made;
static int lock_fd;

static struct snapshot *make(void *userdata)
{
	struct snapshot *s = snapshot_new();

	cr_expect_eq(userdata, &n_rows);
	n_made++;
	snapshot_edit_header(s)->nr_cpus = 4;
	for (size_t i = 0; i < n_rows; i++)
		cr_assert_not_null(snapshot_add_row(s));
	return s;
}

static void setup(void)
{
	cr_assert_not_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/run/s", dir);
	cr_assert_geq(sd_event_new(&event), 0);
	n_rows = 10;
	cr_assert_eq(serve_lock(path, &lock_fd), 0);
	cr_assert_eq(server_new(event, path, make, &n_rows, &server), 0);
}

static void teardown(void)
{
	char sub[64];

	server = server_free(server);
	cr_expect_eq(access(path, F_OK), -1, "the socket is removed");
	sd_event_unref(event);
	close(lock_fd);
	snprintf(sub, sizeof(sub), "%s/run", dir);
	rmdir(sub);
	rmdir(dir);
}

TestSuite(serve, .init = setup, .fini = teardown);

static int connect_once(void)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(addr.sun_path, path);
	cr_assert_eq(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	return fd;
}

/* Let the server do what it can do now. */
static void turn(void)
{
	while (sd_event_run(event, 0) > 0)
		;
}

static void expect_served(size_t n)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	_cleanup_close_ int fd = connect_once();

	turn();
	cr_assert_eq(snapshot_receive(fd, &s), 0);
	cr_expect_eq(snapshot_n_rows(s), n);
}

Test(serve, one_snapshot_and_the_end)
{
	expect_served(10);
}

Test(serve, only_one_at_a_time)
{
	int second = -EBADF;

	cr_expect_eq(serve_lock(path, &second), -EALREADY);
	cr_expect_eq(second, -EBADF);
	close(lock_fd);
	cr_expect_eq(serve_lock(path, &lock_fd), 0, "not any more");
}

/* Of an agent that was killed, a program that it was starting has the lock for a moment more. */
Test(serve, the_lock_of_one_that_was_killed)
{
	pid_t pid = fork();

	cr_assert_geq(pid, 0);
	if (pid == 0) {
		usleep(100 * 1000);
		_exit(0);
	}
	close(lock_fd);
	cr_expect_eq(serve_lock(path, &lock_fd), 0);
	waitpid(pid, NULL, 0);
}

/* It would hold up the start of an agent. */
Test(serve, the_lock_is_nobody_elses)
{
	char run[PATH_MAX]; /* allocated, valgrind would miss it in the child */
	int status;
	pid_t pid;

	if (geteuid() != 0)
		cr_skip_test("takes another user");
	snprintf(run, sizeof(run), "%s/run", dir);
	cr_assert_eq(chmod(dir, 0755), 0);
	pid = fork();
	cr_assert_geq(pid, 0);
	if (pid == 0) {
		if (setgid(65534) < 0 || setuid(65534) < 0)
			_exit(2);
		_exit(access(path, R_OK | W_OK) == 0 && open(run, O_RDONLY | O_CLOEXEC) < 0 ? 0
											    : 1);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect_eq(status, 0, "%x", (unsigned int)status);
}

/* Started by hand, in a shell that keeps what it makes to itself. */
Test(serve, the_way_to_the_socket_is_everybodys)
{
	_cleanup_free_ char *above = xasprintf("%s/private", dir);
	_cleanup_free_ char *run = xasprintf("%s/run", above), *sock = xasprintf("%s/s", run);
	_cleanup_close_ int fd = -EBADF;
	mode_t before = umask(0077);
	struct stat st = {};

	cr_expect_eq(serve_lock(sock, &fd), 0);
	umask(before);
	cr_expect_eq(stat(above, &st), 0);
	cr_expect_eq(st.st_mode & 0777, 0755, "%o", st.st_mode);
	cr_expect_eq(stat(run, &st), 0);
	cr_expect_eq(st.st_mode & 0777, 0711, "%o", st.st_mode);
	rmdir(run);
	rmdir(above);
}

Test(serve, everybody_may_read)
{
	struct stat st;

	cr_assert_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_mode & 0777, 0666);
}

static bool refuse_to_change_modes(void)
{
#ifdef SYS_chmod
	if (!refuse_call(SYS_chmod, EPERM))
		return false;
#endif
	return refuse_call(SYS_fchmodat, EPERM);
}

/* An agent of root may be in the folder of the user that the service has, who could put a link to
 * another file there in between. */
Test(serve, the_mode_is_not_given_by_name)
{
	struct stat st = {};

	if (!refuse_to_change_modes())
		cr_skip_test("no seccomp here");
	server = server_free(server);
	umask(0077);
	cr_assert_eq(server_new(event, path, make, &n_rows, &server), 0);
	cr_expect_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_mode & 0777, 0666, "%o", st.st_mode);
	cr_expect_eq(umask(0), 0077);
}

/* More than fits into a socket: the reader reads while the server turns. */
Test(serve, large_snapshots_are_sent_in_pieces)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	_cleanup_free_ char *data = NULL;
	_cleanup_close_ int fd = -EBADF;
	size_t size = 0, max;

	n_rows = 20000;
	max = sizeof(struct snapshot_header) + n_rows * sizeof(struct snapshot_row) + 100;
	data = malloc(max);
	fd = connect_once();
	for (;;) {
		ssize_t n;

		turn();
		n = recv(fd, data + size, max - size, MSG_DONTWAIT);
		if (n == 0)
			break;
		cr_assert_gt(n, 0, "the server stopped after %zu bytes", size);
		size += (size_t)n;
	}
	cr_assert_eq(snapshot_parse(data, size, &s), 0);
	cr_expect_eq(snapshot_n_rows(s), n_rows);
}

/* A reader whose pieces come so slowly that all of them take longer than it has for one. */
Test(serve, time_begins_again_with_each_piece)
{
	uint64_t until = collect_now_ns() + 6 * 1000 * 1000 * 1000ull;
	size_t size = 0;
	ssize_t n = 1;
	_cleanup_close_ int fd = -EBADF;
	char data[65536];

	n_rows = 20000;
	fd = connect_once();
	do {
		turn();
		n = recv(fd, data, sizeof(data), MSG_DONTWAIT);
		cr_assert_gt(n, 0, "the server stopped after %zu bytes", size);
		size += (size_t)n;
		usleep(400000);
	} while (collect_now_ns() < until);
	while (n > 0) {
		turn();
		n = recv(fd, data, sizeof(data), MSG_DONTWAIT);
		cr_assert_geq(n, 0, "the server stopped after %zu bytes", size);
		size += (size_t)n;
	}
	cr_expect_gt(size, n_rows * sizeof(struct snapshot_row));
}

/* One that reads nothing. */
Test(serve, time_ends_without_a_piece)
{
	_cleanup_close_ int fd = -EBADF;
	size_t size = 0;
	char data[65536];
	ssize_t n;

	n_rows = 20000;
	fd = connect_once();
	turn();
	while (sd_event_run(event, 7 * 1000 * 1000) == 0)
		;
	turn();
	while ((n = recv(fd, data, sizeof(data), MSG_DONTWAIT)) > 0)
		size += (size_t)n;
	cr_expect_eq(n, 0, "it waits still");
	cr_expect_lt(size, n_rows * sizeof(struct snapshot_row), "it was let go");
}

Test(serve, slow_readers_are_few_and_share)
{
	uint64_t start = collect_now_ns();
	int fds[40], n_closed = 0, n_spans;
	char c;

	n_rows = 20000;
	for (int i = 0; i < 40; i++) {
		fds[i] = connect_once();
		turn();
	}
	for (int i = 0; i < 40; i++) {
		/* An end at once: there was no room for this one. */
		n_closed += recv(fds[i], &c, 1, MSG_DONTWAIT | MSG_PEEK) == 0;
	}
	cr_expect_eq(n_closed, 40 - 16, "%d", n_closed);
	/* Under valgrind they do not come together. */
	n_spans = 1 + (int)((collect_now_ns() - start) / SERVE_FRESH_NS);
	cr_expect_leq(n_made, n_spans, "those that come together share one snapshot");
	for (int i = 0; i < 40; i++)
		close(fds[i]);
	turn();

	/* And then there is room again. */
	n_rows = 1;
	usleep(60000);
	expect_served(1);
}

/* Who has changed something sees it, however soon it asks. */
Test(serve, a_change_is_in_the_next)
{
	expect_served(10);
	n_rows = 11;
	server_refresh(server);
	expect_served(11);
	cr_expect_eq(n_made, 2);
}

Test(serve, a_reader_that_goes_away)
{
	n_rows = 20000;
	close(connect_once());
	turn();
	cr_expect_geq(sd_event_run(event, 0), 0);
	n_rows = 1;
	usleep(60000);
	expect_served(1);
}

Test(serve, what_readers_write_is_not_read)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	_cleanup_close_ int fd = connect_once();

	cr_assert_eq(write(fd, "GET / HTTP/1.0\n\n", 16), 16);
	turn();
	/* Linux tells a reader whose bytes nobody took, after it has got all of the answer. */
	cr_expect(snapshot_receive(fd, &s) == 0 || errno == ECONNRESET);
}

Test(serve, replaces_the_socket_of_a_dead_agent)
{
	struct server *second = NULL;

	cr_expect_eq(server_new(event, path, make, &n_rows, &second), 0);
	expect_served(10);
	server_free(second);
}

Test(serve, paths_that_cannot_be)
{
	struct server *second = NULL;
	char long_path[200];
	int fd = -EBADF;

	memset(long_path, 'x', sizeof(long_path));
	long_path[sizeof(long_path) - 1] = '\0';
	cr_expect_eq(server_new(event, long_path, make, &n_rows, &second), -ENAMETOOLONG);
	cr_expect_eq(serve_lock("/proc/x/y", &fd), -ENOENT);
	cr_expect_eq(server_new(event, "/proc/x/y", make, &n_rows, &second), -ENOENT);
	cr_expect_null(second);
}

/* It comes back to them, and does not turn all the time meanwhile. */
Test(serve, no_descriptor_left)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	_cleanup_close_ int fd = connect_once();
	unsigned int n = turns_without_descriptors(event);

	cr_expect_leq(n, 3, "%u", n);
	cr_assert_gt(sd_event_run(event, 10000000), 0);
	turn();
	cr_assert_eq(snapshot_receive(fd, &s), 0);
	cr_expect_eq(snapshot_n_rows(s), 10);
	expect_served(10);
}
