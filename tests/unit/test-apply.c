// SPDX-License-Identifier: GPL-2.0-only
/* apply/apply: which way is used for what, and what is undone. */
#include <criterion/criterion.h>

#include "fake-places.h"

TestSuite(apply, .init = places_setup, .fini = places_teardown);

Test(apply, fall_back_writes_through_the_owner_of_each_file)
{
	cr_expect_eq(run((uint32_t[]){300, 400}, 2), 0);
	cr_expect_eq(units.weight[0], 300, "a unit: systemd");
	cr_expect_eq(dirs.weight[0], 100);
	cr_expect_eq(dirs.weight[1], 400, "no unit: the file");
	cr_expect_eq(units.weight[1], WEIGHT_NONE);
	cr_expect(entry(0)->in_force && entry(0)->written);
	cr_expect_str_eq(entry(0)->origin, "f.yaml:3");

	applier_undo(applier);
	cr_expect_eq(units.weight[0], WEIGHT_NONE);
	cr_expect_eq(dirs.weight[1], 100);
}

Test(apply, what_was_there_before_the_first_write_is_restored)
{
	dirs.weight[1] = 55;
	run((uint32_t[]){0, 400}, 2);
	run((uint32_t[]){0, 500}, 2);
	cr_expect_eq(dirs.weight[1], 500);
	run(NULL, 0);
	cr_expect_eq(dirs.weight[1], 55, "not 400");
	cr_expect_null(entry(1));
}

Test(apply, the_administrator_wins)
{
	run((uint32_t[]){0, 400}, 2);
	dirs.weight[1] = 77;
	applier_undo(applier);
	cr_expect_eq(dirs.weight[1], 77);
}

Test(apply, nothing_is_written_twice)
{
	run((uint32_t[]){300, 400}, 2);
	run((uint32_t[]){300, 400}, 2);
	cr_expect_eq(units.n_sets, 1);
	cr_expect_eq(dirs.n_sets, 1);
}

Test(apply, the_scheduler_leaves_cpu_weight_alone)
{
	applier_use_sched(applier, place_init(&scheduler, 0), false);
	cr_expect_eq(run((uint32_t[]){300, 400}, 2), 0);
	cr_expect_eq(scheduler.weight[0], 300);
	cr_expect_eq(scheduler.weight[1], 400);
	cr_expect_eq(units.n_sets + dirs.n_sets, 0);
	run((uint32_t[]){300}, 1);
	cr_expect_eq(scheduler.weight[1], 0, "taken back");
}

Test(apply, a_unit_without_a_controller_gets_one)
{
	applier_use_sched(applier, place_init(&scheduler, 0), false);
	scheduler.refuses = true;
	cr_expect_eq(run((uint32_t[]){300, 400}, 2), 2);
	cr_expect_eq(units.weight[0], 300, "which turns it on");
	cr_expect_eq(dirs.n_sets, 0, "nobody does that for a plain cgroup");
	cr_expect_not(entry(0)->in_force);

	/* The controller is there, its event says so. */
	scheduler.refuses = false;
	applier_mark_stale(applier, ids[0]);
	cr_expect_eq(run((uint32_t[]){300, 400}, 2), 0);
	cr_expect_eq(scheduler.weight[0], 300);
	cr_expect(entry(0)->in_force);

	/* And it is systemd's again at the end. */
	run((uint32_t[]){350, 400}, 2);
	applier_undo(applier);
	cr_expect_eq(units.weight[0], WEIGHT_NONE, "also after another weight");
}

/* Its own weight counts then, and not what turned the controller on. */
Test(apply, a_unit_with_a_controller_that_gets_no_weight_any_more)
{
	struct verdict slice = verdict_of(0, 1000);

	applier_use_sched(applier, place_init(&scheduler, 0), false);
	scheduler.refuses = true;
	run((uint32_t[]){300}, 1);
	cr_assert_eq(units.weight[0], 300);
	scheduler.refuses = false;
	applier_mark_stale(applier, ids[0]);
	cr_expect_eq(run((uint32_t[]){300}, 1), 0);

	units.pauses = true;
	cr_expect_eq(run_verdicts(&slice, 1), 1);
	cr_expect(applier_had_no_answer(applier));
	units.pauses = false;
	applier_mark_failed_stale(applier);
	cr_expect_eq(run_verdicts(&slice, 1), 0);
	cr_expect_eq(units.weight[0], WEIGHT_NONE);
	cr_expect(entry(0)->in_force && !entry(0)->written);
}

