// SPDX-License-Identifier: GPL-2.0-only
/* bpf/arith.h: shares, costs, charges, placement. The same header runs in the kernel. */
#include <criterion/criterion.h>
#include <stdbool.h>

#include "arith.h"

#define ONE ARITH_SHARE_ONE

Test(arith, before_is_right_across_a_wrap)
{
	cr_assert(arith_before(1, 2));
	cr_assert_not(arith_before(2, 1));
	cr_assert_not(arith_before(2, 2));
	cr_assert(arith_before(~0ULL, 0));
	cr_assert(arith_before(~0ULL - 5, 5));
	cr_assert_not(arith_before(5, ~0ULL - 5));
}

Test(arith, masks_agree_with_the_branches_they_replace)
{
	static const __u64 values[] = {0, 1, 2, 0x7fffffff, 1ULL << 63, ~0ULL - 1, ~0ULL};
	const size_t n = sizeof(values) / sizeof(values[0]);

	for (size_t i = 0; i < n; i++) {
		cr_assert_eq(arith_nonzero(values[i]), values[i] ? ~0ULL : 0, "%llu", values[i]);
		for (size_t j = 0; j < n; j++)
			cr_assert_eq(arith_earlier(values[i], values[j]),
				     arith_before(values[i], values[j]) ? ~0ULL : 0, "%llu %llu",
				     values[i], values[j]);
	}
	cr_assert_eq(arith_select(~0ULL, 3, 5), 3);
	cr_assert_eq(arith_select(0, 3, 5), 5);
}

Test(arith, a_share_is_the_weight_s_part_of_the_sum)
{
	static const struct {
		__u64 share, weight, sum, want;
	} cases[] = {
		{ONE, 100, 100, ONE},
		{ONE, 100, 400, ONE / 4},
		{ONE / 2, 300, 400, ONE / 2 * 3 / 4},
		{ONE, 10000, 10001, ONE / 10001 * 10000 + 9999}, /* rounded down from 9999.0001 */
		{ONE, 1, 8192ULL * 10000, ONE / 81920000},
		/* Nobody is active, not even the asker: it would be alone. */
		{ONE, 100, 0, ONE},
		{ONE / 3, 0, 0, ONE / 3},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		__u64 got = arith_share_of(cases[i].share, cases[i].weight, cases[i].sum);
		__u64 exact = cases[i].sum ? (__u64)((unsigned __int128)cases[i].share *
						     cases[i].weight / cases[i].sum)
					   : cases[i].want;

		cr_assert_eq(got, exact, "case %zu: %llu, not %llu", i, got, exact);
	}
}

Test(arith, the_shares_of_siblings_add_up)
{
	static const __u64 weights[] = {1, 10000, 100, 333, 7};
	__u64 sum = 0, total = 0;

	for (size_t i = 0; i < 5; i++)
		sum += weights[i];
	for (size_t i = 0; i < 5; i++)
		total += arith_share_of(ONE, weights[i], sum);
	cr_assert(total <= ONE && ONE - total < 5, "lost %llu", ONE - total);
}

Test(arith, cost_is_one_over_share_within_a_part_in_four_thousand)
{
	for (__u64 share = ARITH_SHARE_MIN; share <= ONE; share += share / 7 + 1) {
		double exact = (double)ONE / (double)share;
		double got = (double)arith_cost(share) / ARITH_COST_ONE;

		cr_assert(got <= exact && got > exact * (1 - 1.0 / ARITH_COST_ONE), "share %llu",
			  share);
	}
	cr_assert_eq(arith_cost(ONE), ARITH_COST_ONE);
	cr_assert_eq(arith_cost(0), arith_cost(ARITH_SHARE_MIN));
}

Test(arith, charge_never_overflows_and_grows_with_time_and_cost)
{
	__u64 highest = arith_cost(0), last = 0;

	cr_assert_eq(arith_charge(3 * ARITH_MSEC, ARITH_COST_ONE), 3 * ARITH_MSEC);
	cr_assert_eq(arith_charge(3 * ARITH_MSEC, arith_cost(ONE / 4)), 12 * ARITH_MSEC);
	for (__u64 ns = 1; ns < 1ULL << 40; ns *= 3) {
		__u64 charge = arith_charge(ns, highest);

		cr_assert(charge >= last, "%llu ns", ns);
		cr_assert((__s64)charge >= 0, "%llu ns", ns);
		last = charge;
	}
	cr_assert_eq(arith_charge(~0ULL, highest), arith_charge(ARITH_CHARGE_MAX, highest));
}

Test(arith, who_comes_back_keeps_its_debt_and_at_most_a_slice_of_credit)
{
	cr_assert_eq(arith_place(5000, 1000, 300), 5000);
	cr_assert_eq(arith_place(900, 1000, 300), 900);
	cr_assert_eq(arith_place(200, 1000, 300), 700);
	/* A clock that has just started must not turn into the far future. */
	cr_assert_eq(arith_place(0, 100, 300), 0);
	cr_assert_eq(arith_place(100ULL - 400, 100, 300), 100ULL - 300);
}

Test(arith, a_longer_queue_is_served_more_often)
{
	__u64 now = 1000;

	cr_assert_eq(arith_debt_limit(now, 4, 0), now + 4 * ARITH_WAIT_MAX);
	cr_assert_eq(arith_debt_limit(now, 4, 1), now + 2 * ARITH_WAIT_MAX);
	for (__u32 n = 1; n < 100000; n *= 2)
		cr_assert(arith_debt_limit(now, 512, n) < arith_debt_limit(now, 512, n - 1));
}

Test(arith, a_new_weight_keeps_the_lag_as_service)
{
	/* Ahead by 600 at weight 100 is the same service as ahead by 200 at weight 300. */
	cr_assert_eq(arith_rescale(1600, 1000, 100, 300), 1200);
	cr_assert_eq(arith_rescale(400, 1000, 100, 300), 800);
	cr_assert_eq(arith_rescale(1000, 1000, 1, 10000), 1000);
	cr_assert_eq(arith_rescale(1600, 1000, 300, 100), 2800);
	cr_assert_eq(arith_rescale(1600, 1000, 100, 0), 1600);
	/* Back again is where it was. */
	cr_assert_eq(arith_rescale(arith_rescale(9000, 0, 50, 10), 0, 10, 50), 9000);
	/* Nothing can overflow. */
	cr_assert(arith_before(1000, arith_rescale((1ULL << 62) + 1000, 1000, 10000, 1)));
}
