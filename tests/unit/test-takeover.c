// SPDX-License-Identifier: GPL-2.0-only
/* apply/apply: what an agent that was killed left behind. */
#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "fake-places.h"

TestSuite(takeover, .init = places_setup, .fini = places_teardown);

/* Killed in fall back, and started again. */
Test(takeover, a_killed_agent_can_be_undone)
{
	dirs.weight[1] = 55;
	start_again();
	cr_assert_neq(access(undo_file, F_OK), 0);
	run((uint32_t[]){300, 400}, 2);

	start_again();
	applier_use_sched(applier, NULL, true);
	run((uint32_t[]){0, 450}, 2);
	cr_expect_eq(units.weight[0], WEIGHT_NONE, "not wanted any more");
	cr_expect_eq(dirs.weight[1], 450);
	applier_undo(applier);
	cr_expect_eq(dirs.weight[1], 55, "what was there before the first agent");
	cr_expect_neq(access(undo_file, F_OK), 0, "nothing to undo, no file");
}

Test(takeover, a_killed_agent_in_another_mode)
{
	start_again();
	run((uint32_t[]){300, 400}, 2);
	start_again();
	applier_use_sched(applier, place_init(&scheduler, 0), false);
	cr_expect_eq(units.weight[0], WEIGHT_NONE);
	cr_expect_eq(dirs.weight[1], 100);
	cr_expect_neq(access(undo_file, F_OK), 0);
}

/* The unit's controller must not go off and on again because the agent was away for a second. */
Test(takeover, taking_over_keeps_a_controller_on)
{
	struct cgfifo_conf conf = {.weight = 300};

	start_again();
	applier_use_sched(applier, place_init(&scheduler, 0), false);
	scheduler.refuses = true;
	run((uint32_t[]){300}, 1);
	cr_assert_eq(units.weight[0], 300);

	start_again();
	scheduler.refuses = false;
	applier_use_sched(applier, &scheduler.backend, true);
	applier_adopt(applier, ids[0], paths[0], &conf);
	run((uint32_t[]){300}, 1);
	cr_expect_eq(units.weight[0], 300);
	cr_expect_eq(units.n_sets, 1);
	applier_undo(applier);
	cr_expect_eq(units.weight[0], WEIGHT_NONE);
}

/* systemd turns it on after all, when nobody waits for its answer any more. */
Test(takeover, a_controller_that_comes_without_an_answer)
{
	for (int killed = 0; killed < 2; killed++) {
		start_again();
		applier_use_sched(applier, place_init(&scheduler, 0), false);
		scheduler.refuses = units.late = true;
		cr_expect_eq(run((uint32_t[]){300}, 1), 1);
		cr_expect(applier_had_no_answer(applier));
		cr_expect(units.kept, "before it was asked");
		cr_assert_eq(units.weight[0], 300);

		scheduler.refuses = units.late = false;
		if (killed) {
			start_again();
			applier_use_sched(applier, &scheduler.backend, true);
		}
		applier_mark_failed_stale(applier);
		cr_expect_eq(run((uint32_t[]){300}, 1), 0);
		applier_undo(applier);
		cr_expect_eq(units.weight[0], WEIGHT_NONE, "killed: %d", killed);
	}
}

/* Nobody fights whoever takes it away then, however it is known that it came. */
Test(takeover, a_controller_that_came_and_is_taken_away)
{
	struct cgfifo_conf conf = {.weight = 300};

	for (int killed = 0; killed < 2; killed++) {
		start_again();
		applier_use_sched(applier, place_init(&scheduler, 0), false);
		scheduler.refuses = units.late = true;
		run((uint32_t[]){300}, 1);
		scheduler.refuses = units.late = false;
		if (killed) {
			start_again();
			applier_use_sched(applier, &scheduler.backend, true);
			applier_adopt(applier, ids[0], paths[0], &conf);
		}
		applier_mark_failed_stale(applier);
		cr_expect_eq(run((uint32_t[]){300}, 1), 0);

		scheduler.refuses = true;
		units.weight[0] = WEIGHT_NONE;
		applier_mark_lost(applier, ids[0]);
		run((uint32_t[]){300}, 1);
		cr_expect_eq(units.weight[0], WEIGHT_NONE, "killed: %d", killed);
	}
}

