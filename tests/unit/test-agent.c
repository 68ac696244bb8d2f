// SPDX-License-Identifier: GPL-2.0-only
/* The agent from its start to its end, in fall back, as a process of its own. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/control.h"
#include "cgroup/tree.h"
#include "cli/connect.h"
#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/privilege.h"

#include "fake-agent.h"

static const char yaml[] = "version: 1\n"
			   "rules:\n"
			   "  - {match: {cgroup: /top/gold}, weight: 300}\n"
			   "  - {match: {cgroup: /top/new}, weight: 50}\n"
			   "  - {match: {cgroup: /other}, weight: 200}\n";

#define CONTAINER                                                                                  \
	"/machine.slice/libpod-9ace65714a810cf8d4f40a9d391701ac4e0d1e92570b47fd06cdc7f494110302"   \
	".scope"

static struct fake_agent a;

static void setup(void)
{
	fake_agent_init(&a);
	fake_agent_configure(&a, yaml);
}

static void teardown(void)
{
	fake_agent_done(&a);
}

TestSuite(agent, .init = setup, .fini = teardown, .timeout = 600);

static bool has_file(const char *name)
{
	return faccessat(a.run.fd, name, F_OK, 0) == 0;
}

Test(agent, weights_from_the_start_to_the_end)
{
	fake_agent_start(&a);
	fake_agent_expect(&a, "/top/gold", "300");
	fake_agent_expect(&a, "/other", "200");
	fake_agent_expect(&a, "/top/silver", "100");
	cr_expect(has_file("undo"), "what was before is kept");
	cr_expect_eq(fake_agent_stop(&a, SIGTERM), 0);
	fake_agent_expect(&a, "/top/gold", "100");
	fake_agent_expect(&a, "/other", "100");
	cr_expect(!has_file("undo") && !has_file("status.sock") && !has_file("control.sock"));
}

Test(agent, one_that_was_killed_is_undone_by_the_next)
{
	fake_agent_start(&a);
	fake_agent_expect(&a, "/other", "200");
	cr_expect_eq(fake_agent_stop(&a, SIGKILL), 256 + SIGKILL);
	fake_agent_expect(&a, "/other", "200");
	/* No rule is about it any more, and the next agent knows what it was. */
	fake_agent_configure(&a, "version: 1\n"
				 "rules: [{match: {cgroup: /top/gold}, weight: 400}]\n");
	fake_agent_start(&a);
	fake_agent_expect(&a, "/other", "100");
	fake_agent_expect(&a, "/top/gold", "400");
	cr_expect_eq(fake_agent_stop(&a, SIGINT), 0);
	fake_agent_expect(&a, "/top/gold", "100");
}

Test(agent, a_value_that_somebody_else_wrote_is_left_alone)
{
	fake_agent_start(&a);
	fake_agent_expect(&a, "/other", "200");
	fake_write(&a.tree, "/other", "cpu.weight", "777\n");
	cr_expect_eq(fake_agent_stop(&a, SIGTERM), 0);
	cr_expect_str_eq(fake_read(&a.tree, "/other", "cpu.weight"), "777");
}

/* Its owner can do that, and there is no capability against it in the service. */
Test(agent, a_cgroup_that_may_not_be_read_is_left_alone_and_no_other)
{
	fake_agent_cgroup(&a, "/top/private");
	fake_agent_cgroup(&a, "/top/private/inner");
	cr_assert_eq(privilege_give_up(), 0);
	cr_assert_eq(fchmodat(a.tree.fd, "top/private", 0, 0), 0);
	fake_agent_start(&a);
	fake_agent_expect(&a, "/other", "200");
	fake_agent_cgroup(&a, "/top/new");
	fake_agent_expect(&a, "/top/new", "50");
	cr_assert_eq(fchmodat(a.tree.fd, "top/private", 0700, 0), 0);
}

/* Not by far as many as there may be, but one that is too deep. */
Test(agent, what_is_left_out_is_said)
{
	char deep[2 * (TREE_MAX_DEPTH + 3)] = "";

	for (int i = 0; i <= TREE_MAX_DEPTH; i++)
		strcat(deep, "/d");
	fake_mkdir(&a.tree, deep);
	fake_agent_start(&a);
	fake_agent_expect(&a, "/other", "200");
	fake_agent_expect_log(&a,
			      "Left to its own cpu.weight, with all inside: 1 cgroup; there are "
			      "more than 65536 of them, or more than 64 levels");
}

/* The directory first, and its controller later: as systemd does it. */
Test(agent, a_cgroup_that_comes_later)
{
	fake_agent_start(&a);
	fake_agent_cgroup(&a, "/top/new");
	fake_agent_expect(&a, "/top/new", "50");
	fake_agent_expect_run(&a, "list new", 0, "50");
}

Test(agent, a_reload_is_taken_whole)
{
	fake_agent_start(&a);
	fake_agent_configure(&a, "version: 1\n"
				 "rules:\n"
				 "  - {match: {cgroup: /top/silver}, weight: 60}\n");
	cr_assert_eq(kill(a.pid, SIGHUP), 0);
	fake_agent_expect(&a, "/top/silver", "60");
	fake_agent_expect(&a, "/top/gold", "100");
	fake_agent_expect(&a, "/other", "100");
}

