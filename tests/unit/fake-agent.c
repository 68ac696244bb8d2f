// SPDX-License-Identifier: GPL-2.0-only
/* Agents on files, see fake-agent.h. */
#include "fake-agent.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/verbs.h"
#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/file.h"

#define MAX_WORDS 32
#define STEP_USEC 20000
/* Under valgrind on a busy machine all of this takes long. */
#define PATIENCE (100 * 1000000 / STEP_USEC)

void fake_agent_cgroup(struct fake_agent *a, const char *path)
{
	fake_mkdir(&a->tree, path);
	fake_write(&a->tree, path, "cpu.stat", "usage_usec 5000000\nuser_usec 1\n");
	fake_write(&a->tree, path, "pids.current", "2\n");
	fake_write(&a->tree, path, "cpu.weight", "100\n");
}

void fake_agent_init(struct fake_agent *a)
{
	static const char *const paths[] = {"/top", "/top/gold", "/top/silver", "/other"};

	fake_init(&a->tree);
	fake_init(&a->run);
	snprintf(a->config, sizeof(a->config), "%s/cgfifo.yaml", a->run.dir);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		fake_agent_cgroup(a, paths[i]);
}

void fake_agent_done(struct fake_agent *a)
{
	if (a->pid)
		cr_expect_eq(fake_agent_stop(a, SIGTERM), 0);
	fake_done(&a->tree);
	fake_done(&a->run);
}

void fake_agent_configure(struct fake_agent *a, const char *yaml)
{
	fake_write(&a->run, "/", "cgfifo.yaml", yaml);
}

/* For those options that the verb has. */
static int add_options(const struct fake_agent *a, const struct verb *verb, char *argv[])
{
	int n = 0;

	for (const struct cli_option *o = verb->options; o->name; o++) {
		if (strcmp(o->name, "socket") == 0)
			argv[n++] = xasprintf("--socket=%s/status.sock", a->run.dir);
		else if (strcmp(o->name, "cgroup-root") == 0)
			argv[n++] = xasprintf("--cgroup-root=%s", a->tree.dir);
		else if (strcmp(o->name, "pin-dir") == 0)
			argv[n++] = xasprintf("--pin-dir=%s/bpf/pins", a->run.dir);
	}
	return n;
}

/* argv from words, then what leads to this agent. */
static void fill_argv(const struct fake_agent *a, char *words, char *argv[MAX_WORDS])
{
	int n = 0;

	argv[n++] = (char *)"cgfifo";
	for (char *w = strtok(words, " "); w && n < MAX_WORDS - 8; w = strtok(NULL, " "))
		argv[n++] = w;
	if (a)
		n += add_options(a, cli_find_verb(argv[1]), argv + n);
	argv[n] = NULL;
}

static pid_t spawn(const struct fake_agent *a, const char *words, int out)
{
	pid_t pid = fork();
	char *argv[MAX_WORDS];

	cr_assert_geq(pid, 0);
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fill_argv(a, xstrdup(words), argv);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	execv(getenv("CGFIFO_PROGRAM"), argv);
	_exit(127);
}

int fake_agent_wait(pid_t pid)
{
	int status;

	cr_assert_eq(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? 256 + WTERMSIG(status) : WEXITSTATUS(status);
}

void fake_agent_start(struct fake_agent *a)
{
	_cleanup_free_ char *words =
		xasprintf("run --scheduler none --debug --config %s", a->config);
	_cleanup_free_ char *log = xasprintf("%s/log", a->run.dir);
	_cleanup_close_ int out = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	cr_assert_geq(out, 0);
	a->pid = spawn(a, words, out);
	fake_agent_expect_log(a, "Fall back to cpu.weight");
}

int fake_agent_stop(struct fake_agent *a, int signal)
{
	pid_t pid = a->pid;

	a->pid = 0;
	cr_assert_eq(kill(pid, signal), 0);
	return fake_agent_wait(pid);
}

void fake_agent_expect(struct fake_agent *a, const char *path, const char *weight)
{
	for (int i = 0; i < PATIENCE && strcmp(fake_read(&a->tree, path, "cpu.weight"), weight);
	     i++)
		usleep(STEP_USEC);
	cr_assert_str_eq(fake_read(&a->tree, path, "cpu.weight"), weight, "%s", path);
}

void fake_agent_expect_log(struct fake_agent *a, const char *part)
{
	_cleanup_free_ char *path = xasprintf("%s/log", a->run.dir);
	_cleanup_free_ char *text = NULL;

	for (int i = 0; i < PATIENCE; i++) {
		free(text);
		text = NULL;
		cr_assert_eq(file_read(AT_FDCWD, path, 1 << 20, &text, NULL), 0);
		if (strstr(text, part))
			return;
		usleep(STEP_USEC);
	}
	cr_assert_fail("the log has no '%s':\n%s", part, text);
}

static char *content(int fd)
{
	char *text = xcalloc(1, 1 << 20);

	cr_assert_geq(pread(fd, text, (1 << 20) - 1, 0), 0);
	return text;
}

static int run_program(const struct fake_agent *a, const char *words, char **ret_text)
{
	_cleanup_close_ int out = memfd_create("output", MFD_CLOEXEC);
	int status = fake_agent_wait(spawn(a, words, out));

	if (ret_text)
		*ret_text = content(out);
	return status;
}

int fake_agent_run_into(struct fake_agent *a, const char *words, int out)
{
	return fake_agent_wait(spawn(a, words, out));
}

pid_t fake_agent_spawn(struct fake_agent *a, const char *words)
{
	return spawn(a, words, STDERR_FILENO);
}

pid_t fake_agent_spawn_into(struct fake_agent *a, const char *words, int out)
{
	return spawn(a, words, out);
}

int fake_agent_run(struct fake_agent *a, const char *words, char **ret_text)
{
	return run_program(a, words, ret_text);
}

int fake_agent_run_bare(const char *words, char **ret_text)
{
	return run_program(NULL, words, ret_text);
}

void fake_agent_expect_run(struct fake_agent *a, const char *words, int status, const char *part)
{
	_cleanup_free_ char *text = NULL;
	int r = run_program(a, words, &text);

	cr_expect_eq(r, status, "%s ended with %d:\n%s", words, r, text);
	cr_expect_not_null(strstr(text, part), "%s: no '%s' in:\n%s", words, part, text);
}