/* It was killed before systemd came to it, or before it asked. */
Test(takeover, a_controller_that_did_not_come)
{
	start_again();
	applier_use_sched(applier, place_init(&scheduler, 0), false);
	scheduler.refuses = units.never = true;
	cr_expect_eq(run((uint32_t[]){300}, 1), 1);
	cr_assert_eq(units.weight[0], WEIGHT_NONE);

	start_again();
	units.never = false;
	applier_use_sched(applier, &scheduler.backend, true);
	cr_expect_eq(run((uint32_t[]){300}, 1), 1);
	cr_expect_eq(units.weight[0], 300, "asked for again");
	units.weight[0] = WEIGHT_NONE; /* the administrator took it away */
	applier_mark_lost(applier, ids[0]);
	run((uint32_t[]){300}, 1);
	cr_expect_eq(units.weight[0], WEIGHT_NONE, "and once");
}

Test(takeover, what_cannot_be_taken_back_is_tried_again)
{
	start_again();
	run((uint32_t[]){0, 400}, 2);
	log_since();
	dirs.broken = true;
	cr_expect_eq(run(NULL, 0), 1);
	cr_expect_eq(run(NULL, 0), 1);
	cr_expect_str_eq(log_since(),
			 "/plain: cannot restore its own cpu.weight: Input/output error\n",
			 "said once");
	applier_undo(applier);
	cr_expect_eq(access(undo_file, F_OK), 0, "and not forgotten");
	dirs.broken = false;
	start_again();
	applier_use_sched(applier, NULL, true);
	run(NULL, 0);
	cr_expect_eq(dirs.weight[1], 100);
}

Test(takeover, leftovers_of_cgroups_that_are_gone)
{
	start_again();
	run((uint32_t[]){300, 400}, 2);
	start_again();
	applier_use_sched(applier, NULL, true);
	fake_rmdir(&f, paths[0]);
	fake_rmdir(&f, paths[1]);
	run(NULL, 0);
	cr_expect_eq(units.weight[0], WEIGHT_NONE, "a unit has its property still");
	cr_expect_null(entry(1));
	cr_expect_neq(access(undo_file, F_OK), 0);
}

/* A unit whose controller came late: cpu.weight is written, and then the scheduler has it, too. */
static void set_in_both(void)
{
	applier_use_sched(applier, place_init(&scheduler, 0), false);
	scheduler.refuses = true;
	run((uint32_t[]){300}, 1);
	scheduler.refuses = false;
	applier_mark_stale(applier, ids[0]);
	run((uint32_t[]){300}, 1);
	cr_assert_eq(scheduler.weight[0], 300);
}

/* Half of it was taken back: what the scheduler had, but not cpu.weight. */
Test(takeover, what_is_wanted_again_is_written_again)
{
	set_in_both();
	units.broken = true;
	cr_expect_eq(run(NULL, 0), 1);
	cr_expect_eq(scheduler.weight[0], 0);
	cr_expect_eq(run((uint32_t[]){300}, 1), 0);
	cr_expect_eq(scheduler.weight[0], 300);
	log_since();
	cr_expect_eq(run(NULL, 0), 1);
	cr_expect(strstr(log_since(), "cannot restore"), "said again");
}

/* As another cgroup, and systemd has still what the one before got. */
Test(takeover, a_unit_that_has_started_again)
{
	start_again();
	units.weight[0] = 55;
	run((uint32_t[]){300}, 1);
	fake_rmdir(&f, paths[0]);
	fake_mkdir(&f, "/other"); /* so that the id is another one */
	ids[0] = fake_mkdir(&f, paths[0]);
	units.late = true;
	cr_expect_eq(run((uint32_t[]){400}, 1), 1);
	cr_assert_eq(units.weight[0], 400);

	start_again();
	units.late = false;
	applier_use_sched(applier, NULL, true);
	run(NULL, 0);
	cr_expect_eq(units.weight[0], 55, "not what the first one wrote");
}

static void run_one(uint64_t id, const char *path, uint32_t weight)
{
	_cleanup_(wanted_done) struct wanted_list wanted = {};
	_cleanup_(plan_done) struct plan plan = {};
	struct verdict v = verdict_of(weight, 0);

	wanted_add(&wanted, id, path, NULL, &v);
	plan_one(&plan, id, wanted.items, applier_applied(applier));
	applier_run(applier, &plan);
}

/* systemd did not answer when it stopped, and does when the new one gets its weight. */
static void restart_unit_unanswered(void)
{
	start_again();
	units.weight[0] = 55;
	run((uint32_t[]){300}, 1);
	fake_rmdir(&f, paths[0]);
	units.pauses = true;
	cr_expect_eq(run(NULL, 0), 1);
	units.pauses = false;
	fake_mkdir(&f, "/other"); /* so that the id is another one */
	ids[0] = fake_mkdir(&f, paths[0]);
}