Test(agent, or_not_at_all)
{
	fake_agent_start(&a);
	fake_agent_configure(&a, "version: 1\n"
				 "rules:\n"
				 "  - {match: {cgroup: /top/silver}, weight: 60}\n"
				 "  - {match: {cgroup: /other}, weight: 0}\n");
	fake_agent_expect_run(&a, "reload", 1, "weight must be");
	fake_agent_expect_log(&a, "the old one stays in force");
	fake_agent_expect(&a, "/top/silver", "100");
	fake_agent_expect(&a, "/top/gold", "300");
	fake_agent_expect_run(&a, "status --interval 200ms", 0,
			      "the new configuration is not in force");
	fake_agent_configure(&a, yaml);
	fake_agent_expect_run(&a, "reload", 0,
			      "the configuration is in force: 3 rules from 1 file");
}

static int start_with(const char *text, char **ret)
{
	_cleanup_free_ char *words = xasprintf("run --scheduler none --config %s", a.config);

	if (text)
		fake_agent_configure(&a, text);
	return fake_agent_run(&a, words, ret);
}

Test(agent, what_it_does_not_start_with)
{
	_cleanup_free_ char *bad = NULL, *second = NULL;

	cr_expect_eq(start_with("version: 1\nrules: 7\n", &bad), 3);
	cr_expect_not_null(strstr(bad, "\"cgfifo check FILE...\" shows the lines"), "%s", bad);
	cr_expect_not_null(strstr(bad, "cgfifo.yaml:2:8"), "%s", bad);

	fake_agent_configure(&a, yaml);
	fake_agent_start(&a);
	cr_expect_eq(start_with(NULL, &second), 1);
	cr_expect_not_null(strstr(second, "Another agent runs and serves status at"), "%s", second);
	fake_agent_expect(&a, "/other", "200");
}

/* The process that the agent has started, once it is there and another than before. */
static pid_t child_of(pid_t parent, pid_t before)
{
	_cleanup_free_ char *path = xasprintf("/proc/%d/task/%d/children", parent, parent);

	for (int i = 0; i < 500; i++) {
		_cleanup_free_ char *line = NULL;
		pid_t pid = file_read_line(AT_FDCWD, path, &line) == 0 ? atoi(line) : 0;

		if (pid > 0 && pid != before)
			return pid;
		usleep(20000);
	}
	cr_assert_fail("it has no child, or still the same");
	return 0;
}

/* cgfifo-names is beside the agent, which starts it, and again when it ends. */
Test(agent, names_are_asked_for)
{
	pid_t child;

	if (!getenv("CGFIFO_NAMES"))
		cr_skip_test("cgfifo-names was not built");
	fake_agent_cgroup(&a, "/machine.slice");
	fake_agent_cgroup(&a, CONTAINER);
	fake_agent_configure(&a, "version: 1\n"
				 "rules: [{match: {labels: {a: b}}, weight: 7}]\n");
	fake_agent_start(&a);
	fake_agent_expect_log(&a, "Names from podman are missing: ");
	fake_agent_expect_run(&a, "status --interval 200ms", 0, "names from podman are missing");

	child = child_of(a.pid, 0);
	cr_assert_eq(kill(child, SIGKILL), 0);
	fake_agent_expect_log(&a, "cgfifo-names ended, starting it again in 1 s");
	child = child_of(a.pid, child);

	/* No rule is about labels any more, and it is told so. */
	fake_agent_configure(&a, yaml);
	fake_agent_expect_run(&a, "reload", 0, "in force");
	child_of(a.pid, child);
	fake_agent_expect(&a, "/top/gold", "300");
}

Test(agent, a_weight_by_hand)
{
	fake_agent_start(&a);
	fake_agent_expect_run(&a, "set gold 500", 0,
			      "gold: weight 500 is in force; \"cgfifo unset\" takes it back");
	fake_agent_expect(&a, "/top/gold", "500");
	cr_expect(has_file("set"));
	fake_agent_expect_run(&a, "explain gold --interval 200ms", 0, "set by hand");

	/* It outlives the agent, and a reload. */
	cr_expect_eq(fake_agent_stop(&a, SIGTERM), 0);
	fake_agent_expect(&a, "/top/gold", "100");
	fake_agent_start(&a);
	fake_agent_expect(&a, "/top/gold", "500");
	fake_agent_expect_run(&a, "reload", 0, "in force");
	fake_agent_expect(&a, "/top/gold", "500");

	fake_agent_expect_run(&a, "unset gold", 0, "gold: now counts: ");
	fake_agent_expect(&a, "/top/gold", "300");
	cr_expect(!has_file("set"));
	fake_agent_expect_run(&a, "unset gold", 1, "no weight was set for it by hand");
}

