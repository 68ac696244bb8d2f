// SPDX-License-Identifier: GPL-2.0-only
#include "agent/load.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "agent/child.h"
#include "util/cleanup.h"
#include "util/text.h"

#define MAGIC 0x4c464743u /* "CGFL" */

#define MAX_ERRNO 4095

/* All that is ever said. */
struct answer {
	uint32_t magic;
	int32_t result; /* 0 or a negative errno */
	char why[SCHED_MSG_LEN];
};

int load_answer(int fd, int result, const char *why)
{
	struct answer a = {.magic = MAGIC, .result = result};

	snprintf(a.why, sizeof(a.why), "%s", why);
	return send(fd, &a, sizeof(a), MSG_NOSIGNAL) == sizeof(a) ? 0 : -EIO;
}

static int receive(int fd, struct answer *ret)
{
	const struct timeval limit = {.tv_sec = LOAD_LIMIT_SEC};
	ssize_t n;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) < 0)
		return -errno;
	do
		n = recv(fd, ret, sizeof(*ret), MSG_WAITALL);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	if (n != sizeof(*ret) || ret->magic != MAGIC || ret->result > 0 || ret->result < -MAX_ERRNO)
		return -EBADMSG;
	ret->why[sizeof(ret->why) - 1] = '\0';
	return 0;
}

int load_receive(int fd, char *ret_why)
{
	_cleanup_free_ char *shown = NULL;
	struct answer a = {};
	int r;

	r = receive(fd, &a);
	if (r < 0) {
		snprintf(ret_why, SCHED_MSG_LEN, "cgfifo-load@.service gave no answer: %s",
			 r == -EBADMSG ? "see its log" : strerror(-r));
		return r;
	}
	shown = text_printable(a.why, SCHED_MSG_LEN - 1);
	snprintf(ret_why, SCHED_MSG_LEN, "%s", shown);
	return a.result;
}

int load_elsewhere(const char *pin_dir, char *ret_why)
{
	_cleanup_close_ int fd = child_connect_unit(LOAD_SOCKET, SOCK_STREAM);

	if (fd < 0) {
		snprintf(ret_why, SCHED_MSG_LEN, "nobody listens at " LOAD_SOCKET);
		return -EPERM;
	}
	return load_receive(fd, ret_why);
}
