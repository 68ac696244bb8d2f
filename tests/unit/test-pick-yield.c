// SPDX-License-Identifier: GPL-2.0-only
/* bpf/pick.h: when it is the turn of cgroups that yield, which are those with cpu.idle. */
#include "picks.h"

TestSuite(pick_yield, .init = two);

/* Nobody else has work for 27 days of a CPU, or half a day of 64, but for w, which lingers. */
Test(pick_yield, one_that_yields_is_found_however_long_it_was_alone)
{
	__u32 w = slot_make_locked(4, CGFIFO_ROOT_SLOT, 1, 100);

	slot_configure_locked(a, 3 * ARITH_MSEC, true);
	slot_wake_locked(w);
	slot_sleep_locked(w);
	wait_in(a);
	wait_in(a);
	for (int i = 0; i < 27 * 86400; i++)
		account_charge(CGFIFO_SELF(a), ARITH_SEC);
	cr_expect(pick_next(&CPU->pick, CPU, cpu_bit(0)));
}

/* a and b have cpu.idle, beside w, which has slept since. a had 60 s to itself. */
Test(pick_yield, one_that_yields_does_not_pay_for_when_it_was_alone)
{
	__u32 w = slot_make_locked(4, CGFIFO_ROOT_SLOT, 1, 100), n[2] = {0};

	slot_configure_locked(a, 3 * ARITH_MSEC, true);
	slot_configure_locked(b, 3 * ARITH_MSEC, true);
	slot_wake_locked(w);
	slot_sleep_locked(w);
	wait_in(a);
	wait_in(a);
	for (int i = 0; i < 20000; i++) {
		cr_assert(pick_next(&CPU->pick, CPU, cpu_bit(0)));
		slot_look_locked(a);
	}
	wait_in(b);
	wait_in(b);
	for (int i = 0; i < 1000; i++) {
		cr_assert(pick_next(&CPU->pick, CPU, cpu_bit(0)));
		n[CPU->pick.slot == b]++;
	}
	cr_expect(n[0] > 400 && n[1] > 400, "%u and %u of 1000", n[0], n[1]);
}

/* a, b and c have cpu.idle. a had CPU 1 for itself for a time, and is gone when c comes. */
Test(pick_yield, one_that_yields_does_not_begin_where_another_was_alone)
{
	__u32 c = slot_make_locked(4, CGFIFO_ROOT_SLOT, 1, 100), n = 0;

	nr_online = nr_cpus = 2;
	online_mask = *CPUS(3);
	for (__u32 slot = a; slot <= c; slot++)
		slot_configure_locked(slot, 3 * ARITH_MSEC, true);
	wait_for(a, 2);
	wait_for(a, 2);
	wait_for(b, 1);
	wait_for(b, 1);
	for (int i = 0; i < 3000; i++) {
		cr_assert(pick_next(&cpu_at(1)->pick, cpu_at(1), cpu_bit(1)));
		if (i % 3 == 0)
			cr_assert(pick_next(&CPU->pick, CPU, cpu_bit(0)));
	}
	account_wait_no_more(CGFIFO_SELF(a), CPU);
	wait_for(c, 3);
	wait_for(c, 3);
	for (int i = 0; i < 1000; i++) {
		cr_assert(pick_next(&CPU->pick, CPU, cpu_bit(0)));
		n += CPU->pick.slot == c;
	}
	cr_expect(n > 400 && n < 600, "%u of 1000", n);
}
