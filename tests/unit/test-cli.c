// SPDX-License-Identifier: GPL-2.0-only
/* The verbs as people run them: with an agent and without one. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <glob.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/file.h"

#include "fake-agent.h"

static const char yaml[] = "version: 1\n"
			   "rules:\n"
			   "  - {match: {cgroup: /top/gold}, weight: 300, slice: 1ms}\n"
			   "  - {match: {cgroup: /other}, weight: 200}\n";

static struct fake_agent a;

static void setup(void)
{
	fake_agent_init(&a);
	fake_agent_configure(&a, yaml);
}

static void setup_running(void)
{
	setup();
	fake_agent_start(&a);
	fake_agent_expect(&a, "/other", "200");
}

static void teardown(void)
{
	fake_agent_done(&a);
}

TestSuite(cli, .init = setup, .fini = teardown, .timeout = 600);
TestSuite(cli_running, .init = setup_running, .fini = teardown, .timeout = 600);

static void expect_bare(const char *words, int status, const char *part)
{
	_cleanup_free_ char *text = NULL;
	int r = fake_agent_run_bare(words, &text);

	cr_expect_eq(r, status, "%s ended with %d:\n%s", words, r, text);
	cr_expect_not_null(strstr(text, part), "%s: no '%s' in:\n%s", words, part, text);
}

/* What a verb writes, as JSON; free with json_object_put(). */
static json_object *run_json(const char *words, int status)
{
	_cleanup_free_ char *text = NULL;
	json_object *o;
	int r = fake_agent_run(&a, words, &text);

	cr_expect_eq(r, status, "%s ended with %d:\n%s", words, r, text);
	o = json_tokener_parse(text);
	cr_assert_not_null(o, "%s: no JSON:\n%s", words, text);
	return o;
}

static const char *member(json_object *o, const char *name)
{
	json_object *value = NULL;

	cr_assert(json_object_object_get_ex(o, name, &value), "no member %s in %s", name,
		  json_object_to_json_string(o));
	return json_object_get_string(value);
}

static json_object *array(json_object *o, const char *name)
{
	json_object *value = NULL;

	cr_assert(json_object_object_get_ex(o, name, &value), "%s", name);
	cr_assert_eq(json_object_get_type(value), json_type_array);
	return value;
}

/* The one whose path this is. */
static json_object *with_path(json_object *list, const char *path)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		json_object *o = json_object_array_get_idx(list, i);

		if (strcmp(member(o, "path"), path) == 0)
			return o;
	}
	cr_assert_fail("nothing has the path %s in %s", path, json_object_to_json_string(list));
	return NULL;
}

Test(cli, which_verb)
{
	expect_bare("", 2, "cgfifo: which verb? See cgfifo --help.");
	expect_bare("--help", 0, "Usage: cgfifo VERB [OPTION...]");
	expect_bare("help status", 0, "Usage: cgfifo status [OPTION...] [NAME]");
	expect_bare("help help", 0, "Usage: cgfifo VERB [OPTION...]");
	expect_bare("help status list", 2, "cgfifo help: one word too many: list");
	expect_bare("help statos", 2, "there is no verb statos; did you mean status?");
	expect_bare("xyzzy", 2, "there is no verb xyzzy; see cgfifo --help");
	expect_bare("--version", 0, "cgfifo " CGFIFO_VERSION);
}

Test(cli, a_full_disk_is_no_success)
{
	_cleanup_close_ int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	cr_assert_geq(full, 0);
	cr_expect_eq(fake_agent_run_into(&a, "list", full), 1);
	cr_expect_eq(fake_agent_run_into(&a, "status --interval 200ms", full), 1);
	cr_expect_eq(fake_agent_run_into(&a, "report --for 1s --output -", full), 1);
	cr_expect_eq(fake_agent_run_into(NULL, "--help", full), 1);
	cr_expect_eq(fake_agent_run_into(NULL, "help list", full), 1);
}

