// SPDX-License-Identifier: GPL-2.0-only
/* config/paths and config/source: which files are read, and which are refused. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/load.h"
#include "config/paths.h"
#include "util/alloc.h"
#include "util/file.h"

#include "refuse.h"

static const char *const dirs[] = {"lib", "run", "etc", NULL};
static char top[] = "/tmp/cgfifo-test-XXXXXX";

static void setup(void)
{
	cr_assert_not_null(mkdtemp(top));
	cr_assert_eq(chdir(top), 0);
	for (size_t i = 0; dirs[i]; i++) {
		_cleanup_free_ char *d = xasprintf("%s/cgfifo.d", dirs[i]);

		cr_assert_eq(mkdir(dirs[i], 0755), 0);
		cr_assert_eq(mkdir(d, 0755), 0);
	}
}

static void teardown(void)
{
	_cleanup_free_ char *command = xasprintf("rm -rf %s", top);

	cr_expect_eq(system(command), 0);
}

TestSuite(paths, .init = setup, .fini = teardown);

static void put(const char *path, const char *text)
{
	cr_assert_eq(file_replace(AT_FDCWD, path, text, strlen(text), 0644), 0, "%s", path);
}

/* The paths in the order in which they are read, with blanks between. */
static void expect_paths(const char *expected)
{
	_cleanup_(diags_done) struct diags diags = {};
	_cleanup_(paths_done) struct paths found = {};
	char got[1024] = "";

	cr_assert_eq(paths_find(dirs, &found, &diags), 0);
	VEC_FOREACH (path, &found) {
		strcat(got, path > found.items ? " " : "");
		strcat(got, *path);
	}
	cr_expect_str_eq(got, expected);
}

Test(paths, none)
{
	expect_paths("");
}

Test(paths, directories_need_not_exist)
{
	static const char *const nowhere[] = {"a", "b", NULL};
	_cleanup_(config_freep) struct config *c = NULL;
	_cleanup_(diags_done) struct diags diags = {};

	cr_expect_eq(config_load(&(struct config_paths){.dirs = nowhere}, &c, &diags), 0);
	cr_assert_not_null(c);
	cr_expect_eq(c->files.n, 0);
	cr_expect_eq(diags.n, 0);
}

Test(paths, order)
{
	put("run/cgfifo.yaml", "#");
	put("lib/cgfifo.yaml", "#");
	put("etc/cgfifo.yaml", "#");
	put("lib/cgfifo.d/z.yaml", "#");
	put("run/cgfifo.d/m.yaml", "#");
	put("etc/cgfifo.d/a.yaml", "#");
	expect_paths("etc/cgfifo.yaml etc/cgfifo.d/a.yaml run/cgfifo.d/m.yaml lib/cgfifo.d/z.yaml");
}

/* The example of UAPI.6, where bar.conf is cgfifo.yaml and bar.conf.d is cgfifo.d. */
Test(paths, example_of_the_specification)
{
	put("lib/cgfifo.yaml", "#");
	put("etc/cgfifo.yaml", "#");
	put("lib/cgfifo.d/a.yaml", "#");
	put("etc/cgfifo.d/a.yaml", "#");
	put("lib/cgfifo.d/b.yaml", "#");
	expect_paths("etc/cgfifo.yaml etc/cgfifo.d/a.yaml lib/cgfifo.d/b.yaml");
	/* An empty main file masks, drop-ins count still; an empty drop-in masks, too. */
	put("etc/cgfifo.yaml", "");
	expect_paths("etc/cgfifo.d/a.yaml lib/cgfifo.d/b.yaml");
	put("etc/cgfifo.d/a.yaml", "");
	expect_paths("lib/cgfifo.d/b.yaml");
	/* Drop-ins have none of their own. */
	cr_assert_eq(mkdir("lib/cgfifo.d/b.yaml.d", 0755), 0);
	put("lib/cgfifo.d/b.yaml.d/c.yaml", "#");
	expect_paths("lib/cgfifo.d/b.yaml");
}

/* Numbers sort as text does: 9 is after 10. That is why people write 09. */
Test(paths, order_is_by_bytes)
{
	put("lib/cgfifo.d/9.yaml", "#");
	put("lib/cgfifo.d/10.yaml", "#");
	put("lib/cgfifo.d/B.yaml", "#");
	put("lib/cgfifo.d/a.yaml", "#");
	expect_paths("lib/cgfifo.d/10.yaml lib/cgfifo.d/9.yaml lib/cgfifo.d/B.yaml "
		     "lib/cgfifo.d/a.yaml");
}

Test(paths, same_name_counts_once)
{
	put("lib/cgfifo.d/x.yaml", "#");
	put("run/cgfifo.d/x.yaml", "#");
	expect_paths("run/cgfifo.d/x.yaml");
	put("etc/cgfifo.d/x.yaml", "#");
	expect_paths("etc/cgfifo.d/x.yaml");
}

Test(paths, dropin_switched_off)
{
	put("lib/cgfifo.d/x.yaml", "#");
	put("lib/cgfifo.d/y.yaml", "#");
	cr_assert_eq(symlink("/dev/null", "run/cgfifo.d/x.yaml"), 0);
	expect_paths("lib/cgfifo.d/y.yaml");
	/* ... and on again, by the directory that has the last word. */
	put("etc/cgfifo.d/x.yaml", "#");
	expect_paths("etc/cgfifo.d/x.yaml lib/cgfifo.d/y.yaml");
}

