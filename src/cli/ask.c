// SPDX-License-Identifier: GPL-2.0-only
/* The other end of agent/control.c, see ask.h. */
#include "cli/ask.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cgroup/tree.h"
#include "cli/connect.h"
#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/log.h"

/* A reload may have to load the scheduler. */
#define AGENT_TIME_SEC 150

/* More than any answer has: a change of each cgroup, or the steps of one. */
#define LINES_MAX TREE_MAX_NODES

/* One packet. */
static int receive(int fd, struct control_reply *ret)
{
	ssize_t n;

	do
		n = recv(fd, ret, sizeof(*ret), MSG_TRUNC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return log_error_errno(errno == EAGAIN ? ETIMEDOUT : errno,
				       "The agent does not answer: %m");
	if (n >= (ssize_t)offsetof(struct control_reply, result) && ret->magic == CONTROL_MAGIC &&
	    ret->version != CONTROL_VERSION)
		return log_error_errno(EPROTO,
				       "The agent that runs is of another version; restart it");
	if (n != sizeof(*ret) || ret->magic != CONTROL_MAGIC)
		return log_error_errno(EPROTO, "The agent gave no answer that makes sense%s",
				       n == 0 ? "; it may be busy, try again" : "");
	if (!ret->more)
		ret->text[sizeof(ret->text) - 1] = '\0';
	return 0;
}

/* file: negative for none. */
static int send_request(int fd, const struct control_request *request, int file)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {};
	struct iovec iov = {.iov_base = (void *)request, .iov_len = sizeof(*request)};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};

	if (file >= 0) {
		control.header = (struct cmsghdr){
			.cmsg_len = CMSG_LEN(sizeof(int)),
			.cmsg_level = SOL_SOCKET,
			.cmsg_type = SCM_RIGHTS,
		};
		memcpy(CMSG_DATA(&control.header), &file, sizeof(int));
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
	}
	return sendmsg(fd, &msg, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* Up to the last one, which is in *ret. */
static int receive_all(int fd, ask_line_fn line, void *userdata, struct control_reply *ret)
{
	int r;

	for (size_t n = 0; n <= LINES_MAX; n++) {
		r = receive(fd, ret);
		if (r < 0 || !ret->more)
			return r;
		if (line)
			line(ret->text, userdata);
	}
	return log_error_errno(EPROTO, "The agent gave no answer that makes sense; it has no end");
}

int ask_with_file(const char *status_socket, const struct control_request *request, int file,
		  ask_line_fn line, void *userdata, char **ret_last)
{
	_cleanup_free_ char *path = control_path(status_socket);
	_cleanup_close_ int fd = connect_to(path, SOCK_SEQPACKET, AGENT_TIME_SEC);
	struct control_reply reply;
	int r;

	if (fd == -ENOENT || fd == -ECONNREFUSED)
		return log_error_errno(ENOENT, "No agent runs; start it with \"systemctl start "
					       "cgfifo\" or \"cgfifo run\"");
	r = fd < 0 ? fd : send_request(fd, request, file);
	if (r < 0)
		return log_error_errno(r, "Cannot ask the agent at %s: %m", path);
	r = receive_all(fd, line, userdata, &reply);
	if (r < 0)
		return r;
	if (reply.result < 0) {
		log_error("%s", reply.text);
		return reply.result;
	}
	if (ret_last)
		*ret_last = xstrdup(reply.text);
	return 0;
}

int ask(const char *status_socket, const struct control_request *request, ask_line_fn line,
	void *userdata, char **ret_last)
{
	return ask_with_file(status_socket, request, -EBADF, line, userdata, ret_last);
}
