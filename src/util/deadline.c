// SPDX-License-Identifier: GPL-2.0-only
/* A stream with an end in time, see deadline.h. SO_RCVTIMEO would begin anew with each byte. */
#include "util/deadline.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "util/alloc.h"

struct deadline {
	int fd;
	uint64_t until_ns;
};

/* In ms, rounded up; 0: it is over. */
static int time_left(uint64_t until_ns)
{
	struct timespec t;
	uint64_t now, left;

	clock_gettime(CLOCK_MONOTONIC, &t);
	now = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
	if (now >= until_ns)
		return 0;
	left = (until_ns - now) / 1000000 + 1;
	return left > INT_MAX ? INT_MAX : (int)left;
}

static ssize_t on_read(void *cookie, char *buf, size_t size)
{
	const struct deadline *d = cookie;
	struct pollfd p = {.fd = d->fd, .events = POLLIN};
	ssize_t n;
	int left;

	while ((left = time_left(d->until_ns)) > 0) {
		n = poll(&p, 1, left);
		if (n > 0)
			n = read(d->fd, buf, size);
		else if (n == 0)
			continue;
		if (n >= 0 || (errno != EINTR && errno != EAGAIN))
			return n;
	}
	errno = ETIMEDOUT;
	return -1;
}

static int on_close(void *cookie)
{
	struct deadline *d = cookie;
	int r = close(d->fd);

	free(d);
	return r;
}

FILE *deadline_open(int fd, uint64_t until_ns)
{
	struct deadline *d = xmalloc(sizeof(*d));
	FILE *f;

	*d = (struct deadline){fd, until_ns};
	f = fopencookie(d, "r", (cookie_io_functions_t){.read = on_read, .close = on_close});
	if (!f)
		on_close(d);
	return f;
}