/* systemd is busy: nothing will happen to that unit that would make the agent ask again. */
Test(apply, a_unit_without_a_controller_is_asked_for_again)
{
	applier_use_sched(applier, place_init(&scheduler, 0), false);
	scheduler.refuses = units.pauses = true;
	cr_expect_eq(run((uint32_t[]){300}, 1), 1);
	cr_expect(applier_had_no_answer(applier));
	units.pauses = false;
	applier_mark_failed_stale(applier);
	cr_expect_eq(run((uint32_t[]){300}, 1), 1);
	cr_expect_not(applier_had_no_answer(applier));
	cr_expect_eq(units.weight[0], 300);
}

/* The controller is on, so it is for want of a place: systemd could do nothing about it. */
Test(apply, a_unit_without_a_place_is_left_alone)
{
	fake_write(&f, "/system.slice", "cgroup.subtree_control", "cpu memory\n");
	applier_use_sched(applier, place_init(&scheduler, 0), false);
	scheduler.refuses = true;
	cr_expect_eq(run((uint32_t[]){300}, 1), 1);
	cr_expect_eq(units.n_sets, 0);
	cr_expect_not(entry(0)->in_force);

	scheduler.refuses = false;
	applier_mark_failed_stale(applier);
	cr_expect_eq(run((uint32_t[]){300}, 1), 0);
	cr_expect_eq(scheduler.weight[0], 300, "one has become free");
}

Test(apply, a_unit_is_asked_once_not_fought_over)
{
	applier_use_sched(applier, place_init(&scheduler, 0), false);
	scheduler.refuses = true;
	run((uint32_t[]){300}, 1);
	units.weight[0] = WEIGHT_NONE; /* the administrator took it away again */
	applier_mark_lost(applier, ids[0]);
	run((uint32_t[]){300}, 1);
	cr_expect_eq(units.weight[0], WEIGHT_NONE);
}

Test(apply, switching_undoes_and_starts_anew)
{
	run((uint32_t[]){300, 400}, 2);
	applier_use_sched(applier, place_init(&scheduler, 0), false);
	cr_expect_eq(units.weight[0], WEIGHT_NONE);
	cr_expect_eq(dirs.weight[1], 100);
	cr_expect_null(entry(0));
	run((uint32_t[]){300, 400}, 2);
	applier_use_sched(applier, NULL, false);
	run((uint32_t[]){300, 400}, 2);
	cr_expect_eq(dirs.weight[1], 400);
}

Test(apply, adopted_settings_are_the_starting_point)
{
	struct cgfifo_conf conf = {.weight = 300};

	applier_use_sched(applier, place_init(&scheduler, 0), false);
	scheduler.weight[0] = scheduler.weight[1] = 300;
	applier_adopt(applier, ids[0], paths[0], &conf);
	applier_adopt(applier, ids[1], paths[1], &conf);
	cr_expect_eq(entry(0)->source, SOURCE_UNKNOWN);
	run((uint32_t[]){300}, 1);
	cr_expect_eq(scheduler.n_sets, 0, "the same: nothing to write");
	cr_expect_eq(entry(0)->source, SOURCE_RULE, "but now with a reason");
	cr_expect_eq(scheduler.weight[1], 0, "no longer wanted");
}

Test(apply, what_a_new_controller_does_not_know_is_written_again)
{
	run((uint32_t[]){0, 400}, 2);
	log_since();
	dirs.weight[1] = 77; /* by hand: respected */
	applier_check_lost(applier);
	run((uint32_t[]){0, 400}, 2);
	cr_expect_eq(dirs.weight[1], 77);
	dirs.weight[1] = 100; /* off and on again */
	dirs.mark++;
	applier_check_lost(applier);
	run((uint32_t[]){0, 400}, 2);
	cr_expect_eq(dirs.weight[1], 400);
	applier_check_lost(applier);
	run((uint32_t[]){0, 400}, 2);
	cr_expect_eq(dirs.n_sets, 2);
}

Test(apply, gone_cgroups_are_no_failure)
{
	applier_use_sched(applier, place_init(&scheduler, 0), false);
	scheduler.refuses = true;
	fake_rmdir(&f, paths[1]);
	ids[1] = 999999;
	cr_expect_eq(run((uint32_t[]){0, 300}, 2), 0);
	cr_expect_null(entry(1));
}

Test(apply, a_stopped_unit_does_not_keep_the_weight)
{
	run((uint32_t[]){300, 400}, 2);
	applier_forget(applier, ids[0]);
	cr_expect_eq(units.weight[0], WEIGHT_NONE);
	cr_expect_null(entry(0));
	units.weight[1] = 400; /* that systemd is asked would show here */
	applier_forget(applier, ids[1]);
	cr_expect_eq(units.weight[1], 400, "a plain cgroup is none of systemd's business");
	cr_expect_eq(dirs.weight[1], 400, "and its files are gone");
}

