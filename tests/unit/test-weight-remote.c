// SPDX-License-Identifier: GPL-2.0-only
/* apply/weight-remote: another end that is there and says nothing. With answers: test-weight-wire.c
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "apply/apply.h"
#include "apply/backend.h"
#include "fake-cgroup.h"

static int n_connections;

/* For who waits no time at all; the other end stays open. */
static int connect_silent(void)
{
	int pair[2];

	n_connections++;
	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair), 0);
	return pair[0];
}

/* "Nobody is there" would have people look at a socket that is as it should be. */
Test(weight_remote, no_answer)
{
	const struct cgfifo_conf conf = {.weight = 300};
	struct target t = {.path = "/a"};
	struct trace trace = {};
	struct backend *remote;
	struct fake f;

	fake_init(&f);
	t.id = fake_mkdir(&f, "/a");
	remote = backend_new_remote(f.fd, connect_silent);
	cr_expect_eq(remote->set(remote, &t, &conf, &trace), -ETIMEDOUT);
	cr_expect_eq(remote->note, NOTE_NO_ANSWER);
	cr_expect_not_null(strstr(backend_note_text(remote->note), "no answer"));
	backend_free(remote);
	fake_done(&f);
}

static int connections_with(struct fake *f, const char *undo)
{
	_cleanup_(applier_freep) struct applier *a =
		applier_new(f->fd, NULL, backend_new_remote(f->fd, connect_silent));
	char path[96];

	snprintf(path, sizeof(path), "%s/undo", f->dir);
	fake_write(f, "/", "undo", undo);
	n_connections = 0;
	applier_keep_undo(a, path);
	return n_connections;
}

/* An agent that takes a scheduler over has nothing to write, and something to take back when it is
 * stopped. Then systemd starts nobody for it any more. */
Test(weight_remote, who_takes_back_is_there_from_the_start)
{
	struct fake f;

	fake_init(&f);
	cr_expect_eq(connections_with(&f, ""), 0);
	cr_expect_eq(connections_with(&f, "7 300 - /system.slice/a.service\n"
					  "8 300 - /system.slice/b.service\n"),
		     1);
	fake_done(&f);
}
