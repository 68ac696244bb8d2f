// SPDX-License-Identifier: GPL-2.0-only
/* Bars on results that are written down rather than run. */
#include <criterion/criterion.h>

#include "bars.h"
#include "util/cleanup.h"

static struct scenario *s;
static struct sim_result result, other;
static uint32_t a, b;

/* Two cgroups below the root, a with two tasks and b with one on CPU 0, 4 CPUs, 10 s. */
static void setup(void)
{
	struct model_mask cpu0 = {.bits = {1}};
	struct load busy = {.kind = LOAD_BUSY};

	s = scenario_new("test", 1, 4);
	a = scenario_cgroup(s, MODEL_ROOT, 100);
	b = scenario_cgroup(s, MODEL_ROOT, 100);
	scenario_task(s, a, 0, busy);
	scenario_task(s, a, 0, busy);
	scenario_task(s, b, scenario_mask(s, &cpu0), busy);
	s->watch = b;
	s->entitled = 0.1;
	meter_init(&result.meter, NULL, 3, 11, b, 1001);
	meter_init(&other.meter, NULL, 3, 11, b, 1001);
	result.meter.nr_marks = other.meter.nr_marks = 11;
	result.meter.nr_fine = 1001;
}

static void teardown(void)
{
	meter_done(&result.meter);
	meter_done(&other.meter);
	scenario_free(s);
}

TestSuite(bars, .init = setup, .fini = teardown);

/* What a cgroup has had by the end of each second from this one on, in ms. */
static void from_second(struct sim_result *r, uint32_t cgroup, uint32_t second, double fluid_ms,
			double real_ms)
{
	for (uint32_t w = second; w < r->meter.nr_marks; w++) {
		r->meter.marks[w * 3 + cgroup].fluid += fluid_ms * MODEL_MSEC;
		r->meter.marks[w * 3 + cgroup].real += real_ms * MODEL_MSEC;
	}
}

static void assert_figure(const struct model_bar *bar, double ratio, uint32_t cgroup)
{
	struct bar_figure f = bar->judge(s, &result, &other);

	cr_assert_float_eq(f.ratio, ratio, 1e-9, "%s: %.9g, not %.9g", bar->name, f.ratio, ratio);
	cr_assert_eq(f.cgroup, cgroup, "%s: cgroup %u, not %u", bar->name, f.cgroup, cgroup);
}

Test(bars, a_second_within_3_percent)
{
	from_second(&result, a, 4, 1000, 1000);
	from_second(&result, b, 4, 1000, 955); /* 45 ms off, 30 are allowed */
	assert_figure(&bar_busy_1s, 1.5, b);
}

Test(bars, or_one_slice)
{
	from_second(&result, a, 1, 50,
		    51.5); /* 1.5 ms off, 3 are allowed, which is more than 1.5 */
	assert_figure(&bar_busy_1s, 0.5, a);
	assert_figure(&bar_busy_10s, 0.5, a);
}

/* In one second 30 ms too few, in the next as many too many: over 10 s there is no error. */
Test(bars, ten_seconds_even_out)
{
	from_second(&result, a, 5, 1000, 970);
	from_second(&result, a, 6, 1000, 1030);
	from_second(&result, b, 6, 1000, 1010); /* 10 of 10 ms over 10 s */
	assert_figure(&bar_busy_1s, 1, a);
	assert_figure(&bar_busy_10s, 1, b);
	assert_figure(&bar_steady, 0.5, b);
}

Test(bars, cpus_that_a_cgroup_can_use)
{
	_cleanup_free_ uint32_t *usable = bar_usable_cpus(s);

	cr_assert_eq(usable[MODEL_ROOT], 3);
	cr_assert_eq(usable[a], 2); /* 4 CPUs, 2 tasks */
	cr_assert_eq(usable[b], 1);
}

Test(bars, lag_is_per_usable_cpu_and_in_both_directions)
{
	result.meter.nodes[a].lag_max = 9.0 * MODEL_MSEC; /* of 12 */
	assert_figure(&bar_lag, 0.75, a);
	result.meter.nodes[b].lag_min = -9.0 * MODEL_MSEC; /* of 6 */
	assert_figure(&bar_lag, 1.5, b);
}

/* b runs all the time from second 2 on at a rate, and has work from then on. */
static void herd(double rate)
{
	for (uint32_t i = 200; i <= 1000; i++) {
		result.meter.fine[i].real = (i - 200) * 10.0 * MODEL_MSEC * rate;
		result.meter.fine[i].fluid = (i - 200) * 10.0 * MODEL_MSEC * s->entitled;
		result.meter.fine[i].backlog = result.meter.fine[i].ready =
			(i - 200) * 10.0 * MODEL_MSEC;
	}
}

Test(bars, a_herd_gets_too_much)
{
	herd(0.106); /* 106 ms in a second, of 100 and one slice */
	assert_figure(&bar_herd_most, 2, b);
	assert_figure(&bar_herd_least, -2, b);
}

/* The second from 1.5 s on is not its: it had no work in the first half. */
Test(bars, a_herd_gets_too_little)
{
	herd(0.097);
	assert_figure(&bar_herd_least, 1, b);
}

Test(bars, a_herd_without_work_is_not_judged)
{
	struct bar_figure f = bar_herd_least.judge(s, &result, NULL);

	cr_assert_eq(f.cgroup, MODEL_NONE);
}

Test(bars, two_runs_are_compared)
{
	from_second(&result, b, 1, 0, 1000);
	from_second(&other, b, 1, 0, 1005);
	assert_figure(&bar_children, 5 / 10.05, b);
}
