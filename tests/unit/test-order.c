// SPDX-License-Identifier: GPL-2.0-only
/* bpf/order.h, order-pick.h: who is next among the members of one fork, however many. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "order-pick.h"

#include "cpus.h"

/* Virtual times here are multiples of this: what is less makes no difference to the order. */
#define UNIT (2 * ORDER_BLOCK)

static void put(__u32 member, __u64 start, __u64 finish, __u64 mask)
{
	struct order_entry *e = order_entry(*order_place_of(member));

	e->start = start * UNIT;
	e->finish = finish * UNIT;
	order_set_mask(e, *order_place_of(member), CPUS(mask));
	order_rise(*order_place_of(member));
}

Test(order, nobody_is_next_where_nothing_waits)
{
	struct order o = {0};

	cr_assert_eq(order_pick(&o, ANY_CPU(1), 0), ORDER_NONE);
	order_add(&o, 7, 0, 1);
	cr_assert_eq(order_pick(&o, ANY_CPU(1), 0), ORDER_NONE);
	put(7, 0, 1, 2);
	cr_assert_eq(order_pick(&o, ANY_CPU(1), 0), ORDER_NONE, "it waits for another CPU");
	cr_assert_eq(order_pick(&o, ANY_CPU(2), 0), 7);
}

Test(order, the_earliest_finish_of_those_that_have_started)
{
	struct order o = {0};

	for (__u32 m = 1; m <= 4; m++)
		order_add(&o, m, 0, 0);
	put(1, 10, 50, 1);
	put(2, 5, 40, 1);
	put(3, 21, 30, 1);
	put(4, 0, 20, 2);
	cr_assert_eq(order_pick(&o, ANY_CPU(1), 20 * UNIT), 2,
		     "3 has not started, 4 is for others");
	cr_assert_eq(order_pick(&o, ANY_CPU(1), 21 * UNIT), 3);
	cr_assert_eq(order_pick(&o, ANY_CPU(1), 4 * UNIT), 2,
		     "nobody has started: the earliest start");
	cr_assert_eq(order_pick(&o, ANY_CPU(3), 4 * UNIT), 4);
}

/* One that yields stands days behind the others, see VTREE_YIELD. */
Test(order, days_apart)
{
	const __u64 days = (1ULL << 56) / UNIT;
	struct order o = {0};

	for (__u32 m = 1; m <= 3; m++)
		order_add(&o, m, 0, 0);
	put(1, days, days + 5, 1);
	put(2, days + 1, days + 2, 1);
	cr_assert_eq(order_pick(&o, ANY_CPU(1), 10 * UNIT), 1, "neither has started");
	put(3, 9, 30, 1);
	cr_assert_eq(order_pick(&o, ANY_CPU(1), 10 * UNIT), 3);
	cr_assert_eq(order_pick(&o, ANY_CPU(1), 8 * UNIT), 3, "it starts first");
	cr_assert_eq(order_pick(&o, ANY_CPU(1), (days + 1) * UNIT), 3,
		     "it is days behind its share");
	put(3, 9, 30, 2);
	cr_assert_eq(order_pick(&o, ANY_CPU(1), (days + 1) * UNIT), 2);
}

/* Members come and go at random; the blocks must stay in order. */
Test(order, many_come_and_go)
{
	enum {
		MANY = 700
	};
	static __u64 start[MANY], mask[MANY];
	static bool in[MANY];
	struct order o = {0};
	__u32 n = 0;

	srand(4);
	for (int step = 0; step < 40000; step++) {
		__u32 m = rand() % MANY;
		bool grow = rand() % 1000 < (step / 8000 % 2 ? 350 : 650);

		if (grow && !in[m]) {
			order_add(&o, m, 0, 0);
			start[m] = rand() % 1000;
			mask[m] = 1 + rand() % 3;
			put(m, start[m], start[m], mask[m]);
			in[m] = true;
			n++;
		} else if (!grow && in[m]) {
			order_remove(&o, m);
			in[m] = false;
			n--;
		}
		cr_assert_eq(o.nr, n);
		if (step % 50)
			continue;
		for (__u64 bit = 1; bit <= 2; bit++) {
			__u32 got = order_pick(&o, ANY_CPU(3), 1000 * UNIT), best = ORDER_NONE;

			for (__u32 i = 0; i < MANY; i++)
				if (in[i] && (best == ORDER_NONE || start[i] < start[best]))
					best = i;
			if (best == ORDER_NONE)
				cr_assert_eq(got, ORDER_NONE);
			else
				cr_assert_eq(start[got], start[best], "step %d", step);
		}
	}
	for (__u32 m = 0; m < MANY; m++)
		if (in[m])
			order_remove(&o, m);
	cr_assert_eq(order_nr_taken, 0, "every block came back");
}

/* Is a member before another for a CPU at the virtual time now? */
static bool is_before(const __u64 *one, const __u64 *other, __u64 now)
{
	bool started = one[0] <= now, other_started = other[0] <= now;

	if (started != other_started)
		return started;
	return started ? one[1] < other[1] : one[0] < other[0];
}

/* Members wait for some of the CPUs each, so what an upper block says may be of one that is for
 * others. Nevertheless it is as if all stood in one block. */
Test(order, who_waits_for_other_cpus_hides_nobody)
{
	enum {
		MANY = 64
	};
	static __u64 at[MANY][2], mask[MANY];
	struct order o = {0};

	srand(5);
	for (__u32 m = 0; m < MANY; m++)
		order_add(&o, m, 0, 0);
	for (int step = 0; step < 20000; step++) {
		__u32 m = rand() % MANY, cpu = rand() % 4, best = ORDER_NONE, got;
		__u64 now = 400 + rand() % 200;

		mask[m] = rand() % 3 ? 1 << rand() % 4 : rand() % 16;
		at[m][0] = mask[m] == 1 ? rand() % 100 : rand() % 1000;
		at[m][1] = at[m][0] + 1 + rand() % 50;
		put(m, at[m][0], at[m][1], mask[m]);
		for (__u32 i = 0; i < MANY; i++)
			if (mask[i] >> cpu & 1 &&
			    (best == ORDER_NONE || is_before(at[i], at[best], now)))
				best = i;
		got = order_pick(&o, cpu_bit((__s32)cpu), now * UNIT);
		if (best == ORDER_NONE)
			cr_assert_eq(got, ORDER_NONE);
		else
			cr_assert(got != ORDER_NONE && mask[got] >> cpu & 1 &&
					  !is_before(at[best], at[got], now),
				  "step %d: %u, not %u", step, got, best);
	}
}

/* A fork's virtual time is not near that of whoever had its block before, or of nobody. */
Test(order, far_from_what_was_left_in_a_block)
{
	for (__u32 shift = 40; shift < 64; shift++) {
		const __u64 now = 1ULL << shift;
		struct order o = {0};

		order_add(&o, 1, 0, 0);
		order_add(&o, 2, 0, 0);
		put(1, now / UNIT, now / UNIT + 8, 1);
		put(2, now / UNIT + 1, now / UNIT + 2, 1);
		cr_expect_eq(order_pick(&o, ANY_CPU(1), now), 1, "2^%u", shift);
		order_remove(&o, 1);
		order_remove(&o, 2);
	}
}
