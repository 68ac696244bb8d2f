// SPDX-License-Identifier: GPL-2.0-only
/* cgfifo check and cgfifo version: exit status, and what goes where. */
#include <criterion/criterion.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/verbs.h"
#include "util/alloc.h"
#include "util/cleanup.h"

static int out = -EBADF, err = -EBADF;

static int redirect(int fd)
{
	int to = memfd_create("output", MFD_CLOEXEC);

	cr_assert_geq(to, 0);
	cr_assert_eq(dup2(to, fd), fd);
	return to;
}

static void setup(void)
{
	_cleanup_free_ char *dir = xasprintf("%s/config", getenv("CGFIFO_FIXTURES"));

	cr_assert_eq(chdir(dir), 0, "%s", dir);
	out = redirect(STDOUT_FILENO);
	err = redirect(STDERR_FILENO);
}

TestSuite(cmd_check, .init = setup);

/* Words are separated by blanks, the first is the verb. */
static int run(const struct verb *verb, const char *words)
{
	_cleanup_free_ char *copy = xstrdup(words);
	char *argv[8] = {};
	int argc = 0, status;

	for (char *w = strtok(copy, " "); w; w = strtok(NULL, " "))
		argv[argc++] = w;
	optind = 0;
	status = verb->run(argc, argv);
	fflush(stdout);
	fflush(stderr);
	return status;
}

static char *content(int fd)
{
	char *buf = xcalloc(1, 65536);

	cr_assert_geq(pread(fd, buf, 65535, 0), 0);
	return buf;
}

static void expect_output(int fd, const char *part)
{
	_cleanup_free_ char *text = content(fd);

	if (part)
		cr_expect_not_null(strstr(text, part), "no '%s' in:\n%s", part, text);
	else
		cr_expect_str_eq(text, "", "unexpected:\n%s", text);
}

Test(cmd_check, good)
{
	cr_expect_eq(run(&verb_check, "check good/rule-that-exempts.yaml"), CLI_OK);
	expect_output(out, "rules:\n  - match:");
	expect_output(err, NULL);
}

Test(cmd_check, warning_is_not_failure)
{
	cr_expect_eq(run(&verb_check, "check good/unit-without-type.yaml"), CLI_OK);
	expect_output(out, "unit: postgresql");
	expect_output(err, "good/unit-without-type.yaml:3:5: warning: ");
}

Test(cmd_check, bad)
{
	cr_expect_eq(run(&verb_check, "check bad/weight-zero.yaml"), CLI_FAILED);
	expect_output(out, NULL);
	expect_output(err, "bad/weight-zero.yaml:4:13: error: weight must be");
}

Test(cmd_check, one_bad_file_among_good_ones)
{
	cr_expect_eq(
		run(&verb_check, "check good/minimal.yaml bad/weight-zero.yaml good/design.yaml"),
		CLI_FAILED);
	expect_output(out, NULL);
}

Test(cmd_check, missing)
{
	cr_expect_eq(run(&verb_check, "check no-such-file.yaml"), CLI_FAILED);
	expect_output(err, "no-such-file.yaml: error: there is no such file");
}

Test(cmd_check, quiet)
{
	cr_expect_eq(run(&verb_check, "check --quiet good/unit-without-type.yaml"), CLI_OK);
	expect_output(out, NULL);
	expect_output(err, "warning");
}

Test(cmd_check, json)
{
	cr_expect_eq(run(&verb_check, "check --json bad/unknown-key-near.yaml"), CLI_FAILED);
	expect_output(out,
		      "{\"ok\": false, \"diagnostics\": [\n"
		      "  {\"severity\": \"error\", \"file\": \"bad/unknown-key-near.yaml\", "
		      "\"line\": 4, \"column\": 5, \"length\": 6, "
		      "\"message\": \"unknown key \\\"wieght\\\"; did you mean weight?\"}\n]}\n");
	expect_output(err, NULL);
}

Test(cmd_check, json_without_mistakes)
{
	cr_expect_eq(run(&verb_check, "check --json good/minimal.yaml"), CLI_OK);
	expect_output(out, "{\"ok\": true, \"diagnostics\": []}\n");
}

Test(cmd_check, keys)
{
	cr_expect_eq(run(&verb_check, "check --keys"), CLI_OK);
	expect_output(out, "rules[].match.unit\n\ta name or glob\n");
	expect_output(out, "kubernetes.namespaces.NAME.max_weight\n");
}

Test(cmd_check, help)
{
	cr_expect_eq(run(&verb_check, "check --help"), CLI_OK);
	expect_output(out, "Usage: cgfifo check ");
	expect_output(err, NULL);
}

Test(cmd_check, usage)
{
	cr_expect_eq(run(&verb_check, "check --no-such-option"), CLI_USAGE);
	expect_output(out, NULL);
	expect_output(err, "Usage: cgfifo check ");
}

Test(cmd_check, standard_input)
{
	static const char text[] = "version: 1\ndefaults: {weight: 0}\n";
	int in = memfd_create("input", MFD_CLOEXEC);

	cr_assert_eq(write(in, text, strlen(text)), (ssize_t)strlen(text));
	cr_assert_eq(lseek(in, 0, SEEK_SET), 0);
	cr_assert_eq(dup2(in, STDIN_FILENO), STDIN_FILENO);
	cr_expect_eq(run(&verb_check, "check -"), CLI_FAILED);
	expect_output(err, "<stdin>:2:20: error: ");
}

Test(cmd_check, no_colour_in_a_file)
{
	_cleanup_free_ char *text = NULL;

	setenv("TERM", "xterm", 1);
	run(&verb_check, "check bad/weight-zero.yaml");
	text = content(err);
	cr_expect_null(strchr(text, '\033'));
}

Test(cmd_check, version)
{
	cr_expect_eq(run(&verb_version, "version"), CLI_OK);
	expect_output(out, "cgfifo " CGFIFO_VERSION "\n");
	cr_expect_eq(run(&verb_version, "version 2"), CLI_USAGE);
	expect_output(err, "cgfifo version: one word too many: 2\nUsage: cgfifo version\n");
}

Test(cmd_check, too_few_words)
{
	cr_expect_eq(run(&verb_set, "set name"), CLI_USAGE);
	expect_output(err, "cgfifo set: it takes NAME WEIGHT\nUsage: cgfifo set ");
}