Test(paths, main_file_switched_off)
{
	put("lib/cgfifo.yaml", "#");
	cr_assert_eq(symlink("/dev/null", "run/cgfifo.yaml"), 0);
	expect_paths("");
	put("etc/cgfifo.yaml", "#");
	expect_paths("etc/cgfifo.yaml");
}

Test(paths, dangling_link_is_not_there)
{
	cr_assert_eq(symlink("nowhere", "etc/cgfifo.yaml"), 0);
	expect_paths("");
}

static int load(bool trusted_only, char *message)
{
	struct config_paths paths = {.dirs = dirs, .trusted_only = trusted_only};
	_cleanup_(config_freep) struct config *c = NULL;
	_cleanup_(diags_done) struct diags diags = {};
	_cleanup_free_ char *line = NULL;
	int r;

	r = config_load(&paths, &c, &diags);
	cr_expect_eq(r == 0, c != NULL);
	line = diags.n ? diag_headline(&diags.items[0]) : xstrdup("");
	snprintf(message, 256, "%s", line);
	return r;
}

Test(paths, too_many_files)
{
	char message[256];

	for (int i = 0; i <= CONFIG_MAX_FILES; i++) {
		_cleanup_free_ char *path = xasprintf("lib/cgfifo.d/%d.yaml", i);

		put(path, "version: 1\n");
	}
	cr_expect_eq(load(false, message), -EINVAL);
	cr_expect_not_null(strstr(message, "is one configuration file too many"), "%s", message);
	unlink("lib/cgfifo.d/0.yaml");
	cr_expect_eq(load(false, message), 0, "%s", message);
}

Test(paths, others_may_write)
{
	char message[256];

	put("etc/cgfifo.yaml", "version: 1\n");
	cr_expect_eq(load(true, message), 0, "%s", message);
	cr_assert_eq(chmod("etc/cgfifo.yaml", 0664), 0);
	cr_expect_eq(load(true, message), -EINVAL);
	cr_expect_str_eq(message,
			 "etc/cgfifo.yaml: error: can be written by others than its owner; "
			 "use chmod go-w");
	cr_expect_eq(load(false, message), 0, "only the daemon is that strict");
	cr_assert_eq(chmod("etc/cgfifo.yaml", 0646), 0);
	cr_expect_eq(load(true, message), -EINVAL);
}

Test(paths, somebody_elses_file)
{
	char message[256];

	if (geteuid() != 0)
		cr_skip_test("needs root to give a file away");
	put("etc/cgfifo.yaml", "version: 1\n");
	cr_assert_eq(chown("etc/cgfifo.yaml", 65534, 65534), 0);
	cr_expect_eq(load(true, message), -EINVAL);
	cr_expect_str_eq(message, "etc/cgfifo.yaml: error: is not owned by root");
}

Test(paths, fifo_is_refused, .timeout = 10)
{
	char message[256];

	cr_assert_eq(mkfifo("etc/cgfifo.yaml", 0600), 0);
	cr_expect_eq(load(false, message), -EINVAL);
	cr_expect_str_eq(message, "etc/cgfifo.yaml: error: is not a regular file");
}

Test(paths, directory_is_refused)
{
	char message[256];

	cr_assert_eq(mkdir("etc/cgfifo.yaml", 0700), 0);
	cr_expect_eq(load(false, message), -EINVAL);
	cr_expect_str_eq(message, "etc/cgfifo.yaml: error: is a directory");
}

/* Limits are on bytes of the file: one that has them all is read, one more is not. */
Test(paths, size)
{
	_cleanup_free_ char *text = xmalloc(SOURCE_MAX_BYTES + 2);
	char message[256];

	memset(text, '#', SOURCE_MAX_BYTES + 1);
	memcpy(text, "version: 1\n", 11);
	text[SOURCE_MAX_BYTES] = '\0';
	put("etc/cgfifo.yaml", text);
	cr_expect_eq(load(false, message), 0, "%s", message);
	text[SOURCE_MAX_BYTES] = '#';
	text[SOURCE_MAX_BYTES + 1] = '\0';
	put("etc/cgfifo.yaml", text);
	cr_expect_eq(load(false, message), -EINVAL);
	cr_expect_str_eq(message, "etc/cgfifo.yaml: error: is larger than 256 KiB");
}

Test(paths, missing_file_by_name)
{
	static const char *const files[] = {"nope.yaml"};
	_cleanup_(diags_done) struct diags diags = {};
	struct config *c = NULL;

	cr_expect_eq(config_load_files(files, 1, &c, &diags), -EINVAL);
	cr_expect_null(c);
	cr_assert_eq(diags.n, 1);
	cr_expect_str_eq(diags.items[0].message, "there is no such file");
}

Test(paths, a_directory_that_cannot_be_read_is_not_empty)
{
	struct diags diags = {};
	struct paths found = {};
	int status;
	pid_t pid;

	put("etc/cgfifo.d/a.yaml", "#");
	pid = fork();
	if (pid == 0) {
		if (!refuse_call(SYS_getdents64, EIO)) /* as on a faulty disk */
			_exit(2);
		_exit(paths_find(dirs, &found, &diags) == -EINVAL && diags.n_errors == 1 ? 0 : 1);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %#x", status);
}
