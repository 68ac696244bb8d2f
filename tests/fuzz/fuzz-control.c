// SPDX-License-Identifier: GPL-2.0-only
/*
 * A request to the agent, over its real socket, and the file that may come with it: answered in
 * whole packets, of which the last is text, or not at all.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/answer.h"
#include "agent/child.h"
#include "agent/state.h"
#include "config/load.h"
#include "util/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* About nothing that exists here, so that rounds have nothing to do. */
static const char yaml[] = "version: 1\n"
			   "classes: {gold: {weight: 800, slice: 1ms}}\n"
			   "rules: [{match: {cgroup: /b}, class: gold}]\n";

static char dir[] = "/tmp/cgfifo-fuzz-XXXXXX", cgroup[64], path[64];
static struct control *control;
static struct agent a;

/* All that root may, but what would go beyond this process: weights that exist, and a reload,
 * which starts programs. */
static void handle(const struct control_request *r, int fd, bool privileged,
		   struct control_client *c, void *userdata)
{
	bool goes_far = r->verb == CONTROL_RELOAD ||
			(r->verb == CONTROL_SET && r->weight >= CGFIFO_WEIGHT_MIN &&
			 r->weight <= CGFIFO_WEIGHT_MAX);

	answer_request(r, fd, privileged && !goes_far, c, userdata);
}

static void clean_up(void)
{
	control_free(control);
	rmdir(cgroup);
	rmdir(dir);
}

static void set_up(void)
{
	_cleanup_(diags_done) struct diags diags = {};
	static const struct agent_options options;

	if (!mkdtemp(dir))
		abort();
	snprintf(cgroup, sizeof(cgroup), "%s/a", dir);
	snprintf(path, sizeof(path), "%s/socket", dir);
	a.options = &options;
	a.root_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	a.tree = tree_new(a.root_fd, 100);
	a.applier = applier_new(a.root_fd, NULL, NULL);
	if (mkdir(cgroup, 0755) < 0 || tree_scan(a.tree) < 0 || sd_event_new(&a.event) < 0 ||
	    config_parse_text("f", yaml, strlen(yaml), &a.config, &diags) < 0 ||
	    control_new(a.event, path, handle, &a, &control) < 0)
		abort();
	atexit(clean_up);
}

/* The first bytes are the request, in which the magic number and the version may be made right and
 * the cgroup one that exists; the others are the file. */
static void ask(int fd, const uint8_t *data, size_t size)
{
	size_t n = size < sizeof(struct control_request) ? size : sizeof(struct control_request);
	int file = memfd_create("fuzz", MFD_CLOEXEC);
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} rights = {.header = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
	struct control_request r;
	struct iovec iov = {&r, n};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};

	memcpy(&r, data, n);
	if (n == sizeof(r) && r.version % 8 != 0) {
		r.magic = CONTROL_MAGIC;
		r.version = CONTROL_VERSION;
		r.verb %= 8;
		if (r.cgid % 4 != 0)
			r.cgid = tree_root(a.tree)->children->id;
	}
	if (size > n && write(file, data + n, size - n) == (ssize_t)(size - n)) {
		lseek(file, 0, SEEK_SET);
		memcpy(CMSG_DATA(&rights.header), &file, sizeof(int));
		msg.msg_control = &rights;
		msg.msg_controllen = sizeof(rights);
	}
	if (sendmsg(fd, &msg, MSG_NOSIGNAL) < 0)
		abort();
	close(file);
}

static void check_answer(int fd)
{
	struct control_reply r = {.more = 1};
	ssize_t n;
	size_t bad;

	while ((n = recv(fd, &r, sizeof(r), MSG_TRUNC)) > 0)
		if (n != sizeof(r) || r.magic != CONTROL_MAGIC || r.version != CONTROL_VERSION)
			abort();
	if (!r.more && (!memchr(r.text, '\0', sizeof(r.text)) || r.text[0] == '\0' ||
			!text_is_utf8(r.text, strlen(r.text), &bad)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd;

	if (size == 0)
		return 0;
	if (!a.tree)
		set_up();
	fd = child_connect_unit(path, SOCK_SEQPACKET);
	if (fd < 0)
		abort();
	ask(fd, data, size);
	/* Accept, read and answer; a round may be due as well. */
	while (sd_event_run(a.event, 0) > 0)
		;
	check_answer(fd);
	close(fd);
	return 0;
}
