// SPDX-License-Identifier: GPL-2.0-only
/* bpf/arith.h: comparing, charging, scaling of virtual time. The same header runs in the kernel. */
#include <criterion/criterion.h>

#include "arith.h"

Test(arith, before_is_right_across_a_wrap)
{
	cr_assert(arith_before(1, 2));
	cr_assert_not(arith_before(2, 1));
	cr_assert_not(arith_before(2, 2));
	cr_assert(arith_before(~0ULL, 0));
	cr_assert(arith_before(~0ULL - 5, 5));
	cr_assert_not(arith_before(5, ~0ULL - 5));
	cr_assert_eq(arith_later(~0ULL, 3), 3);
	cr_assert_eq(arith_earlier(~0ULL, 3), ~0ULL);
}

Test(arith, masks_agree_with_the_branches_they_replace)
{
	static const __u64 values[] = {0, 1, 2, 0x7fffffff, 1ULL << 63, ~0ULL - 1, ~0ULL};
	const size_t n = sizeof(values) / sizeof(values[0]);

	for (size_t i = 0; i < n; i++) {
		cr_assert_eq(arith_is_set(values[i]), values[i] ? ~0ULL : 0, "%llu", values[i]);
		for (size_t j = 0; j < n; j++)
			cr_assert_eq(arith_is_before(values[i], values[j]),
				     arith_before(values[i], values[j]) ? ~0ULL : 0, "%llu %llu",
				     values[i], values[j]);
	}
	cr_assert_eq(arith_select(~0ULL, 3, 5), 3);
	cr_assert_eq(arith_select(0, 3, 5), 5);
}

Test(arith, a_charge_is_time_over_weight)
{
	static const __u32 weights[] = {1, 3, 20, 100, 333, 8000, 10000};
	static const __s64 times[] = {0, 1000, 3000000, 100000000, ARITH_CHARGE_MAX};

	for (size_t w = 0; w < sizeof(weights) / sizeof(weights[0]); w++) {
		for (size_t t = 0; t < sizeof(times) / sizeof(times[0]); t++) {
			__s64 got = arith_charge(times[t], arith_inverse(weights[w]));
			double exact = (double)times[t] * 1024 / weights[w];

			cr_assert(got <= exact && got >= exact * (1 - 5e-6) - 1,
				  "%lld ns at %u: %lld, not %f", times[t], weights[w], got, exact);
		}
	}
}

Test(arith, a_slice_is_worth_what_it_is_charged)
{
	static const __u32 slices[] = {0, 1, 100000, 3000000, 100000000};

	for (__u32 w = 1; w <= 10000; w++)
		for (size_t i = 0; i < sizeof(slices) / sizeof(slices[0]); i++)
			cr_assert_eq((__s64)arith_span(slices[i], arith_inverse(w)),
				     arith_charge(slices[i], arith_inverse(w)), "%u ns at %u",
				     slices[i], w);
}

Test(arith, a_charge_has_limits_and_can_be_given_back)
{
	__u32 one = arith_inverse(1);

	cr_assert_eq(arith_charge(ARITH_CHARGE_MAX, one), ARITH_CHARGE_MAX << ARITH_FRACTION);
	cr_assert_eq(arith_charge(1LL << 60, one), ARITH_CHARGE_MAX << ARITH_FRACTION);
	cr_assert_eq(arith_charge(-(1LL << 60), one), -(ARITH_CHARGE_MAX << ARITH_FRACTION));
	cr_assert_eq(arith_charge(-5000, one), -5000 * 1024);
	cr_assert_eq(arith_inverse(0), arith_inverse(1), "no division by nothing");
}

static const __s64 some_times[] = {0, 1, 9, 10, 999, 1000, 3000001, 99999999, ARITH_CHARGE_MAX};
static const size_t n_times = sizeof(some_times) / sizeof(some_times[0]);

Test(arith, a_charge_falls_with_every_step_of_weight)
{
	for (__u32 w = 0; w < CGFIFO_WEIGHT_MAX; w++) {
		cr_assert_geq(arith_inverse(w), arith_inverse(w + 1), "%u", w);
		for (size_t t = 0; t < n_times; t++)
			cr_assert_geq(arith_charge(some_times[t], arith_inverse(w)),
				      arith_charge(some_times[t], arith_inverse(w + 1)), "%u", w);
	}
}

Test(arith, a_charge_grows_with_time_at_every_weight)
{
	for (__u32 w = 1; w <= CGFIFO_WEIGHT_MAX; w++)
		for (size_t t = 1; t < n_times; t++)
			cr_assert_geq(arith_charge(some_times[t], arith_inverse(w)),
				      arith_charge(some_times[t - 1], arith_inverse(w)), "%u", w);
}

Test(arith, a_lag_shrinks_with_every_step_of_weight)
{
	const __u64 now = 1ULL << 60;

	for (__u32 w = 1; w < CGFIFO_WEIGHT_MAX; w++)
		for (size_t t = 0; t < n_times; t++) {
			__u64 at = arith_rescale(now + some_times[t], now, 100, w);
			__u64 next = arith_rescale(now + some_times[t], now, 100, w + 1);

			cr_assert(next >= now && next <= at, "%u", w);
			cr_assert_eq(arith_rescale(now + some_times[t], now, w, w),
				     now + some_times[t]);
		}
}

Test(arith, a_mean_goes_towards_zero)
{
	cr_assert_eq(arith_mean(7, 2), 3);
	cr_assert_eq(arith_mean(-7, 2), -3);
	cr_assert_eq(arith_mean(-8, 0), 0);
	cr_assert_eq(arith_mean(-(1LL << 62), 1), -(1LL << 62));
}

Test(arith, a_changed_weight_keeps_the_lag)
{
	const __u64 now = 1000000;

	/* behind by 900 at weight 100 is 90000 of service, which is 300 at weight 300 */
	cr_assert_eq(arith_rescale(now - 900, now, 100, 300), now - 300);
	cr_assert_eq(arith_rescale(now + 900, now, 100, 300), now + 300);
	cr_assert_eq(arith_rescale(now + 900, now, 300, 100), now + 2700);
	cr_assert_eq(arith_rescale(now, now, 1, 10000), now);
	cr_assert_eq(arith_rescale(now + 5, now, 100, 0), now + 5, "no division by nothing");
	cr_assert_eq(arith_rescale(5, 10, 1, 1), 5);
	cr_assert(arith_before(now, arith_rescale(now + (1ULL << 60), now, 10000, 1)),
		  "too far away, but on the right side");
}

/* The one number that has no negative. */
Test(arith, the_smallest_number)
{
	const __s64 smallest = -0x7fffffffffffffffLL - 1;
	const __u64 half = 1ULL << 63;

	cr_expect_eq(arith_mean(smallest, 1), smallest);
	cr_expect_eq(arith_mean(smallest, 2), smallest / 2);
	cr_expect_eq(arith_rescale(half, 0, 100, 100), 0 - (1ULL << 49), "too far, so cut");
}
