// SPDX-License-Identifier: GPL-2.0-only
/* The verbs as people run them, with what only looks like an agent. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/control.h"
#include "report/snapshot.h"
#include "util/alloc.h"
#include "util/cleanup.h"

#include "fake-agent.h"

static struct fake_agent a;

static void setup(void)
{
	fake_agent_init(&a);
}

static void teardown(void)
{
	fake_agent_done(&a);
}

TestSuite(liar, .init = setup, .fini = teardown, .timeout = 600);

/* Somebody listens at the agent's sockets, and says this to all who come; at control.sock a packet
 * for each reply. */
static void lie(const char *name, int type, const void *data, size_t size)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	size_t packet = type == SOCK_SEQPACKET ? sizeof(struct control_reply) : size, at, n;
	int s = socket(AF_UNIX, type, 0), c;
	char buf[64];

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/%s", a.run.dir, name);
	unlink(addr.sun_path);
	cr_assert_eq(bind(s, (struct sockaddr *)&addr, sizeof(addr)), 0);
	cr_assert_eq(listen(s, 8), 0);
	if (fork() > 0) {
		close(s);
		return;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while ((c = accept(s, NULL, NULL)) >= 0) {
		if (type == SOCK_SEQPACKET)
			(void)!recv(c, buf, sizeof(buf), 0);
		at = 0;
		do {
			n = size - at < packet ? size - at : packet;
			(void)!write(c, (const char *)data + at, n);
			at += n;
		} while (at < size);
		close(c);
	}
	_exit(0);
}

Test(liar, an_agent_that_makes_no_sense)
{
	const struct control_reply other = {.magic = CONTROL_MAGIC, .version = 999};

	lie("status.sock", SOCK_STREAM, "nonsense", 8);
	fake_agent_expect_run(&a, "list", 1, "gave no answer that makes sense");
	lie("status.sock", SOCK_STREAM, "", 0);
	fake_agent_expect_run(&a, "list", 1, "is too busy for a whole answer; try again");
	lie("control.sock", SOCK_SEQPACKET, "nonsense", 8);
	fake_agent_expect_run(&a, "reload", 1, "The agent gave no answer that makes sense");
	lie("control.sock", SOCK_SEQPACKET, &other, sizeof(other));
	fake_agent_expect_run(&a, "reload", 1, "The agent that runs is of another version");
	lie("control.sock", SOCK_SEQPACKET, &other, 8);
	fake_agent_expect_run(&a, "reload", 1, "The agent that runs is of another version");
	lie("control.sock", SOCK_SEQPACKET, "", 0);
	fake_agent_expect_run(&a, "reload", 1, "it may be busy, try again");
}

Test(liar, an_agent_of_another_version)
{
	struct snapshot *s = snapshot_new();
	void *data;
	size_t size;

	snapshot_serialize(s, &data, &size);
	((struct snapshot_header *)data)->version++;
	lie("status.sock", SOCK_STREAM, data, size);
	fake_agent_expect_run(&a, "list", 1, "The agent that runs is of another version");
	fake_agent_expect_run(&a, "metrics --interval 200ms", 1, "of another version");
	free(data);
	snapshot_free(s);
}

/* A text of an answer that has no end. */
Test(liar, an_agent_that_does_not_end_its_texts)
{
	struct control_reply replies[2] = {
		{.magic = CONTROL_MAGIC, .version = CONTROL_VERSION, .more = 1},
		{.magic = CONTROL_MAGIC, .version = CONTROL_VERSION},
	};
	struct snapshot *s = snapshot_new();
	_cleanup_free_ char *text = NULL;
	void *data;
	size_t size;

	snapshot_edit_header(s)->nr_cpus = 4;
	snapshot_edit_header(s)->state = STATE_SCHED;
	*snapshot_add_row(s) = (struct snapshot_row){.cgid = 1};
	*snapshot_add_row(s) = (struct snapshot_row){
		.cgid = 2,
		.name = snapshot_add_string(s, "gold"),
		.path = snapshot_add_string(s, "/top/gold"),
	};
	snapshot_serialize(s, &data, &size);
	lie("status.sock", SOCK_STREAM, data, size);
	memset(replies[0].text, 'x', sizeof(replies[0].text));
	lie("control.sock", SOCK_SEQPACKET, replies, sizeof(replies));
	cr_expect_eq(fake_agent_run(&a, "explain gold --interval 200ms", &text), 0, "%s", text);
	cr_expect_eq(strspn(strstr(text, "xxx"), "x"), sizeof(replies[0].text) - 1, "%s", text);
	cr_expect_not_null(strstr(text, "xxx...\n"), "%s", text);
	free(data);
	snapshot_free(s);
}

/* A cgroup goes after the agent has looked at it: its path is nobody's. */
Test(liar, a_change_of_what_is_gone)
{
	const struct control_change change = {.cgid = 987654321, .is.weight = 300};
	struct control_reply replies[2] = {
		{.magic = CONTROL_MAGIC, .version = CONTROL_VERSION, .more = 1},
		{.magic = CONTROL_MAGIC, .version = CONTROL_VERSION},
	};
	_cleanup_free_ char *words = xasprintf("diff --json %s", a.config);
	_cleanup_free_ char *text = NULL;

	fake_agent_configure(&a, "version: 1\n");
	memcpy(replies[0].text, &change, sizeof(change));
	lie("control.sock", SOCK_SEQPACKET, replies, sizeof(replies));
	cr_expect_eq(fake_agent_run(&a, words, &text), 3, "%s", text);
	cr_expect_not_null(strstr(text, "{\"cgroup_id\": 987654321, \"weight\": 300"), "%s", text);
}

/* The same line again and again, as long as somebody reads. */
Test(liar, an_agent_that_does_not_end)
{
	const size_t n = 200000;
	struct control_reply *replies = xcalloc(n, sizeof(*replies));

	for (size_t i = 0; i < n; i++)
		replies[i] = (struct control_reply){
			.magic = CONTROL_MAGIC,
			.version = CONTROL_VERSION,
			.more = 1,
		};
	lie("control.sock", SOCK_SEQPACKET, replies, n * sizeof(*replies));
	free(replies);
	fake_agent_expect_run(&a, "reload", 1, "it has no end");
}

/* More wait to be accepted than there is room for. */
Test(liar, an_agent_that_takes_nobody)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), c, n = 0;

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/status.sock", a.run.dir);
	cr_assert_eq(bind(s, (struct sockaddr *)&addr, sizeof(addr)), 0);
	cr_assert_eq(listen(s, 0), 0);
	do {
		c = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	} while (connect(c, (struct sockaddr *)&addr, sizeof(addr)) == 0 && ++n < 100);
	cr_assert_lt(n, 100);
	fake_agent_expect_run(&a, "list", 1, "status.sock does not answer");
	close(s);
}
