// SPDX-License-Identifier: GPL-2.0-only
/* The simulation: runs that can be worked out by hand, the same result every time, and schedulers
 * that break the rules. */
#include <criterion/criterion.h>
#include <errno.h>

#include "sim.h"

static struct scenario *s;
static struct sim_result result;

static void setup(void)
{
	s = NULL;
	result = (struct sim_result){};
}

static void teardown(void)
{
	sim_result_done(&result);
	scenario_free(s);
}

TestSuite(sim, .init = setup, .fini = teardown);

static const struct load busy = {.kind = LOAD_BUSY};

static void run(const struct model_sched *sched)
{
	cr_assert_eq(sim_run(s, sched, &result), 0, "%s", result.error);
}

static double got_ms(uint32_t cgroup)
{
	return meter_between(&result.meter, cgroup, 0, result.meter.nr_marks - 1).real / MODEL_MSEC;
}

static void assert_ms(uint32_t cgroup, double want, double within)
{
	cr_assert_float_eq(got_ms(cgroup), want, within, "cgroup %u got %.3f ms, not %.3f", cgroup,
			   got_ms(cgroup), want);
}

Test(sim, two_busy_siblings)
{
	s = scenario_new("test", 1, 1);
	scenario_task(s, scenario_cgroup(s, 0, 300), 0, busy);
	scenario_task(s, scenario_cgroup(s, 0, 100), 0, busy);
	run(model_sched_find("tree"));
	assert_ms(0, 10000, 0.001);
	assert_ms(1, 7500, 3);
	assert_ms(2, 2500, 3);
	cr_assert_eq(result.idle_misses, 0);
	cr_assert_lt(result.meter.nodes[1].lag_max, 3e6);
	cr_assert_gt(result.meter.nodes[2].lag_max, 0);
}

/* 2 ms of work at each multiple of 10 ms, alone: 2 s of 10, never behind the oracle. */
Test(sim, a_period)
{
	struct load l = {LOAD_PERIOD, .burst_lo = 2 * MODEL_MSEC, .burst_hi = 2 * MODEL_MSEC,
			 .gap = 10 * MODEL_MSEC};

	s = scenario_new("test", 1, 4);
	scenario_task(s, scenario_cgroup(s, 0, 100), 0, l);
	run(model_sched_find("tree"));
	assert_ms(1, 2000, 0.001);
	cr_assert_float_eq(result.meter.nodes[1].lag_max, 0, 1);
	cr_assert_float_eq(result.meter.nodes[1].lag_min, 0, 1);
	cr_assert_float_eq(result.meter.nodes[1].ready_ns, 2e9, 1);
	cr_assert_float_eq(result.meter.nodes[1].backlog_ns, 2e9, 1);
}

/* A burst of 2 ms and a pause of 3 ms on average: two fifths of the time. */
Test(sim, sleeping_after_each_burst)
{
	struct load l = {LOAD_SLEEPY, .burst_lo = 2 * MODEL_MSEC, .burst_hi = 2 * MODEL_MSEC,
			 .gap = 3 * MODEL_MSEC};

	s = scenario_new("test", 1, 1);
	scenario_task(s, scenario_cgroup(s, 0, 100), 0, l);
	run(model_sched_find("tree"));
	assert_ms(1, 4000, 200);
}

/* The same, but bursts come whether or not the last one is done: on average 2 ms in 3. */
Test(sim, bursts_that_do_not_wait)
{
	struct load l = {LOAD_POISSON, .burst_lo = 2 * MODEL_MSEC, .burst_hi = 2 * MODEL_MSEC,
			 .gap = 3 * MODEL_MSEC};

	s = scenario_new("test", 1, 1);
	scenario_task(s, scenario_cgroup(s, 0, 100), 0, l);
	run(model_sched_find("tree"));
	assert_ms(1, 6667, 300);
}

Test(sim, confined_tasks_stay_on_their_cpus)
{
	struct model_mask cpu1 = {.bits = {2}};
	uint32_t mask;

	s = scenario_new("test", 1, 2);
	mask = scenario_mask(s, &cpu1);
	scenario_task(s, scenario_cgroup(s, 0, 100), mask, busy);
	scenario_task(s, scenario_cgroup(s, 0, 300), mask, busy);
	run(model_sched_find("tree"));
	assert_ms(0, 10000, 0.001);
	assert_ms(1, 2500, 6);
	assert_ms(2, 7500, 6);
	cr_assert_eq(result.idle_misses, 0); /* CPU 0 was, but nobody may run there */
}

