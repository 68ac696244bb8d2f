// SPDX-License-Identifier: GPL-2.0-only
/* agent/scheduler: one that is lost is noticed, whatever is lost with it. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "agent/state.h"
#include "apply/weight-dir.h"
#include "cgroup/cgfs.h"
#include "config/load.h"

#include "fake-cgroup.h"
#include "fake-sched.h"
#include "refuse.h"

static const char yaml[] = "version: 1\n"
			   "rules: [{match: {cgroup: /gold}, weight: 800}]\n";

static const struct agent_options options = {.pin_dir = "/nonexistent"};
static struct fake f;
static struct agent a;
static int write_result;

static int write_weight(int dir_fd, const char *path, uint64_t weight)
{
	(void)path;
	if (write_result < 0)
		return write_result;
	return cgfs_write_number(dir_fd, "cpu.weight", weight);
}

static void setup(void)
{
	_cleanup_(diags_done) struct diags diags = {};

	cr_redirect_stderr();
	fake_init(&f);
	fake_mkdir(&f, "/gold");
	fake_write(&f, "/gold", "cpu.weight", "100\n");
	a.options = &options;
	a.root_fd = f.fd;
	a.tree = tree_new(f.fd, 100);
	a.applier = applier_new(f.fd, NULL, weight_dir_new(f.fd, write_weight));
	cr_assert_eq(config_parse_text("f.yaml", yaml, strlen(yaml), &a.config, &diags), 0);
	cr_assert_geq(sd_event_new(&a.event), 0);
}

static void teardown(void)
{
	sd_event_source_disable_unref(a.retry);
	sd_event_source_disable_unref(a.round);
	sd_event_source_disable_unref(a.recheck);
	sd_event_source_disable_unref(a.again);
	follow_nothing(&a);
	sd_event_unref(a.event);
	applier_free(a.applier);
	known_done(&a.known);
	config_free(a.config);
	tree_free(a.tree);
	fake_done(&f);
}

TestSuite(scheduler, .init = setup, .fini = teardown);

static void turn(void)
{
	while (sd_event_run(a.event, 0) > 0)
		;
}

/* And not until it is tried again, which is a second later. */
static void turn_until_lost(void)
{
	while (a.sched && sd_event_run(a.event, 10 * 1000 * 1000) > 0)
		;
}

static void expect_lost(const char *reason)
{
	turn_until_lost();
	cr_expect_null(a.sched);
	cr_expect_not_null(strstr(a.note, reason), "%s", a.note);
	cr_expect_eq(a.n_ejected, 1);
	cr_expect_not_null(a.retry);
	cr_expect_str_eq(fake_read(&f, "/gold", "cpu.weight"), "800");
}

static const char *log_so_far(void)
{
	static char text[16384];
	size_t n;

	fflush(stderr);
	n = fread(text, 1, sizeof(text) - 1, cr_get_redirected_stderr());
	text[n] = '\0';
	return text;
}

Test(scheduler, one_that_is_ejected)
{
	cr_assert_eq(scheduler_start(&a), 0);
	cr_assert_not_null(a.sched);
	turn();
	cr_expect_str_eq(fake_read(&f, "/gold", "cpu.weight"), "100");
	fake_sched.ending = true;
	cr_assert_eq(agent_cycle(&a), 0);
	cr_assert_not_null(a.sched, "why is not known yet");
	fake_sched_eject("a stall", false);
	expect_lost("a stall");
}

/* What it has to tell at its start is about cgroups that a look at the tree finds, and not read. */
Test(scheduler, one_that_is_ejected_at_its_start)
{
	fake_sched_eject("an error", false);
	cr_assert_eq(scheduler_start(&a), 0);
	expect_lost("an error");
}

/* There was no room for the event that tells. */
Test(scheduler, one_that_is_ejected_without_a_word)
{
	cr_assert_eq(scheduler_start(&a), 0);
	turn();
	fake_sched_event(CGFIFO_EVENT_CGROUP_WEIGHT);
	fake_sched_eject("a stall", true);
	expect_lost("a stall");
}

/* Whoever loads for the agent may come to it only when the agent has given up waiting. */
Test(scheduler, one_that_is_found_at_a_second_try)
{
	cr_assert_eq(scheduler_start(&a), 0);
	fake_sched_eject("a stall", false);
	expect_lost("a stall");
	fake_sched.exit = (struct cgfifo_exit){};
	fake_sched.adopted = true;
	scheduler_retry_now(&a);
	cr_assert_not_null(a.sched);
	cr_expect_str_eq(fake_read(&f, "/gold", "cpu.weight"), "100");
}

/* As when whoever loads for the agent does not answer in time, on a busy boot. */
Test(scheduler, one_that_could_not_be_started_at_first)
{
	fake_sched.start_result = -ETIMEDOUT;
	cr_assert_eq(scheduler_start(&a), 0);
	cr_assert_null(a.sched);
	cr_expect_str_eq(fake_read(&f, "/gold", "cpu.weight"), "800");
	fake_sched.start_result = 0;
	scheduler_retry_now(&a);
	cr_assert_not_null(a.sched);
	cr_expect_str_eq(fake_read(&f, "/gold", "cpu.weight"), "100");
}

/* A build without a scheduler, a kernel with faulty types, too many CPUs. */
Test(scheduler, one_that_cannot_be_started_here)
{
	fake_sched.start_result = -EOPNOTSUPP;
	cr_assert_eq(scheduler_start(&a), 0);
	cr_expect_eq(fake_sched.n_starts, 1);
	scheduler_retry_now(&a); /* as with each reload */
	cr_expect_eq(fake_sched.n_starts, 1);
	cr_expect_null(a.retry);
	cr_expect_str_eq(a.note, "as told");
}