Test(cli, nobody_runs)
{
	fake_agent_expect_run(&a, "status --all --interval 200ms", 3, "gold");
	fake_agent_expect_run(&a, "list", 0, "silver");
	fake_agent_expect_run(&a, "show gold --interval 200ms", 0, "/top/gold");
	fake_agent_expect_run(&a, "set gold 7", 1, "No agent runs; start it with");
	fake_agent_expect_run(&a, "unset gold", 1, "No agent runs");
	fake_agent_expect_run(&a, "explain gold --interval 200ms", 1, "No agent runs");
	fake_agent_expect_run(&a, "reload", 1, "No agent runs");
	fake_agent_expect_run(&a, "diff", 1, "No agent runs");
	fake_agent_expect_run(&a, "metrics --interval 200ms", 0, "\ncgfifo_agent_up 0\n");
	fake_agent_expect_run(&a, "list nobody", 1, "No cgroup matches");
}

Test(cli, no_tree)
{
	expect_bare("list --socket /nonexistent/s --cgroup-root /nonexistent", 1,
		    "/nonexistent: No such file or directory");
	expect_bare("run --scheduler none --config /nonexistent.yaml", 3, "/nonexistent.yaml");
	expect_bare("check --records a b", 2, "--records is about one FILE at most");
	expect_bare("metrics --http --textfile x", 2, "--http answers on a socket");
	expect_bare("run --scheduler maybe", 2, "--scheduler must be auto, cgfifo or none");
}

/* As in a pod, for verbs that are run beside its agent. */
Test(cli, a_tree_somewhere_else)
{
	setenv("CGFIFO_CGROUP_ROOT", "/nonexistent/tree", 1);
	expect_bare("list --socket /nonexistent/s", 1, "/nonexistent/tree: No such file");
	expect_bare("diff --socket /nonexistent/s", 1, "No agent runs");
	fake_agent_expect_run(&a, "list", 0, "silver"); /* with --cgroup-root */
}

Test(cli_running, status_as_json)
{
	json_object *o = run_json("status --json --interval 200ms", 0), *gold;

	cr_expect_str_eq(member(o, "version"), "1");
	gold = with_path(array(o, "cgroups"), "/top/gold");
	cr_expect_str_eq(member(gold, "weight"), "300");
	cr_expect_str_eq(member(gold, "name"), "gold");
	cr_expect_not_null(strstr(member(gold, "origin"), "cgfifo.yaml:3"));
	json_object_put(o);
}

Test(cli_running, status_again_and_again)
{
	_cleanup_free_ char *text = NULL;
	int n = 0;

	cr_expect_eq(fake_agent_run(&a, "status gold --interval 200ms --count 3", &text), 0);
	for (char *at = text; (at = strstr(at, "\nNAME ")); at++)
		n++;
	cr_expect_eq(n, 3, "%d:\n%s", n, text);
}

