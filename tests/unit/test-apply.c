// SPDX-License-Identifier: GPL-2.0-only
/*
 * apply/apply: what is written, remembered and undone. The three ways to write a weight are tables
 * of numbers here; which of them is used for what, and when, is the applier's business.
 */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apply/apply.h"
#include "fake-cgroup.h"

/* A place where weights are kept; each has three cgroups. */
struct place {
	struct backend backend;
	uint64_t weight[3]; /* what counts now */
	bool refuses;	    /* answers -ENOENT */
	bool broken;	    /* cannot take back */
	uint64_t mark;	    /* of the files there */
	int n_sets;
};

static struct fake f;
static uint64_t ids[3];
static const char *const paths[3] = {"/system.slice/a.service", "/plain", "/b"};
static struct place units, dirs, scheduler;
static struct applier *applier;
static char undo_file[96];
static struct rule rule = {.name = "r", .origin = {"f.yaml", 3}};

static int index_of(uint64_t id)
{
	for (int i = 0; i < 3; i++)
		if (ids[i] == id)
			return i;
	cr_assert(false, "a cgroup that nobody made");
	return -1;
}

static int place_set(struct backend *b, const struct target *t, const struct cgfifo_conf *conf,
		     struct trace *ret)
{
	struct place *p = (struct place *)b;

	p->n_sets++;
	if (p->refuses)
		return -ENOENT;
	if (ret)
		*ret = (struct trace){.undo = p->weight[index_of(t->id)], .mark = p->mark};
	p->weight[index_of(t->id)] = conf->weight;
	return 0;
}

static int place_unset(struct backend *b, const struct target *t, uint32_t weight, uint64_t undo)
{
	uint64_t *now = &((struct place *)b)->weight[index_of(t->id)];

	if (((struct place *)b)->broken)
		return -EIO;
	if (*now != weight)
		return 0;
	*now = undo;
	return 1;
}

static bool place_is_lost(struct backend *b, const struct target *t, uint64_t mark)
{
	return ((struct place *)b)->mark != mark;
}

static void place_free(struct backend *b)
{
	(void)b;
}

static struct backend *place_init(struct place *p, uint64_t weight)
{
	*p = (struct place){.backend = {place_set, place_unset, place_is_lost, place_free}};
	for (int i = 0; i < 3; i++)
		p->weight[i] = weight;
	return &p->backend;
}

static void setup(void)
{
	cr_redirect_stderr();
	fake_init(&f);
	for (int i = 0; i < 3; i++)
		ids[i] = fake_mkdir(&f, paths[i]);
	applier = applier_new(f.fd, place_init(&units, WEIGHT_NONE), place_init(&dirs, 100));
	snprintf(undo_file, sizeof(undo_file), "%s/undo", f.dir);
}

static void teardown(void)
{
	applier = applier_free(applier);
	fake_done(&f);
}

TestSuite(apply, .init = setup, .fini = teardown);

/* One round in which the first n cgroups shall have these weights; 0: nothing. */
static unsigned int run(const uint32_t *weights, int n)
{
	_cleanup_(wanted_done) struct wanted_list wanted = {};
	_cleanup_(plan_done) struct plan plan = {};
	struct tree *tree = tree_new(f.fd, 100);
	unsigned int n_failed;

	cr_assert_eq(tree_scan(tree), 0);
	for (int i = 0; i < n; i++) {
		struct verdict v = {.weight = weights[i], .source = SOURCE_RULE, .rule = &rule};

		if (weights[i])
			wanted_add(&wanted, ids[i], strdup(paths[i]), &v);
	}
	plan_all(&plan, &wanted, applier_applied(applier), tree);
	n_failed = applier_run(applier, &plan);
	tree_free(tree);
	return n_failed;
}

static const struct applied *entry(int i)
{
	return idmap_get(applier_applied(applier), ids[i]);
}

/* Lines of the log since the last call. */
static const char *log_since(void)
{
	static char text[4096];
	static FILE *log;
	size_t n;

	fflush(stderr);
	if (!log)
		log = cr_get_redirected_stderr();
	n = fread(text, 1, sizeof(text) - 1, log);
	text[n] = '\0';
	return text;
}

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

static void start_again(void)
{
	applier_free(applier);
	applier = applier_new(f.fd, &units.backend, &dirs.backend);
	applier_keep_undo(applier, undo_file);
}

/* Killed in fall back, and started again. */
Test(apply, a_killed_agent_can_be_undone)
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

Test(apply, a_killed_agent_in_another_mode)
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
Test(apply, taking_over_keeps_a_controller_on)
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

Test(apply, what_cannot_be_taken_back_is_tried_again)
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

Test(apply, leftovers_of_cgroups_that_are_gone)
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

Test(apply, each_change_is_said_once_with_its_reason)
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

Test(apply, what_waits_for_a_controller_is_said)
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