Test(sim, weights_change_and_cgroups_come_and_go)
{
	uint32_t a, b, c;

	s = scenario_new("test", 1, 1);
	a = scenario_cgroup(s, 0, 100);
	b = scenario_cgroup(s, 0, 100);
	c = scenario_cgroup(s, 0, 200);
	scenario_task(s, a, 0, busy);
	scenario_task(s, b, 0, busy);
	scenario_task(s, c, 0, busy);
	s->cgroups.items[c].made_at = 2 * MODEL_SEC;
	s->cgroups.items[c].removed_at = 6 * MODEL_SEC;
	scenario_change(s, 8 * MODEL_SEC, b, 300);
	run(model_sched_find("tree"));
	assert_ms(c, 2000, 6);			   /* half of 4 s */
	assert_ms(a, 1000 + 1000 + 1000 + 500, 9); /* 1/2, 1/4, 1/2, 1/4 of 2, 4, 2, 2 s */
	assert_ms(b, 1000 + 1000 + 1000 + 1500, 9);
	assert_ms(0, 10000, 0.001);
}

Test(sim, the_same_every_time)
{
	struct load l = {LOAD_POISSON, .exponential = true, .burst_lo = 2 * MODEL_MSEC,
			 .gap = 3 * MODEL_MSEC};
	struct sim_result again;

	s = scenario_new("test", 7, 3);
	for (uint32_t i = 0; i < 20; i++)
		scenario_task(s, scenario_cgroup(s, 0, 100 + i), 0, l);
	run(model_sched_find("tree"));
	cr_assert_eq(sim_run(s, model_sched_find("tree"), &again), 0);
	cr_assert_eq(result.picks, again.picks);
	for (uint32_t c = 0; c <= 20; c++) {
		cr_assert_eq(result.meter.nodes[c].real, again.meter.nodes[c].real);
		cr_assert_eq(result.meter.nodes[c].lag_max, again.meter.nodes[c].lag_max);
	}
	sim_result_done(&again);
}

/* Breaks the rules, one way each; otherwise it is the reference. */
static uint32_t pick_twice(void *sched, uint32_t cpu, uint64_t now_ns, uint64_t *ret_slice_ns)
{
	*ret_slice_ns = MODEL_MSEC;
	return 0;
}

static uint32_t pick_nobody(void *sched, uint32_t cpu, uint64_t now_ns, uint64_t *ret_slice_ns)
{
	return MODEL_NONE;
}

static uint32_t pick_for_no_time(void *sched, uint32_t cpu, uint64_t now_ns, uint64_t *ret_slice_ns)
{
	uint32_t task = model_sched_find("tree")->pick(sched, cpu, now_ns, ret_slice_ns);

	*ret_slice_ns = 0;
	return task;
}

static void run_rogue(uint32_t (*pick)(void *, uint32_t, uint64_t, uint64_t *), int want)
{
	struct model_sched rogue = *model_sched_find("tree");
	int r;

	rogue.pick = pick;
	s = scenario_new("test", 1, 2);
	scenario_task(s, scenario_cgroup(s, 0, 100), 0, busy);
	scenario_task(s, 1, 0, busy);
	r = sim_run(s, &rogue, &result);
	cr_assert_eq(r, want, "%d: %s", r, result.error);
}

Test(sim, a_task_on_two_cpus_is_an_error)
{
	run_rogue(pick_twice, -EPROTO);
	cr_assert_str_eq(result.error, "CPU 1: picked task 0, which does not wait");
}

Test(sim, a_slice_of_no_time_is_an_error)
{
	run_rogue(pick_for_no_time, -EPROTO);
	cr_assert_str_eq(result.error, "CPU 0: picked task 0 for no time");
}

Test(sim, an_idle_cpu_beside_a_waiting_task_is_counted)
{
	run_rogue(pick_nobody, 0);
	cr_assert_eq(result.idle_misses, 2);
	cr_assert_eq(result.wait_max_ns, 10 * MODEL_SEC);
}
