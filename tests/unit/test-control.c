// SPDX-License-Identifier: GPL-2.0-only
/* agent/control: requests and answers over a real socket, and those that make no sense. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/control.h"
#include "agent/listen.h"
#include "descriptors.h"
#include "util/cleanup.h"

static char dir[] = "/tmp/cgfifo-control-XXXXXX";
static char *path;
static sd_event *event;
static struct control *control;
static struct control_request got;
static int n_got, got_fd, n_packets;
static char file_text[16];

static void handle(const struct control_request *r, int fd, bool privileged,
		   struct control_client *c, void *userdata)
{
	cr_expect_eq(userdata, &got);
	cr_expect(privileged, "it is our own user");
	got = *r;
	n_got++;
	got_fd = fd < 0 ? -1 : fcntl(fd, F_GETFD);
	if (fd >= 0)
		cr_expect_eq(read(fd, file_text, sizeof(file_text) - 1), 4);
	for (int i = 0; i < n_packets; i++)
		control_send(c, &i, sizeof(i));
	control_say(c, "step %d", 1);
	control_say(c, "step %d", 2);
	control_end(c, -ENOENT, "%01200d", 0);
}

static void setup(void)
{
	char status[64];

	cr_assert_not_null(mkdtemp(dir));
	snprintf(status, sizeof(status), "%s/status.sock", dir);
	path = control_path(status);
	cr_assert_geq(sd_event_new(&event), 0);
	cr_assert_eq(control_new(event, path, handle, &got, &control), 0);
}

static void teardown(void)
{
	control = control_free(control);
	cr_expect_eq(access(path, F_OK), -1, "the socket is removed");
	sd_event_unref(event);
	rmdir(dir);
	free(path);
}

TestSuite(control, .init = setup, .fini = teardown);

static int connect_once(void)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	strcpy(addr.sun_path, path);
	cr_assert_eq(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	return fd;
}

static void turn(void)
{
	while (sd_event_run(event, 0) > 0)
		;
}

static const struct control_request good = {
	.magic = CONTROL_MAGIC,
	.version = CONTROL_VERSION,
	.verb = CONTROL_SET,
	.cgid = 7,
	.weight = 300,
	.for_usec = 5,
};

static void expect_reply(int fd, const char *text, bool more, int result)
{
	struct control_reply r = {};

	cr_assert_eq(recv(fd, &r, sizeof(r), MSG_DONTWAIT), sizeof(r));
	cr_expect_eq(r.magic, CONTROL_MAGIC);
	cr_expect_eq(r.more, more);
	cr_expect_eq(r.result, result);
	cr_expect_eq(strncmp(r.text, text, strlen(text)), 0, "%s", r.text);
	cr_expect_eq(r.text[sizeof(r.text) - 1], '\0');
}

static void expect_end(int fd)
{
	char c;

	cr_expect_eq(recv(fd, &c, 1, MSG_DONTWAIT), 0, "the connection is closed");
}

Test(control, path_beside_the_status_socket)
{
	_cleanup_free_ char *a = control_path("/run/cgfifo/status.sock"), *b = control_path("x");

	cr_expect_str_eq(a, "/run/cgfifo/control.sock");
	cr_expect_str_eq(b, "control.sock");
	free(a);
	a = control_path_of("/tmp/x/s", "undo");
	cr_expect_str_eq(a, "/tmp/x/undo");
}

Test(control, a_request_and_its_answers)
{
	_cleanup_close_ int fd = connect_once();
	struct stat st;

	cr_assert_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_mode & 0777, 0666);
	turn();
	cr_assert_eq(send(fd, &good, sizeof(good), 0), sizeof(good));
	turn();
	cr_expect_eq(memcmp(&got, &good, sizeof(good)), 0);
	expect_reply(fd, "step 1", true, 0);
	expect_reply(fd, "step 2", true, 0);
	expect_reply(fd, "00000000", false, -ENOENT);
	expect_end(fd);
}

Test(control, a_second_request_is_not_read)
{
	_cleanup_close_ int fd = connect_once();

	cr_assert_eq(send(fd, &good, sizeof(good), 0), sizeof(good));
	cr_assert_eq(send(fd, &good, sizeof(good), 0), sizeof(good));
	turn();
	cr_expect_eq(n_got, 1);
}

static void expect_refused(const void *data, size_t size)
{
	_cleanup_close_ int fd = connect_once();
	char c;

	turn();
	cr_assert_eq(send(fd, data, size, 0), (ssize_t)size);
	turn();
	cr_expect_eq(n_got, 0);
	cr_expect_leq(recv(fd, &c, 1, MSG_DONTWAIT), 0, "no answer");
}

Test(control, what_is_no_request)
{
	char zeros[32] = {}, many[4096];

	memset(many, 'x', sizeof(many));
	expect_refused(zeros, sizeof(zeros));
	expect_refused(many, sizeof(many));
	expect_refused("x", 1);
}

static void expect_other_version(const void *data, size_t size)
{
	_cleanup_close_ int fd = connect_once();

	turn();
	cr_assert_eq(send(fd, data, size, 0), (ssize_t)size);
	turn();
	cr_expect_eq(n_got, 0);
	expect_reply(fd, "the agent that runs is of another version", false, -EPROTO);
}

Test(control, other_versions)
{
	struct control_request r = good;
	char longer[64] = {};

	r.version++;
	expect_other_version(&r, sizeof(r));
	memcpy(longer, &good, sizeof(good));
	expect_other_version(longer, sizeof(longer));
	expect_other_version(&good, sizeof(good) - 8);
}

Test(control, those_who_say_nothing_are_few)
{
	int fds[40];

	for (int i = 0; i < 40; i++) {
		fds[i] = connect_once();
		turn();
	}
	expect_end(fds[39]);
	for (int i = 0; i < 40; i++)
		close(fds[i]);
	turn();
	fds[0] = connect_once();
	turn();
	cr_assert_eq(send(fds[0], &good, sizeof(good), 0), sizeof(good));
	turn();
	cr_expect_eq(n_got, 1, "and then there is room again");
	close(fds[0]);
}

/* A request, and with it this file n times. */
static void send_files(int fd, int file, size_t n)
{
	int files[8];
	union {
		struct cmsghdr h;
		char space[CMSG_SPACE(sizeof(files))];
	} rights = {.h = {CMSG_LEN(n * sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
	struct iovec iov = {(void *)&good, sizeof(good)};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &rights,
		.msg_controllen = CMSG_SPACE(n * sizeof(int)),
	};

	for (size_t i = 0; i < n; i++)
		files[i] = file;
	memcpy(CMSG_DATA(&rights.h), files, n * sizeof(int));
	cr_assert_eq(pwrite(file, "text", 4, 0), 4);
	cr_assert_eq(lseek(file, 0, SEEK_SET), 0);
	cr_assert_eq(sendmsg(fd, &msg, 0), sizeof(good));
}

Test(control, a_file_comes_with_it)
{
	_cleanup_close_ int fd = connect_once(), file = memfd_create("file", MFD_CLOEXEC);

	send_files(fd, file, 1);
	turn();
	cr_expect_eq(n_got, 1);
	cr_expect_eq(got_fd, FD_CLOEXEC);
	cr_expect_str_eq(file_text, "text");
}

static int n_descriptors(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* Everybody may send as many as a packet takes. */
Test(control, more_files_than_one_are_not_kept)
{
	_cleanup_close_ int file = memfd_create("file", MFD_CLOEXEC);
	int before = n_descriptors();

	for (size_t n = 2; n <= 8; n++) {
		int fd = connect_once();

		send_files(fd, file, n);
		turn();
		close(fd);
		cr_expect_eq(n_got, (int)n - 1);
		cr_expect_eq(n_descriptors(), before, "of %zu files some are open", n);
	}
}

/* It comes back to them, and does not turn all the time meanwhile. */
Test(control, no_descriptor_left)
{
	_cleanup_close_ int fd = connect_once();
	unsigned int n;

	cr_assert_eq(send(fd, &good, sizeof(good), 0), sizeof(good));
	n = turns_without_descriptors(event);
	cr_expect_leq(n, 3, "%u", n);
	cr_expect_eq(n_got, 0);
	cr_assert_gt(sd_event_run(event, 10000000), 0);
	turn();
	cr_expect_eq(n_got, 1);
}

/* The changes of all cgroups, which are more than a socket takes. */
Test(control, a_long_answer)
{
	_cleanup_close_ int fd = connect_once();
	struct control_reply r;
	int number;

	n_packets = 3200;
	cr_assert_eq(send(fd, &good, sizeof(good), 0), sizeof(good));
	for (int i = 0; i < n_packets; i++) {
		turn();
		cr_assert_eq(recv(fd, &r, sizeof(r), MSG_DONTWAIT), sizeof(r), "%d", i);
		memcpy(&number, r.text, sizeof(number));
		cr_assert_eq(number, i, "%d in place of %d", number, i);
		cr_expect(r.more);
	}
	turn();
	expect_reply(fd, "step 1", true, 0);
	expect_reply(fd, "step 2", true, 0);
	expect_reply(fd, "00000000", false, -ENOENT);
	turn();
	expect_end(fd);
	cr_expect_eq(n_got, 1);
}

/* No memory is spent on who does not read; and there is no end, which would be a lie. */
Test(control, an_answer_that_is_too_long)
{
	_cleanup_close_ int fd = connect_once();
	struct control_reply r;

	n_packets = 10000;
	cr_assert_eq(send(fd, &good, sizeof(good), 0), sizeof(good));
	do
		turn();
	while (recv(fd, &r, sizeof(r), MSG_DONTWAIT) == sizeof(r) && r.more);
	expect_end(fd);
}

Test(control, who_goes_away_in_the_middle)
{
	int before = n_descriptors(), fd = connect_once();

	n_packets = 3200;
	cr_assert_eq(send(fd, &good, sizeof(good), 0), sizeof(good));
	turn();
	close(fd);
	turn();
	cr_expect_eq(n_descriptors(), before);
}

static int connect_as(uid_t uid)
{
	int fd;

	cr_assert_eq(seteuid(uid), 0);
	fd = connect_once();
	cr_assert_eq(seteuid(0), 0);
	turn();
	return fd;
}

/* They connect, and say nothing. */
Test(control, users_do_not_keep_root_out)
{
	int fd;

	if (geteuid() != 0)
		cr_skip_test("only root is everybody");
	cr_assert_eq(chmod(dir, 0711), 0);
	for (uid_t uid = 1000; uid < 1003; uid++)
		for (int i = 0; i < LISTEN_CLIENTS_USER; i++)
			connect_as(uid);
	expect_end(connect_as(1000));
	expect_end(connect_as(1003));
	fd = connect_as(0);
	cr_assert_eq(send(fd, &good, sizeof(good), 0), sizeof(good));
	turn();
	expect_reply(fd, "step 1", true, 0);
}

Test(control, one_user_does_not_keep_others_out)
{
	if (geteuid() != 0)
		cr_skip_test("only root is everybody");
	cr_assert_eq(chmod(dir, 0711), 0);
	for (int i = 0; i < LISTEN_CLIENTS_USER; i++)
		connect_as(1000);
	expect_end(connect_as(1000));
	cr_expect_eq(recv(connect_as(1001), &got, 1, MSG_DONTWAIT), -1);
	cr_expect_eq(errno, EAGAIN, "it may ask");
}