/* An agent was killed while another process loaded for it, which is still at work and takes nobody
 * else. */
Test(scheduler, one_that_is_there_a_moment_later)
{
	fake_sched.start_result = -EBADMSG;
	cr_assert_eq(scheduler_start(&a), 0);
	cr_assert_null(a.sched);
	cr_expect_str_eq(fake_read(&f, "/gold", "cpu.weight"), "800");
	cr_assert_not_null(a.retry);
	fake_sched.start_result = 0;
	fake_sched.adopted = true;
	cr_assert_geq(sd_event_source_set_time_relative(a.retry, 0), 0);
	turn();
	cr_assert_not_null(a.sched);
	cr_expect_str_eq(a.note, "");
	cr_expect_str_eq(fake_read(&f, "/gold", "cpu.weight"), "100");
}

Test(scheduler, one_that_cannot_be_stopped)
{
	const char *log;

	cr_assert_eq(scheduler_start(&a), 0);
	fake_sched.stop_result = -ETIMEDOUT;
	cr_expect_eq(scheduler_stop(&a), -ETIMEDOUT);
	log = log_so_far();
	cr_expect_eq(fake_sched.n_stops, 1);
	cr_expect_null(strstr(log, "is back"), "%s", log);
	cr_expect_not_null(strstr(log, "Cannot stop the scheduler"), "%s", log);
}

/* The program was replaced while its agent ran. */
Test(scheduler, one_of_another_version)
{
	cr_assert_eq(scheduler_start(&a), 0);
	fake_sched_eject("a stall", false);
	turn_until_lost();
	fake_sched.exit = (struct cgfifo_exit){};
	fake_sched.start_result = -EPROTO;
	scheduler_retry_now(&a);
	cr_expect_str_eq(a.note,
			 "what loads the scheduler is of another version; restart the agent");
}

/* Told to do without: what cannot be taken over is removed, and nothing is loaded for that. */
Test(scheduler, one_that_was_left_and_is_not_wanted)
{
	static const struct agent_options none = {.pin_dir = "/nonexistent", .mode = MODE_FALLBACK};
	char why[SCHED_MSG_LEN];

	a.options = &none;
	fake_sched.left = true;
	cr_assert_eq(scheduler_start(&a), 0);
	cr_expect_null(a.sched);
	cr_expect_eq(fake_sched.n_stops, 1);
	cr_assert_not_null(fake_sched.load);
	cr_expect_eq(fake_sched.load("/nonexistent", why), -ECANCELED);
}

/* The other one is not fought, and whoever stops it is told what to do then. */
Test(scheduler, another_one_runs_meanwhile)
{
	cr_assert_eq(scheduler_start(&a), 0);
	fake_sched_eject("a stall", false);
	turn_until_lost();
	fake_sched.exit = (struct cgfifo_exit){};
	fake_sched.start_result = -EBUSY;
	scheduler_retry_now(&a);
	cr_expect_null(a.sched);
	cr_expect_null(a.retry);
	cr_expect_str_eq(a.note, "as told; a reload tries once more");
	fake_sched.start_result = 0;
	scheduler_retry_now(&a);
	cr_expect_not_null(a.sched);
	cr_expect_str_eq(a.note, "");
}

/* Nothing else happens on this host that would make the agent look again. */
Test(scheduler, a_weight_without_an_answer_is_tried_again)
{
	fake_sched.start_result = -EOPNOTSUPP;
	write_result = -ETIMEDOUT;
	cr_assert_eq(scheduler_start(&a), 0);
	turn();
	cr_expect_str_eq(fake_read(&f, "/gold", "cpu.weight"), "100");
	cr_assert_not_null(a.again);
	write_result = 0;
	cr_assert_geq(sd_event_source_set_time_relative(a.again, 0), 0);
	turn();
	cr_expect_str_eq(fake_read(&f, "/gold", "cpu.weight"), "800");
	cr_expect_null(a.again);
}

/* All programs of a user have 128 of those in all (fs.inotify.max_user_instances). */
Test(scheduler, one_beside_which_files_cannot_be_watched)
{
	if (!refuse_call(SYS_inotify_init1, EMFILE))
		cr_skip_test("no seccomp here");
	cr_expect_eq(scheduler_start(&a), 0);
	cr_expect_not_null(a.sched);
	cr_expect_eq(applier_applied(a.applier)->n_entries, 1);
	cr_expect_not_null(strstr(log_so_far(), "Cannot watch the cgroup tree"));
}

/* As of memory, or of descriptors, on a machine that has no more of it for a moment. */
Test(scheduler, a_tree_that_cannot_be_read_is_read_again)
{
	struct rlimit none, before;

	fake_sched.start_result = -EOPNOTSUPP;
	cr_assert_eq(scheduler_start(&a), 0);
	turn();
	fake_mkdir(&f, "/new");
	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = (struct rlimit){0, before.rlim_max};
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	cr_expect_eq(agent_cycle(&a), -EMFILE);
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	cr_assert_not_null(a.again);
	cr_assert_geq(sd_event_source_set_time_relative(a.again, 0), 0);
	turn();
	cr_expect_eq(tree_size(a.tree), 3);
	cr_expect_null(a.again);
}

/* It would be the same the next time. */
Test(scheduler, a_weight_that_cannot_be_is_not)
{
	fake_sched.start_result = -EOPNOTSUPP;
	write_result = -EPERM;
	cr_assert_eq(scheduler_start(&a), 0);
	turn();
	cr_expect_null(a.again);
}