static void expect_its_weight(uint32_t weight)
{
	applier_mark_failed_stale(applier);
	cr_expect_eq(run(&weight, 1), 0);
	cr_expect_eq(units.weight[0], weight);
	cr_expect_eq(applier_applied(applier)->n_entries, 1);
	applier_undo(applier);
	cr_expect_eq(units.weight[0], 55);
}

Test(takeover, a_unit_that_has_started_again_keeps_its_weight)
{
	restart_unit_unanswered();
	run_one(ids[0], paths[0], 300);
	expect_its_weight(300);
}

/* Nor for the new one, whose weight may be there or not. */
Test(takeover, a_unit_that_has_started_again_without_an_answer)
{
	restart_unit_unanswered();
	units.late = true;
	run_one(ids[0], paths[0], 400);
	units.late = false;
	expect_its_weight(400);
}

Test(takeover, a_unit_that_has_started_again_and_was_not_asked)
{
	restart_unit_unanswered();
	units.never = true;
	run_one(ids[0], paths[0], 400);
	cr_assert_eq(units.weight[0], 300);
	units.never = false;
	expect_its_weight(400);
}

/* Neither the weight that was there nor the one that was asked for is anybody else's. */
Test(takeover, a_change_without_an_answer)
{
	for (int killed = 0; killed < 2; killed++)
		for (int late = 0; late < 2; late++) {
			start_again();
			dirs.weight[1] = 55;
			run((uint32_t[]){0, 300}, 2);
			dirs.late = late;
			dirs.never = !late;
			cr_expect_eq(run((uint32_t[]){0, 400}, 2), 1);
			cr_assert_eq(dirs.weight[1], late ? 400 : 300);
			dirs.late = dirs.never = false;
			if (killed)
				start_again();
			applier_undo(applier);
			cr_expect_eq(dirs.weight[1], 55, "killed: %d, late: %d", killed, late);
			cr_expect_neq(access(undo_file, F_OK), 0);
		}
}

/* Not even the first one had an answer. */
Test(takeover, changes_without_an_answer)
{
	for (int killed = 0; killed < 2; killed++) {
		start_again();
		dirs.weight[1] = 55;
		dirs.late = true;
		for (uint32_t weight = 300; weight < 800; weight += 100)
			cr_expect_eq(run((uint32_t[]){0, weight}, 2), 1);
		cr_assert_eq(dirs.weight[1], 700);
		dirs.late = false;
		if (killed)
			start_again();
		cr_expect_eq(run((uint32_t[]){0, 900}, 2), 0);
		applier_undo(applier);
		cr_expect_eq(dirs.weight[1], 55, "killed: %d", killed);
	}
}

/* The other half: cpu.weight was, and what the scheduler had was not. */
Test(takeover, what_the_scheduler_does_not_take_back_is_tried_again)
{
	start_again();
	set_in_both();
	scheduler.broken = true;
	cr_expect_eq(run(NULL, 0), 1);
	cr_expect_eq(units.weight[0], WEIGHT_NONE);
	cr_expect_neq(access(undo_file, F_OK), 0);
	units.weight[0] = 300; /* by somebody else */
	scheduler.broken = false;
	cr_expect_eq(run(NULL, 0), 0);
	cr_expect_eq(scheduler.weight[0], 0);
	cr_expect_eq(units.weight[0], 300);
	cr_expect_null(entry(0));
}

/* The scheduler is back, and systemd does not answer just then. */
Test(takeover, what_cannot_be_taken_back_when_the_mode_changes)
{
	start_again();
	dirs.weight[1] = 55;
	run((uint32_t[]){300, 400}, 2);
	dirs.broken = units.broken = true;
	applier_use_sched(applier, place_init(&scheduler, 0), false);
	run((uint32_t[]){0, 500}, 2);
	cr_expect_eq(scheduler.weight[1], 500);
	cr_expect_eq(units.weight[0], 300);
	cr_expect_eq(access(undo_file, F_OK), 0, "not forgotten");

	dirs.broken = units.broken = false;
	run((uint32_t[]){0, 500}, 2);
	cr_expect_eq(units.weight[0], WEIGHT_NONE, "tried again");
	applier_undo(applier);
	cr_expect_eq(dirs.weight[1], 55, "at the end at the latest");
	cr_expect_neq(access(undo_file, F_OK), 0);
}
