// SPDX-License-Identifier: GPL-2.0-only
/* report/sample: two readings, and what happened between them. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "report/sample.h"

#define SEC 1000000000ull

/* At second "at", on 4 CPUs; the root comes first. */
static struct snapshot *reading(uint64_t at)
{
	struct snapshot *s = snapshot_new();
	struct snapshot_row *root = snapshot_add_row(s);

	snapshot_edit_header(s)->nr_cpus = 4;
	snapshot_edit_header(s)->time_ns = at * SEC;
	*root = (struct snapshot_row){.cgid = 1, .flags = ROW_USAGE | ROW_READY};
	return s;
}

/* Its own tasks used that many CPU seconds so far. */
static struct snapshot_row *add(struct snapshot *s, uint64_t cgid, uint32_t parent, uint32_t weight,
				double used_sec, uint32_t nr_ready)
{
	struct snapshot_row *row = snapshot_add_row(s);

	*row = (struct snapshot_row){
		.cgid = cgid,
		.parent = parent,
		.weight = weight,
		.usage_ns = (uint64_t)(used_sec * SEC),
		.nr_ready = nr_ready,
		.flags = ROW_USAGE | ROW_READY,
	};
	return row;
}

#define expect_near(a, b)                                                                          \
	cr_expect(fabs((a) - (b)) < 1e-6, "%s is %f, not %f", #a, (double)(a), (double)(b))

Test(sample, shares_over_the_interval)
{
	_cleanup_(snapshot_freep) struct snapshot *a = reading(10), *b = reading(12);
	_cleanup_free_ struct sample *s = NULL;

	/* 2 s of 4 CPUs are 8 s. */
	add(a, 11, 0, 300, 100, 4);
	add(a, 12, 0, 100, 50, 4);
	add(b, 11, 0, 300, 106, 4);
	add(b, 12, 0, 100, 52, 4);
	s = sample_compute(a, b);
	expect_near(s[1].got, .75);
	expect_near(s[2].got, .25);
	expect_near(s[1].entitled, .75);
	expect_near(s[2].entitled, .25);
	expect_near(s[0].got, 1);
	cr_expect(s[1].wants_more);
	cr_expect_not(s[1].is_new);
	cr_expect_not(s[1].is_unknown);
	cr_expect_eq(s[1].usage_ns, 106 * SEC);
}

Test(sample, parents_have_what_their_children_have)
{
	_cleanup_(snapshot_freep) struct snapshot *a = reading(0), *b = reading(1);
	_cleanup_free_ struct sample *s = NULL;

	add(a, 11, 0, 100, 0, 0);
	add(a, 12, 1, 100, 0, 2);
	add(a, 13, 2, 100, 1, 1);
	add(b, 11, 0, 100, .5, 0);
	add(b, 12, 1, 100, 1, 2);
	add(b, 13, 2, 100, 2, 1);
	s = sample_compute(a, b);
	expect_near(s[3].got, .25);
	expect_near(s[2].got, .5);
	expect_near(s[1].got, .625);
	cr_expect(s[1].wants_more, "somebody below does");
	cr_expect_eq(s[1].nr_ready, 3);
	cr_expect_eq(s[1].usage_ns, (uint64_t)(3.5 * SEC));
}

Test(sample, made_removed_and_made_again)
{
	_cleanup_(snapshot_freep) struct snapshot *a = reading(0), *b = reading(1);
	_cleanup_free_ struct sample *s = NULL;

	add(a, 11, 0, 100, 500, 1); /* gone later */
	add(a, 12, 0, 100, 7, 1);
	add(b, 13, 0, 100, 1, 1); /* the same path as 11 had, another cgroup */
	add(b, 12, 0, 100, 8, 1); /* another row than before */
	s = sample_compute(a, b);
	expect_near(s[1].got, .25);
	cr_expect(s[1].is_new);
	expect_near(s[2].got, .25);
	cr_expect_not(s[2].is_new);
}

Test(sample, counters_that_go_back_are_zero)
{
	_cleanup_(snapshot_freep) struct snapshot *a = reading(5), *b = reading(6);
	_cleanup_free_ struct sample *s = NULL;

	add(a, 11, 0, 100, 9, 0);
	add(b, 11, 0, 100, 3, 0); /* its controller was off and on again */
	s = sample_compute(a, b);
	expect_near(s[1].got, 0);
}

/* The kernel's count is of the cgroup's life, and the scheduler's of its own. */
Test(sample, the_scheduler_comes_or_goes)
{
	_cleanup_(snapshot_freep) struct snapshot *a = reading(5), *b = reading(6);
	_cleanup_free_ struct sample *went = NULL, *came = NULL;

	snapshot_edit_header(a)->state = STATE_SCHED;
	snapshot_edit_header(b)->state = STATE_FALLBACK;
	add(a, 11, 0, 100, 9, 2);
	add(b, 11, 0, 100, 86400, 2);
	add(b, 12, 0, 100, 86400, 2); /* had no slot */
	went = sample_compute(a, b);
	expect_near(went[0].got, 0);
	expect_near(went[1].got, 0);
	expect_near(went[2].got, 0);
	cr_expect_not(went[1].wants_more);
	cr_expect(went[1].is_unknown);
	came = sample_compute(b, a);
	expect_near(came[1].got, 0);
	cr_expect_not(came[1].wants_more);
}

/* Both, so that another scheduler counts at the end than at the beginning. */
Test(sample, the_scheduler_goes_and_comes)
{
	_cleanup_(snapshot_freep) struct snapshot *a = reading(5), *b = reading(65);
	_cleanup_free_ struct sample *s = NULL;

	snapshot_edit_header(a)->state = snapshot_edit_header(b)->state = STATE_SCHED;
	snapshot_row(a, 0)->usage_ns = 9 * SEC;
	snapshot_row(b, 0)->usage_ns = SEC;
	add(a, 11, 0, 100, 900, 2);
	add(b, 11, 0, 100, 100, 2);
	add(b, 12, 0, 100, 100, 2);
	s = sample_compute(a, b);
	for (size_t i = 0; i < 3; i++) {
		cr_expect(s[i].is_unknown);
		expect_near(s[i].got, 0);
	}
	snapshot_row(a, 0)->usage_ns = SEC;
	free(s);
	s = sample_compute(a, b);
	cr_expect_not(s[2].is_unknown);
}

Test(sample, time_that_stands_still_or_goes_back)
{
	_cleanup_(snapshot_freep) struct snapshot *a = reading(5), *b = reading(5), *c = reading(4);
	_cleanup_free_ struct sample *s = NULL, *t = NULL;

	add(a, 11, 0, 100, 9, 0);
	add(b, 11, 0, 100, 9, 0);
	add(c, 11, 0, 100, 9, 0);
	s = sample_compute(a, b);
	t = sample_compute(a, c);
	cr_expect(isfinite(s[1].got) && isfinite(s[1].entitled));
	cr_expect(isfinite(t[1].got) && isfinite(t[1].entitled));
}

Test(sample, a_sleeper_is_not_a_victim)
{
	_cleanup_(snapshot_freep) struct snapshot *a = reading(0), *b = reading(1);
	_cleanup_free_ struct sample *s = NULL;

	add(a, 11, 0, 800, 0, 1); /* a task was ready at the beginning, not at the end */
	add(a, 12, 0, 200, 0, 9);
	add(b, 11, 0, 800, .2, 0);
	add(b, 12, 0, 200, 3.8, 9);
	s = sample_compute(a, b);
	cr_expect_not(s[1].wants_more);
	expect_near(s[1].entitled, .8);
	expect_near(s[2].entitled, .95);
}

Test(sample, readings_within_the_interval_count)
{
	_cleanup_(snapshot_freep) struct snapshot *a = reading(0), *m = reading(1), *b = reading(2);
	_cleanup_free_ struct sample *s = NULL;

	add(a, 11, 0, 100, 0, 2);
	add(a, 12, 0, 100, 0, 4);
	add(m, 12, 0, 100, 0, 3);
	add(m, 11, 0, 100, 0, 0);
	add(b, 11, 0, 100, .1, 2);
	add(b, 12, 0, 100, 6, 4);
	sample_note_ready(b, m);
	s = sample_compute(a, b);
	cr_expect_not(s[1].wants_more, "it slept in between");
	cr_expect(s[2].wants_more);
}

Test(sample, one_thread_is_entitled_to_one_cpu)
{
	_cleanup_(snapshot_freep) struct snapshot *a = reading(0), *b = reading(1);
	_cleanup_free_ struct sample *s = NULL;

	add(a, 11, 0, 10000, 0, 1);
	add(a, 12, 0, 100, 0, 8);
	add(b, 11, 0, 10000, 1, 1);
	add(b, 12, 0, 100, 3, 8);
	s = sample_compute(a, b);
	expect_near(s[1].entitled, .25);
	expect_near(s[2].entitled, .75);
}

/* Without the scheduler: no count of ready tasks, so use has to tell. */
Test(sample, from_files)
{
	_cleanup_(snapshot_freep) struct snapshot *a = reading(0), *b = reading(1);
	_cleanup_free_ struct sample *s = NULL;

	for (int i = 0; i < 2; i++) {
		struct snapshot *r = i ? b : a;

		add(r, 11, 0, 100, i * 2., 0)->flags = ROW_USAGE;
		add(r, 12, 0, 100, i * 1.99, 0)->flags = ROW_USAGE;
		add(r, 13, 0, 100, i * .01, 0)->flags = ROW_USAGE;
		/* one task only: one CPU is all that it can use */
		add(r, 14, 0, 100, i * 1., 0)->flags = ROW_USAGE;
		snapshot_row(r, 4)->nr_tasks = 1;
	}
	s = sample_compute(a, b);
	cr_expect(s[1].wants_more && s[2].wants_more);
	cr_expect_not(s[3].wants_more, "noise");
	expect_near(s[4].entitled, .25);
	expect_near(s[1].entitled, (1 - .0025 - .25) / 2);
}

/* The kernel's count of a cgroup keeps what those below had used that are gone. */
Test(sample, from_files_one_goes)
{
	_cleanup_(snapshot_freep) struct snapshot *a = reading(0), *b = reading(1);
	_cleanup_free_ struct sample *s = NULL;

	snapshot_row(a, 0)->flags = snapshot_row(b, 0)->flags = ROW_USAGE;
	add(a, 11, 0, 100, 5, 0)->flags = ROW_USAGE;
	add(a, 12, 1, 100, 3600, 0)->flags = ROW_USAGE; /* goes, after half a second more */
	add(a, 13, 1, 100, 7, 0)->flags = ROW_USAGE;
	add(b, 11, 0, 100, 5 + 3600.5, 0)->flags = ROW_USAGE;
	add(b, 13, 1, 100, 8, 0)->flags = ROW_USAGE;
	add(b, 14, 1, 100, .25, 0)->flags = ROW_USAGE; /* comes */
	s = sample_compute(a, b);
	expect_near(s[2].got, .25);
	expect_near(s[3].got, .0625);
	expect_near(s[1].got, .25 + .0625 + .125);
	expect_near(s[0].got, s[1].got);
}

/* Nobody counts its own tasks: it has a row since a rule is about it, above one that was there. */
Test(sample, a_row_that_comes_without_a_count)
{
	_cleanup_(snapshot_freep) struct snapshot *a = reading(0), *b = reading(1);
	_cleanup_free_ struct sample *s = NULL;

	add(a, 12, 0, 100, 3600, 1);
	add(b, 11, 0, 0, 0, 0)->flags = ROW_WANTED;
	add(b, 12, 1, 100, 3601, 1);
	s = sample_compute(a, b);
	expect_near(s[2].got, .25);
	expect_near(s[1].got, .25);
	expect_near(s[0].got, .25);
}

/* Partial: what is divided is what the others leave, which is what was used if some waited. */
Test(sample, partial)
{
	_cleanup_(snapshot_freep) struct snapshot *a = reading(10), *b = reading(12);
	_cleanup_free_ struct sample *s = NULL;

	snapshot_edit_header(b)->is_partial = 1;
	add(a, 11, 0, 300, 0, 4);
	add(a, 12, 0, 100, 0, 4);
	add(b, 11, 0, 300, 3, 4);
	add(b, 12, 0, 100, 1, 4);
	s = sample_compute(a, b);
	expect_near(s[0].got, .5);
	expect_near(s[1].entitled, .375);
	expect_near(s[2].entitled, .125);
	free(s);
	snapshot_row(b, 1)->nr_ready = snapshot_row(b, 2)->nr_ready = 0; /* nobody waits */
	s = sample_compute(a, b);
	expect_near(s[1].entitled, .875);
}

/* Waits of an interval are those of all below; throttled is about a cgroup's own limit. */
Test(sample, waits_and_throttling)
{
	_cleanup_(snapshot_freep) struct snapshot *a = reading(10), *b = reading(12);
	_cleanup_free_ struct sample *s = NULL;

	add(a, 11, 0, 100, 0, 1);
	add(a, 12, 1, 100, 0, 1);
	add(b, 11, 0, 100, 1, 1);
	add(b, 12, 1, 100, 1, 1);
	snapshot_row(a, 2)->waits = (struct cgfifo_waits){.sum_ns = 100, .nr_class = {[2] = 1}};
	snapshot_row(b, 1)->waits = (struct cgfifo_waits){.sum_ns = 10, .nr_class = {[2] = 1}};
	snapshot_row(b, 2)->waits = (struct cgfifo_waits){.sum_ns = 400, .nr_class = {[2] = 3}};
	snapshot_row(a, 1)->flags |= ROW_LIMITED;
	snapshot_row(a, 1)->limit = (struct cgfifo_limit){.throttled_ns = 3 * SEC};
	snapshot_row(b, 1)->flags |= ROW_LIMITED;
	snapshot_row(b, 1)->limit = (struct cgfifo_limit){.throttled_ns = 4 * SEC};
	s = sample_compute(a, b);
	cr_expect_eq(s[2].waits.nr_class[2], 2);
	cr_expect_eq(s[2].waits.sum_ns, 300);
	cr_expect_eq(s[1].waits.nr_class[2], 3);
	cr_expect_eq(s[0].waits.sum_ns, 310);
	expect_near(s[1].throttled, .5);
	expect_near(s[2].throttled, 0);
}

/* The time since it was shut counts before the scheduler adds it, when it opens. */
Test(sample, throttled_just_now)
{
	_cleanup_(snapshot_freep) struct snapshot *a = reading(10), *b = reading(12);
	_cleanup_free_ struct sample *s = NULL;

	add(a, 11, 0, 100, 0, 1)->flags |= ROW_LIMITED | ROW_THROTTLED;
	add(b, 11, 0, 100, 1, 1)->flags |= ROW_LIMITED | ROW_THROTTLED;
	snapshot_row(a, 1)->limit = (struct cgfifo_limit){.throttled_ns = SEC, .shut_at = 9 * SEC};
	snapshot_row(b, 1)->limit =
		(struct cgfifo_limit){.throttled_ns = 2 * SEC, .shut_at = 11 * SEC + SEC / 2};
	s = sample_compute(a, b);
	expect_near(s[1].throttled, .25);
	free(s);
	snapshot_row(b, 1)->limit.throttled_ns = 0; /* taken away and set again */
	s = sample_compute(a, b);
	expect_near(s[1].throttled, .25);
}

/* It has run for an hour, and was heard of just now. */
Test(sample, one_that_is_heard_of_late)
{
	_cleanup_(snapshot_freep) struct snapshot *a = reading(100), *b = reading(101);
	_cleanup_free_ struct sample *s = NULL;

	add(b, 11, 0, 100, 3600, 1);
	snapshot_row(b, 1)->waits = (struct cgfifo_waits){.sum_ns = 400, .nr_class = {[2] = 3}};
	snapshot_row(b, 1)->flags |= ROW_LIMITED;
	snapshot_row(b, 1)->limit.throttled_ns = 50 * 1000000000ull;
	s = sample_compute(a, b);
	cr_expect(s[1].is_unknown);
	cr_expect_eq(s[0].waits.sum_ns, 0);
	expect_near(s[1].throttled, 0);
	expect_near(s[1].got, 0);
	expect_near(s[0].got, 0);
}