Test(apply, a_stopped_unit_gives_the_weight_up_when_there_is_an_answer)
{
	run((uint32_t[]){300}, 1);
	fake_rmdir(&f, paths[0]);
	units.pauses = true;
	cr_expect_eq(run(NULL, 0), 1);
	cr_expect(applier_had_no_answer(applier));
	cr_expect_eq(units.weight[0], 300);
	units.pauses = false;
	cr_expect_eq(run(NULL, 0), 0);
	cr_expect_eq(units.weight[0], WEIGHT_NONE);
	cr_expect_null(entry(0));
}

/* Killed between the two, an agent would leave its weight behind. */
Test(apply, what_was_there_is_kept_before_it_is_written)
{
	start_again();
	dirs.weight[1] = 55;
	run((uint32_t[]){300, 400}, 2);
	cr_expect(units.kept);
	cr_expect(dirs.kept);

	start_again();
	run(NULL, 0);
	cr_expect_eq(units.weight[0], WEIGHT_NONE);
	cr_expect_eq(dirs.weight[1], 55);
}

Test(apply, what_was_not_written_in_the_end_is_not_kept)
{
	start_again();
	dirs.refuses = true;
	cr_expect_eq(run((uint32_t[]){300, 400}, 2), 1);
	cr_expect(entry(0)->written && !entry(1)->written);
	dirs.refuses = false;
	dirs.weight[1] = 400; /* by somebody else */
	applier_undo(applier);
	cr_expect_eq(dirs.weight[1], 400);
}

/* It may be written all the same, when whoever does it comes to it. */
Test(apply, what_was_there_is_known_also_without_an_answer)
{
	start_again();
	dirs.weight[1] = 55;
	dirs.late = true;
	cr_expect_eq(run((uint32_t[]){0, 400}, 2), 1);
	start_again();
	dirs.late = false;
	applier_use_sched(applier, NULL, true);
	cr_expect_eq(run((uint32_t[]){0, 450}, 2), 0);
	applier_undo(applier);
	cr_expect_eq(dirs.weight[1], 55, "not what the first one wrote");
}

Test(apply, a_second_try_writes_over_the_first)
{
	start_again();
	dirs.weight[1] = 55;
	dirs.late = true;
	cr_expect_eq(run((uint32_t[]){0, 400}, 2), 1);
	dirs.late = false;
	dirs.pauses = true;
	cr_expect_eq(run((uint32_t[]){0, 450}, 2), 1);
	dirs.pauses = false;
	applier_mark_failed_stale(applier);
	cr_expect_eq(run((uint32_t[]){0, 450}, 2), 0);
	applier_undo(applier);
	cr_expect_eq(dirs.weight[1], 55);
}

/* What is between a look at the tree and the write: the unit keeps its properties. */
Test(apply, a_unit_that_stops_meanwhile_does_not_keep_the_weight)
{
	run((uint32_t[]){300}, 1);
	fake_rmdir(&f, paths[0]);
	units.refuses = true;
	cr_expect_eq(run((uint32_t[]){350}, 1), 0);
	cr_expect_null(entry(0));
	cr_expect_eq(units.weight[0], WEIGHT_NONE);
}

/* In fall back nothing is left of a rule but its slice, which nobody can put in force. */
Test(apply, a_weight_that_no_rule_gives_any_more)
{
	struct verdict both = verdict_of(400, 1000), slice = verdict_of(0, 1000);

	dirs.weight[0] = units.weight[0] = 55;
	cr_expect_eq(run_verdicts(&both, 1), 0);
	cr_expect_eq(units.weight[0], 400);
	cr_expect_eq(run_verdicts(&slice, 1), 1);
	cr_expect_eq(units.weight[0], 55);
	cr_expect(!entry(0)->written && !entry(0)->in_force);
	cr_expect_eq(run_verdicts(&both, 1), 0);
	applier_undo(applier);
	cr_expect_eq(units.weight[0], 55);
}

/* The scheduler has the weight of before still. */
Test(apply, what_could_not_be_changed_is_taken_back)
{
	applier_use_sched(applier, place_init(&scheduler, 0), false);
	run((uint32_t[]){0, 400}, 2);
	fake_write(&f, "/", "cgroup.subtree_control", "cpu\n");
	scheduler.refuses = true;
	cr_expect_eq(run((uint32_t[]){0, 500}, 2), 1);
	cr_expect_eq(scheduler.weight[1], 400);
	run(NULL, 0);
	cr_expect_eq(scheduler.weight[1], 0);
}