Test(agent, a_weight_for_a_while)
{
	fake_agent_start(&a);
	fake_agent_expect_run(&a, "set silver 70 --for 1s", 0, "for 1s");
	fake_agent_expect(&a, "/top/silver", "70");
	fake_agent_expect(&a, "/top/silver", "100");
	fake_agent_expect_run(&a, "unset silver", 1, "no weight was set");
}

Test(agent, a_weight_by_hand_goes_with_its_cgroup)
{
	_cleanup_free_ char *command = NULL;

	fake_agent_cgroup(&a, "/gone");
	fake_agent_start(&a);
	fake_agent_expect_run(&a, "set gone 70", 0, "weight 70 is in force");
	command = xasprintf("rm -r %s/gone", a.tree.dir);
	cr_assert_eq(system(command), 0);
	for (int i = 0; i < 500 && has_file("set"); i++)
		usleep(20000);
	cr_expect(!has_file("set"));
}

/* It ended while no agent ran. */
Test(agent, a_weight_for_a_while_that_is_over)
{
	_cleanup_free_ char *line =
		xasprintf("%llu 500 1\n", (unsigned long long)fake_mkdir(&a.tree, "/top/gold"));
	_cleanup_free_ char *path = xasprintf("%s/log", a.run.dir), *log = NULL;

	fake_write(&a.run, "/", "set", line);
	fake_agent_start(&a);
	fake_agent_expect(&a, "/top/gold", "300");
	fake_agent_expect_run(&a, "list", 0, "gold");
	cr_expect(!has_file("set"));
	cr_assert_eq(file_read(AT_FDCWD, path, 1 << 20, &log, NULL), 0);
	cr_expect_null(strstr(log, "500"), "%s", log);
}

Test(agent, weights_by_hand_that_cannot_be)
{
	fake_agent_start(&a);
	fake_agent_expect_run(&a, "set gold 0", 2, "WEIGHT is a number from 1 to 10000");
	fake_agent_expect_run(&a, "set gold \033[31m", 2, "and not \\x1b[31m");
	fake_agent_expect_run(&a, "set nobody 7", 1, "No cgroup is called nobody");
	fake_agent_expect_run(&a, "set o 7", 1, "may be one of");
	fake_agent_expect_run(&a, "set / 7", 1, "the root cgroup has no siblings");
}

/* Of an agent that was killed while it wrote. */
Test(agent, files_of_others_do_not_stop_it)
{
	fake_write(&a.run, "/", "set", "nonsense\n");
	fake_write(&a.run, "/", "undo", "nonsense\n");
	fake_agent_start(&a);
	fake_agent_expect_log(&a, "some of what was set by hand is lost");
	fake_agent_expect(&a, "/top/gold", "300");
}

Test(agent, a_directory_that_goes_away)
{
	fake_agent_start(&a);
	cr_assert_eq(unlinkat(a.run.fd, "cgfifo.yaml", 0), 0);
	fake_agent_expect_run(&a, "reload", 1, "cgfifo.yaml");
	fake_agent_expect(&a, "/top/gold", "300");
}

/* Its answer to a request with this file. */
static struct control_reply ask_with(int file)
{
	const struct control_request request = {
		.magic = CONTROL_MAGIC,
		.version = CONTROL_VERSION,
		.verb = CONTROL_DIFF,
	};
	union {
		struct cmsghdr h;
		char space[CMSG_SPACE(sizeof(int))];
	} rights = {.h = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
	struct iovec iov = {(void *)&request, sizeof(request)};
	struct msghdr msg = {NULL, 0, &iov, 1, &rights, sizeof(rights), 0};
	_cleanup_free_ char *path = xasprintf("%s/control.sock", a.run.dir);
	_cleanup_close_ int fd = connect_to(path, SOCK_SEQPACKET, 100);
	struct control_reply reply = {};

	memcpy(CMSG_DATA(&rights.h), &file, sizeof(int));
	cr_assert_eq(sendmsg(fd, &msg, 0), sizeof(request));
	cr_assert_eq(recv(fd, &reply, sizeof(reply), 0), sizeof(reply));
	return reply;
}

static int n_descriptors(pid_t pid)
{
	_cleanup_free_ char *path = xasprintf("/proc/%d/fd", pid);
	DIR *dir = opendir(path);
	int n = 0;

	cr_assert_not_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

/* It cannot be read, which is no mistake in the configuration. */
Test(agent, a_file_that_is_open_to_write_only)
{
	_cleanup_close_ int file = openat(a.run.fd, "cgfifo.yaml", O_WRONLY | O_CLOEXEC);
	struct control_reply reply;
	int before;

	fake_agent_start(&a);
	fake_agent_expect_run(&a, "list", 0, "gold"); /* and so it is in its loop */
	before = n_descriptors(a.pid);
	for (int i = 0; i < 3; i++) {
		reply = ask_with(file);
		cr_expect_eq(reply.result, -EINVAL);
		cr_expect_str_eq(reply.text, "that is no file with a configuration");
	}
	fake_agent_expect_run(&a, "list", 0, "gold");
	cr_expect_eq(n_descriptors(a.pid), before);
}
