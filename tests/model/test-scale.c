// SPDX-License-Identifier: GPL-2.0-only
/* Machines that grow: what counts as a line that moves, and that a switch costs no more on large
 * machines than the logarithm of their size says. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "counted.h"
#include "scale.h"

/* Static data, two lines of it. */
static _Alignas(TALLY_LINE) char memory[2 * TALLY_LINE];

static void touch(uint32_t cpu, size_t at, bool writes)
{
	tally_cpu(cpu, 1);
	tally_access(&memory[at], 8, writes);
}

Test(tally, a_line_moves_when_another_cpu_has_it)
{
	struct tally sum;

	tally_begin(8, 0);
	touch(0, 0, true);
	touch(0, 8, true);
	touch(0, 56, false);
	touch(1, 0, false); /* moves */
	touch(1, 8, false);
	touch(0, 0, false);
	touch(0, 0, true); /* ... is taken from CPU 1 */
	touch(1, TALLY_LINE, true);
	sum = tally_end();
	cr_assert_eq(sum.words, 8);
	cr_assert_eq(sum.moves, 2);
	cr_assert_eq(sum.far, 0);
}

Test(tally, far_is_what_no_cpu_nearby_has)
{
	struct tally sum;

	tally_begin(8, 0);
	touch(8, 0, true);
	touch(0, 0, false); /* far */
	touch(1, 0, false); /* CPU 0 has it */
	touch(1, 0, true);  /* so has 8 */
	touch(0, 0, true);
	sum = tally_end();
	cr_assert_eq(sum.moves, 4);
	cr_assert_eq(sum.far, 2);
}

Test(tally, the_lock_goes_from_hand_to_hand)
{
	struct tally sum;

	tally_begin(8, 0);
	for (uint32_t i = 0; i < 6; i++) {
		tally_cpu(i / 2, 1);
		tally_lock();
		tally_access(memory, 8, false);
		tally_access(memory, 8, false);
	}
	sum = tally_end();
	cr_assert_eq(sum.locks, 6);
	cr_assert_eq(sum.handoffs, 3);
	cr_assert_eq(sum.lines, 12, "memory and the lock, with each hold");
	cr_assert_eq(sum.moves, 4, "both, to two CPUs");
}

Test(tally, what_is_nobody_s_or_early_or_not_shared_does_not_count)
{
	char *heap = calloc(1, 8), stack[8] = {};
	struct tally sum;

	tally_access(memory, 8, true); /* not begun */
	tally_begin(8, 2);
	touch(0, 0, true); /* at 1 */
	tally_cpu(TALLY_NOBODY, 2);
	tally_access(memory, 8, true);
	tally_lock();
	tally_cpu(1, 2);
	tally_access(heap, 8, true);
	tally_access(stack, 8, true);
	tally_access(memory, 8, false);
	sum = tally_end();
	cr_assert_eq(sum.words, 1);
	cr_assert_eq(sum.locks, 0);
	cr_assert_eq(sum.moves, 1, "caches were filled before");
	free(heap);
}

static double constant(const struct scale_row *row)
{
	return 7;
}

static double linear(const struct scale_row *row)
{
	return row->nr_cpus;
}

static double logarithm(const struct scale_row *row)
{
	return log2(SCALE_CGROUPS * row->nr_cpus);
}

Test(scale, growth_is_measured_by_the_logarithm)
{
	struct scale_row from = {.nr_cpus = 64}, to = {.nr_cpus = 512};

	cr_assert_float_eq(scale_growth(&(struct scale_figure){"", logarithm}, &from, &to), 1,
			   1e-9);
	cr_assert_lt(scale_growth(&(struct scale_figure){"", constant}, &from, &to), 1);
	cr_assert_gt(scale_growth(&(struct scale_figure){"", linear}, &from, &to), 5);
}

Test(scale, a_run_repeats)
{
	const struct scale_load *load = scale_load_find("wakes");
	struct scale_row one, two;

	cr_assert_eq(scale_run(load, 16, &one), 0);
	cr_assert_eq(scale_run(load, 16, &two), 0);
	cr_assert_eq(memcmp(&one, &two, sizeof(one)), 0);
	cr_assert_gt(one.sum.switches, 1000);
	cr_assert_null(scale_load_find("nothing"));
}

/* How fast each figure may grow from 64 CPUs to 512, see scale_growth(). Sets of CPUs are longer
 * there, eight words instead of one, which is no logarithm: words and lines have a part that grows
 * with it.
 */
static const struct {
	const char *name;
	double most;
} limits[] = {
	{"locks", 1},	 {"handoffs", 1}, {"words", 3},	 {"lines", 1.7},
	{"moves", 1.35}, {"far", 1.6},	  {"steals", 1},
};

static void check_load(const char *name)
{
	const struct scale_load *load = scale_load_find(name);
	struct scale_row from, to;
	double growth;

	cr_assert_eq(scale_run(load, COUNTED_NARROW_CPUS, &from), 0);
	cr_assert_eq(scale_run(load, MODEL_MAX_CPUS, &to), 0);
	for (size_t i = 0; scale_figures[i].name; i++) {
		cr_assert_str_eq(limits[i].name, scale_figures[i].name);
		growth = scale_growth(&scale_figures[i], &from, &to);
		cr_expect_leq(growth, limits[i].most, "%s, %s: %.2f", name, limits[i].name, growth);
	}
}

Test(scale, busy)
{
	check_load("busy");
}

Test(scale, wakes)
{
	check_load("wakes");
}

Test(scale, tree)
{
	check_load("tree");
}