/* A shell in an editor: it takes each reading below the other. */
Test(cli_running, status_on_a_terminal_that_knows_nothing)
{
	_cleanup_close_ int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	_cleanup_close_ int other = -EBADF;
	char text[16384] = "";
	ssize_t n;

	cr_assert(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
	other = open(ptsname(terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
	cr_assert_geq(other, 0);
	setenv("TERM", "dumb", 1);
	cr_expect_eq(fake_agent_run_into(&a, "status gold --interval 200ms --count 2", other), 0);
	n = read(terminal, text, sizeof(text) - 1);
	cr_assert_gt(n, 0);
	cr_expect_null(strchr(text, '\033'), "%s", text);
}

Test(cli_running, list_and_show_as_json)
{
	json_object *o = run_json("list --json", 0), *other;

	other = with_path(array(o, "cgroups"), "/other");
	cr_expect_str_eq(member(other, "weight"), "200");
	json_object_put(o);
	o = run_json("show other --json --interval 200ms", 0);
	cr_expect_str_eq(member(o, "path"), "/other");
	json_object_put(o);
	fake_agent_expect_run(&a, "show o --interval 200ms", 1, "  /top\n");
}

/* The agent shares a snapshot among readers that come together, but none from before. */
Test(cli_running, what_was_set_is_shown_at_once)
{
	for (int i = 0; i < 5; i++) {
		fake_agent_expect_run(&a, "set gold 7", 0, "weight 7 is in force");
		fake_agent_expect_run(&a, "list gold", 0, "  7  set");
		fake_agent_expect_run(&a, "unset gold", 0, "now counts: rule");
		fake_agent_expect_run(&a, "list gold", 0, "300  rule");
	}
}

Test(cli_running, explain)
{
	json_object *o, *steps;

	fake_agent_expect_run(&a, "explain gold --interval 200ms", 0, "gold, at /top/gold\n\n 1. ");
	fake_agent_expect_run(&a, "explain silver --interval 200ms", 0,
			      " 1. no rule is about it: its own cpu.weight counts\n");
	o = run_json("explain gold --json --interval 200ms", 0);
	steps = array(o, "steps");
	cr_assert_geq(json_object_array_length(steps), 1);
	cr_expect_not_null(
		strstr(json_object_get_string(json_object_array_get_idx(steps, 0)), "weight 300"));
	json_object_put(o);
}

/* Of two rules one changes, and one goes; nothing of it is in force after. */
Test(cli_running, diff)
{
	_cleanup_free_ char *words = xasprintf("diff %s/new.yaml", a.run.dir);
	_cleanup_free_ char *json = xasprintf("%s --json", words);
	_cleanup_free_ char *same = xasprintf("diff %s", a.config);
	json_object *o, *gold, *list;

	fake_write(&a.run, "/", "new.yaml",
		   "version: 1\nrules: [{match: {cgroup: /top/gold}, weight: 900}]\n");
	fake_agent_expect_run(&a, words, 3,
			      "/top/gold: weight 300, slice 1ms -> weight 900 (rule at ");
	fake_agent_expect_run(&a, words, 3, "/other: weight 200 -> its own cpu.weight\n");
	fake_agent_expect_run(&a, words, 3, "2 of 5 cgroups would change\n");
	fake_agent_expect_run(&a, same, 0, "0 of 5 cgroups would change\n");
	o = run_json(json, 3);
	list = array(o, "changes");
	cr_expect_eq(json_object_array_length(list), 2);
	gold = with_path(list, "/top/gold");
	cr_expect_str_eq(member(gold, "was_weight"), "300");
	cr_expect_str_eq(member(gold, "weight"), "900");
	json_object_put(o);
	fake_agent_expect(&a, "/top/gold", "300");

	/* The same path as in the JSON of other verbs. */
	fake_agent_cgroup(&a, "/top/o\033d");
	fake_write(&a.run, "/", "new.yaml",
		   "version: 1\nrules: [{match: {cgroup: \"/top/o?d\"}, weight: 900}]\n");
	fake_agent_expect_run(&a, words, 3, "/top/o\\x1bd: its own cpu.weight -> weight 900");
	o = run_json(json, 3);
	with_path(array(o, "changes"), "/top/o\033d");
	json_object_put(o);

	fake_write(&a.run, "/", "new.yaml", "version: 1\nrules: 7\n");
	fake_agent_expect_run(&a, words, 1, "new.yaml:2:8: error: ");
}

Test(cli_running, metrics)
{
	_cleanup_free_ char *words =
		xasprintf("metrics --interval 200ms --textfile %s/cgfifo.prom", a.run.dir);
	_cleanup_free_ char *text = NULL;

	fake_agent_expect_run(&a, "metrics --interval 200ms", 0, "\ncgfifo_agent_up 1\n");
	fake_agent_expect_run(&a, "metrics --interval 200ms", 0, "\n# EOF\n");
	cr_expect_eq(fake_agent_run(&a, words, NULL), 0);
	cr_assert_eq(file_read(a.run.fd, "cgfifo.prom", 1 << 20, &text, NULL), 0);
	cr_expect_not_null(strstr(text, "cgroup=\"/top/gold\""), "%s", text);
	cr_expect_null(strstr(text, "# EOF"), "node_exporter adds its own");
	fake_agent_expect_run(&a, "metrics --interval 200ms --textfile /nonexistent/x", 1,
			      "Cannot write /nonexistent/x: No such file or directory");
}

/* One request on a socket that is standard input, as systemd gives it. */
static char *ask_http(const char *request)
{
	_cleanup_close_ int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	char *answer = xcalloc(1, 1 << 20);
	size_t n = 0;
	ssize_t got;
	int pair[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	cr_assert_eq(write(pair[0], request, strlen(request)), (ssize_t)strlen(request));
	dup2(pair[1], STDIN_FILENO);
	close(pair[1]);
	shutdown(pair[0], SHUT_WR);
	cr_expect_eq(fake_agent_run(&a, "metrics --http --interval 200ms", NULL), 0);
	dup2(null, STDIN_FILENO);
	while ((got = read(pair[0], answer + n, (1 << 20) - 1 - n)) > 0)
		n += (size_t)got;
	close(pair[0]);
	return answer;
}

Test(cli_running, metrics_over_http)
{
	_cleanup_free_ char *good = ask_http("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
	_cleanup_free_ char *bad = ask_http("GET /etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n");

	cr_expect_eq(strncmp(good, "HTTP/1.1 200 ", 13), 0, "%s", good);
	cr_expect_not_null(strstr(good, "\ncgfifo_agent_up 1\n"), "%s", good);
	cr_expect_eq(strncmp(bad, "HTTP/1.1 404 ", 13), 0, "%s", bad);
	/* ask_http() left /dev/null as standard input. */
	fake_agent_expect_run(&a, "metrics --http", 1, "Standard input is no socket");
}

/* Whatever this machine has: each check has a level, and the exit status is that of the worst. */
Test(cli, doctor)
{
	_cleanup_free_ char *json = NULL, *text = NULL;
	int status = fake_agent_run_bare("doctor --json", &json);
	json_object *o = json_tokener_parse(json), *checks;
	bool problem = false;

	cr_assert_not_null(o, "%s", json);
	checks = array(o, "checks");
	cr_expect_geq(json_object_array_length(checks), 5);
	for (size_t i = 0; i < json_object_array_length(checks); i++) {
		json_object *c = json_object_array_get_idx(checks, i);
		const char *level = member(c, "level");

		cr_expect(strcmp(level, "ok") == 0 || strcmp(level, "note") == 0 ||
				  strcmp(level, "problem") == 0,
			  "%s", level);
		problem |= strcmp(level, "problem") == 0;
		cr_expect_not_null(strstr(json, member(c, "text")));
	}
	cr_expect_eq(status, problem ? 1 : 0);
	cr_expect_str_eq(member(o, "ok"), problem ? "false" : "true");
	json_object_put(o);
	cr_expect_eq(fake_agent_run_bare("doctor", &text), status);
	cr_expect_not_null(strstr(text, "the configuration "), "%s", text);
}

static bool can_read(const char *pattern)
{
	glob_t g = {};
	bool can = false;

	glob(pattern, 0, NULL, &g);
	for (size_t i = 0; i < g.gl_pathc; i++)
		can |= access(g.gl_pathv[i], R_OK) == 0;
	globfree(&g);
	return can;
}

/* Nobody would be told what it has loaded, or could ask the agent. */
Test(cli, run_in_vain)
{
	_cleanup_free_ char *words = NULL;

	expect_bare("run --load-only --pin-dir /nonexistent/pins", 2,
		    "--load-only is for cgfifo-load@.service");
	fake_agent_configure(&a, "version: 2\n");
	words = xasprintf("run --scheduler none --config %s --cgroup-root %s --socket %s/%0100d",
			  a.config, a.tree.dir, a.run.dir, 7);
	expect_bare(words, 2, "--socket is too long");
}

/* Without a journal, or one that is not for us, nothing to show is not all that there is to say. */
Test(cli, events_of_a_machine_without_a_journal)
{
	_cleanup_free_ char *text = NULL;
	int status = fake_agent_run_bare("events --no-follow --lines 0", &text);
	bool can = can_read("/run/log/journal/*/system*.journal") ||
		   can_read("/var/log/journal/*/system*.journal");

	cr_expect_eq(status, can ? 0 : 1, "%s", text);
	cr_expect_eq(strstr(text, "journal") != NULL, !can, "%s", text);
}
