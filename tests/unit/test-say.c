// SPDX-License-Identifier: GPL-2.0-only
/* apply/say: each change is said once, with its reason. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "apply/say.h"
#include "util/log.h"

#include "fake-places.h"

TestSuite(say, .init = places_setup, .fini = places_teardown);

Test(say, each_change_is_said_once_with_its_reason)
{
	run((uint32_t[]){300}, 1);
	cr_expect_str_eq(log_since(), "a.service: weight 300 (rule \"r\" at f.yaml:3)\n");
	run((uint32_t[]){500}, 1);
	cr_expect_str_eq(log_since(), "a.service: weight 300 -> 500 (rule \"r\" at f.yaml:3)\n");
	run((uint32_t[]){500}, 1);
	cr_expect_str_eq(log_since(), "");
	run(NULL, 0);
	cr_expect_str_eq(log_since(), "a.service: its own cpu.weight counts again\n");
	dirs.refuses = true;
	run((uint32_t[]){0, 300}, 2);
	cr_expect_str_eq(log_since(), "/plain: weight 300 (rule \"r\" at f.yaml:3) has no effect: "
				      "its cpu controller is off\n");
	applier_mark_failed_stale(applier);
	run((uint32_t[]){0, 300}, 2);
	cr_expect_str_eq(log_since(), "", "tried again, but not said again");
	dirs.refuses = false;
	applier_mark_failed_stale(applier);
	run((uint32_t[]){0, 300}, 2);
	cr_expect_str_eq(log_since(), "/plain: weight 300 (rule \"r\" at f.yaml:3)\n");
	dirs.weight[1] = 5;
	applier_undo(applier);
	cr_expect_str_eq(log_since(),
			 "/plain: cpu.weight was changed by somebody else and stays as it is\n");
}

Test(say, what_waits_for_a_controller_is_said)
{
	applier_use_sched(applier, place_init(&scheduler, 0), false);
	scheduler.refuses = true;
	run((uint32_t[]){300}, 1);
	cr_expect_str_eq(log_since(), "a.service: weight 300 (rule \"r\" at f.yaml:3): its cpu "
				      "controller is off, asked systemd to turn it on\n");
	run((uint32_t[]){300, 400}, 2);
	cr_expect_str_eq(log_since(), "/plain: weight 400 (rule \"r\" at f.yaml:3) has no effect: "
				      "its cpu controller is off\n");
	scheduler.refuses = false;
	applier_mark_stale(applier, ids[0]);
	run((uint32_t[]){300, 400}, 2);
	cr_expect_str_eq(log_since(), "a.service: weight 300 (rule \"r\" at f.yaml:3)\n");
	applier_mark_stale(applier, ids[0]);
	run((uint32_t[]){300, 400}, 2);
	cr_expect_str_eq(log_since(), "", "repeated for a new controller, but nothing is new");
}

/* Its rule went, which could not be done, and another one came. */
Test(say, another_weight_than_the_one_that_stays)
{
	run((uint32_t[]){0, 300}, 2);
	dirs.broken = true;
	run(NULL, 0);
	log_since();
	dirs.broken = false;
	run((uint32_t[]){0, 500}, 2);
	cr_expect_str_eq(log_since(), "/plain: weight 300 -> 500 (rule \"r\" at f.yaml:3)\n");
}

Test(say, another_weight_that_cannot_be_either)
{
	dirs.refuses = true;
	run((uint32_t[]){0, 300}, 2);
	log_since();
	applier_mark_failed_stale(applier);
	run((uint32_t[]){0, 500}, 2);
	cr_expect_str_eq(log_since(), "/plain: weight 500 (rule \"r\" at f.yaml:3) has no effect: "
				      "its cpu controller is off\n");
}

/* There may be thousands of them, and the agent says that the table is full. */
Test(say, what_has_no_place_is_not_said)
{
	fake_write(&f, "/", "cgroup.subtree_control", "cpu\n");
	applier_use_sched(applier, place_init(&scheduler, 0), false);
	scheduler.refuses = true;
	run((uint32_t[]){0, 400}, 2);
	cr_expect_str_eq(log_since(), "");
	log_set_debug(true);
	applier_mark_lost(applier, ids[1]);
	run((uint32_t[]){0, 500}, 2);
	cr_expect_null(strstr(log_since(), "controller"));
	log_set_debug(false);
}

/* A first start on a big host: enough to see that it works, and a number. */
Test(say, a_long_list_is_cut)
{
	struct say say = {};
	struct applied e = {.path = "/a", .name = "a", .origin = ""};
	size_t lines = 0;

	for (int i = 0; i < SAY_MAX + 7; i++)
		say_unset(&say, &e, 1);
	say_rest(&say);
	for (const char *p = log_since(); (p = strchr(p, '\n')); p++)
		lines++;
	cr_expect_eq(lines, SAY_MAX + 1);
}

Test(say, slices_and_policies)
{
	static struct rule rule = {.origin = {"f.yaml", 3}};
	struct verdict v = {.slice_us = 2000, .source = SOURCE_OWN, .rule = &rule};
	struct cgfifo_conf before = {.weight = 300, .slice_us = 1000};
	struct applied e = {.path = "/a", .name = "a", .origin = ""};
	struct say say = {};

	e.conf = (struct cgfifo_conf){.slice_us = 2000};
	say_set(&say, &e, &v, NULL);
	cr_expect_str_eq(log_since(), "a: slice 2ms (rule at f.yaml:3)\n");
	say_set(&say, &e, &v, &before);
	cr_expect_str_eq(log_since(), "a: weight 300, slice 1ms -> slice 2ms (rule at f.yaml:3)\n");
	e.conf = (struct cgfifo_conf){.weight = 400, .slice_us = 2000};
	say_set(&say, &e, &v, &before);
	cr_expect_str_eq(log_since(), "a: weight 300, slice 1ms -> weight 400, slice 2ms (rule at "
				      "f.yaml:3)\n");
	before = e.conf;
	e.conf.policy = CGFIFO_POLICY_FAIR;
	say_set(&say, &e, &v, &before);
	cr_expect_str_eq(log_since(), "a: weight 400, slice 2ms -> weight 400, slice 2ms, "
				      "policy fair (rule at f.yaml:3)\n");
	e.conf.policy = CGFIFO_POLICY_UNSET;
	say_not_set(&say, &e, &v, -EOPNOTSUPP, false);
	cr_expect_str_eq(log_since(), "a: weight 400, slice 2ms (rule at f.yaml:3) has no effect "
				      "without the scheduler\n");
}
