// SPDX-License-Identifier: GPL-2.0-only
/* The other end of agent/control.c, see ask.h. */
#include "cli/ask.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/connect.h"
#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/log.h"

/* A reload may have to load the scheduler. */
#define AGENT_TIME_SEC 150

static int receive(int fd, struct control_reply *ret)
{
	ssize_t n;

	do
		n = recv(fd, ret, sizeof(*ret), MSG_TRUNC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return log_error_errno(errno == EAGAIN ? ETIMEDOUT : errno,
				       "The agent does not answer: %m");
	if (n != sizeof(*ret) || ret->magic != CONTROL_MAGIC || ret->version != CONTROL_VERSION)
		return log_error_errno(EPROTO, "The agent gave no answer that makes sense%s",
				       n == 0 ? "; it may be busy, try again" : "");
	ret->text[sizeof(ret->text) - 1] = '\0';
	return 0;
}

int ask(const char *status_socket, const struct control_request *request, ask_line_fn line,
	void *userdata, char **ret_last)
{
	_cleanup_free_ char *path = control_path(status_socket);
	_cleanup_close_ int fd = connect_to(path, SOCK_SEQPACKET, AGENT_TIME_SEC);
	struct control_reply reply;
	int r;

	if (fd == -ENOENT || fd == -ECONNREFUSED)
		return log_error_errno(ENOENT, "No agent runs; start it with \"systemctl start "
					       "cgfifo\" or \"cgfifo run\"");
	if (fd < 0 || send(fd, request, sizeof(*request), MSG_NOSIGNAL) < 0)
		return log_error_errno(fd < 0 ? fd : errno, "Cannot ask the agent at %s: %m", path);
	for (;;) {
		r = receive(fd, &reply);
		if (r < 0)
			return r;
		if (!reply.more)
			break;
		if (line)
			line(reply.text, userdata);
	}
	if (reply.result < 0) {
		log_error("%s", reply.text);
		return reply.result;
	}
	if (ret_last)
		*ret_last = xstrdup(reply.text);
	return 0;
}
