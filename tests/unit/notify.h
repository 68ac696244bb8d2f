/* SPDX-License-Identifier: GPL-2.0-only */
/* A socket as systemd has it for notifications. Out: what it is told. */
#ifndef TEST_NOTIFY_H
#define TEST_NOTIFY_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char notify_dir[] = "/tmp/cgfifo-notify-XXXXXX";

/* From here on systemd is told there. Answers the socket. */
static int notify_listen(void)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	cr_assert_not_null(mkdtemp(notify_dir));
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/s", notify_dir);
	cr_assert_eq(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	setenv("NOTIFY_SOCKET", addr.sun_path, 1);
	return fd;
}

static void notify_done(int fd)
{
	close(fd);
	unlink(getenv("NOTIFY_SOCKET"));
	rmdir(notify_dir);
}

#endif
