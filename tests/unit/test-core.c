// SPDX-License-Identifier: GPL-2.0-only
/* bpf/core.h: who may run on one core at the same time. CPUs 0 and 1 are one, and CPU 2 is another.
 */
#include <criterion/criterion.h>

#include "partner.h"

#include "cpus.h"

#define ROOT CGFIFO_ROOT_SLOT
#define NONE CGFIFO_NO_SLOT
#define MS   ARITH_MSEC

/* red and its child inner, and blue, are isolated; plain is not. */
static __u32 red, inner, blue, plain;
static __u64 now;

static __u32 make(__u32 parent)
{
	__u32 i = slot_make_locked(1, parent, slot_at(parent)->level + 1, 100);

	cr_assert_neq(i, NONE);
	return i;
}

static void one_core(void)
{
	nr_cpus = nr_online = 3;
	online_mask = *CPUS(7);
	core_next[0] = 1;
	core_next[1] = 0;
	core_next[2] = 2;
	core_is_shared = true;
	slot_make_locked(1, ROOT, 0, 100);
	red = make(ROOT);
	inner = make(red);
	blue = make(ROOT);
	plain = make(ROOT);
	for (__u32 cpu = 0; cpu < 3; cpu++)
		core_begin(cpu);
	cr_assert(core_isolate(red, true));
	cr_assert(core_isolate(blue, true));
	now = 1000 * MS;
}

static __u64 mask_of(__u32 slot)
{
	struct cgfifo_cpuset mask;

	slot_mask(slot_at(slot), &mask);
	return mask.word[0];
}

TestSuite(core, .init = one_core);

static void wait_in(__u32 slot, __u32 n)
{
	slot_at(slot)->nr_queued += n;
	slot_wake_locked(slot);
	slot_enqueue_locked(slot, CGFIFO_FREE, CPUS(7), cpu_at(0), true);
}

/* A CPU on which nothing is, or a task that its claim is for, has picked slot, or found nothing. */
static enum core_answer settle(__u32 cpu, __u32 slot, bool holds)
{
	const struct core_ask ask = {.slot = slot, .now = now, .holds = holds};

	return core_settle(cpu_at(cpu), cpu, &ask);
}

/* What dispatch() does on a CPU that is free, with the order to say what is next. The slot, or
 * NONE. */
static __u32 dispatch(__u32 cpu)
{
	struct cgfifo_pick *k = &cpu_at(cpu)->pick;
	enum core_answer answer = CORE_SLEEP;
	struct core_ask ask = {.now = now};

	if (!pick_next(k, cpu_at(cpu), cpu_bit(cpu)))
		return settle(cpu, NONE, false) == CORE_RUN ? NONE : ROOT;
	ask.slot = k->slot;
	answer = core_settle(cpu_at(cpu), cpu, &ask);
	for (int n = 0; answer == CORE_OTHER && n < CORE_TRIES; n++) {
		pick_undo(k, cpu_at(cpu), cpu_bit(cpu), true);
		partner_pass(cpu_at(cpu), cpu, true);
		answer = CORE_SLEEP;
		if (partner_choose(k, cpu_at(cpu), cpu)) {
			pick_take(k, cpu_at(cpu), cpu_bit(cpu));
			answer = CORE_RUN;
		} else if (pick_next(k, cpu_at(cpu), cpu_bit(cpu))) {
			ask.slot = k->slot;
			ask.is_next = true;
			answer = core_settle(cpu_at(cpu), cpu, &ask);
		}
	}
	while (partner_pass(cpu_at(cpu), cpu, false))
		;
	if (answer == CORE_RUN)
		slot_at(k->slot)->nr_queued--;
	return answer == CORE_RUN ? k->slot : NONE;
}

static void free_all(void)
{
	for (__u32 cpu = 0; cpu < 3; cpu++)
		settle(cpu, NONE, false);
}

Test(core, domains)
{
	cr_expect_eq(core_domain(ROOT), ROOT);
	cr_expect_eq(core_domain(plain), ROOT);
	cr_expect_eq(core_domain(red), red);
	cr_expect_eq(core_domain(inner), red, "all that is below");
	core_isolate(inner, true);
	cr_expect_eq(core_domain(inner), inner, "one that is isolated itself");
	core_isolate(inner, false);
	core_isolate(red, false);
	cr_expect_eq(core_domain(inner), ROOT);
	cr_expect_eq(core_nr, 1);
	cr_expect(!core_isolate(ROOT, true), "the root is around all");
}

Test(core, without_siblings_nothing_changes)
{
	core_is_shared = false;
	cr_expect(!core_isolate(plain, true));
	cr_expect(slot_at(plain)->flags & CGFIFO_SLOT_ISOLATED, "it is shown all the same");
	cr_expect_eq(core_nr, 2);
}

/* When the first is isolated, everybody may run anywhere. */
Test(core, all_are_asked_first)
{
	cr_expect_eq(settle(0, red, false), CORE_OTHER, "CPU 1 may run something");
	cr_expect_eq(core_at(0)->to_wake, 1);
	cr_expect_eq(settle(1, NONE, false), CORE_RUN);
	cr_expect_eq(core_at(1)->to_wake, 1, "CPU 0 is waiting");
	cr_expect_eq(settle(0, red, false), CORE_RUN);
}

Test(core, two_of_one_domain_share)
{
	free_all();
	cr_expect_eq(settle(0, red, false), CORE_RUN);
	cr_expect_eq(settle(1, inner, false), CORE_RUN);
	cr_expect_eq(settle(0, NONE, false), CORE_RUN);
	cr_expect_eq(settle(0, plain, false), CORE_OTHER, "CPU 1 has it");
	cr_expect(core_fits(0, red) && !core_fits(0, ROOT) && !core_fits(0, blue));
	cr_expect(core_fits(2, blue), "another core");
}

Test(core, those_in_none_share)
{
	free_all();
	cr_expect_eq(settle(0, plain, false), CORE_RUN);
	cr_expect_eq(settle(1, ROOT, false), CORE_RUN);
}

/* The task that ends is on the CPU until the CPU has switched. */
Test(core, a_claim_outlives_its_task)
{
	free_all();
	cr_assert_eq(settle(0, red, false), CORE_RUN);
	cr_expect_eq(settle(0, NONE, true), CORE_RUN, "red's task sleeps");
	cr_expect(!core_at(0)->again, "nobody wants to know");
	cr_expect_eq(settle(1, blue, false), CORE_OTHER);
	cr_expect_eq(core_at(1)->to_wake, 1, "maybe CPU 0 sleeps");
	cr_expect_eq(settle(0, NONE, false), CORE_RUN);
	cr_expect_eq(core_at(0)->to_wake, 1);
	cr_expect_eq(settle(1, blue, false), CORE_RUN);
}

Test(core, one_that_stops_looks_again_if_its_sibling_waits)
{
	free_all();
	cr_assert_eq(settle(0, red, false), CORE_RUN);
	cr_assert_eq(settle(1, blue, false), CORE_OTHER);
	cr_expect_eq(settle(0, NONE, true), CORE_RUN);
	cr_expect(core_at(0)->again);
}

Test(core, the_next_domain_comes_through_sleep)
{
	free_all();
	cr_assert_eq(settle(0, red, false), CORE_RUN);
	cr_assert_eq(settle(1, red, false), CORE_RUN);
	cr_expect_eq(settle(0, blue, true), CORE_SLEEP, "red's task is still on it");
	cr_expect(core_at(0)->again);
	cr_expect_eq(core_at(0)->to_stop, 1);
	cr_expect_eq(settle(0, blue, false), CORE_SLEEP, "CPU 1 has not stopped yet");
	cr_expect_eq(settle(1, red, true), CORE_SLEEP, "red may not go on");
	cr_expect(core_at(1)->again);
	cr_expect_eq(settle(1, blue, false), CORE_RUN);
	cr_expect_eq(core_at(1)->to_wake, 1);
	cr_expect_eq(settle(0, blue, false), CORE_RUN);
}

Test(core, one_that_goes_on)
{
	free_all();
	cr_assert_eq(settle(0, red, false), CORE_RUN);
	cr_expect_eq(settle(0, red, true), CORE_RUN);
	cr_expect_eq(settle(0, inner, true), CORE_RUN, "the same domain");
	core_isolate(red, false);
	cr_expect_eq(settle(0, red, true), CORE_SLEEP, "its domain is another one now");
	cr_expect_eq(settle(0, red, false), CORE_RUN);
}

Test(core, a_sibling_that_goes_away_does_not_count)
{
	free_all();
	cr_assert_eq(settle(1, red, false), CORE_RUN);
	cpu_at(1)->is_away = true;
	cr_expect_eq(settle(0, blue, false), CORE_RUN);
}

/* It was moved into blue while it ran, say. */
Test(core, an_intruder_makes_the_others_stop)
{
	const struct core_ask blues = {.slot = blue}, exempt = {.slot = NONE};

	free_all();
	cr_assert_eq(settle(0, red, false), CORE_RUN);
	cr_assert_eq(settle(1, red, false), CORE_RUN);
	cr_expect(!core_intrude(cpu_at(0), 0, &exempt), "a kernel thread");
	cr_expect(core_intrude(cpu_at(0), 0, &blues));
	cr_expect_eq(core_at(0)->to_stop, 1);
	cr_expect(!core_intrude(cpu_at(0), 0, &blues), "once");
	cr_expect_eq(settle(1, red, true), CORE_SLEEP);
	core_at(1)->drains = false;
	cr_expect_eq(settle(1, red, true), CORE_SLEEP, "told or not");
	cr_expect_eq(settle(1, red, false), CORE_OTHER, "it has to wait for the core");
}

Test(core, a_cpu_taken_by_another_class_gives_up)
{
	free_all();
	cr_assert_eq(settle(0, red, false), CORE_RUN);
	cr_assert_eq(settle(1, blue, false), CORE_OTHER);
	core_release(cpu_at(0), 0);
	cr_expect_eq(core_at(0)->to_wake, 1);
	cr_expect_eq(settle(1, blue, false), CORE_RUN);
}

/* A CPU that comes second fills up with what fits, even if the order has others first. */
Test(core, the_second_looks_for_what_fits)
{
	free_all();
	wait_in(red, 2);
	cr_assert_eq(dispatch(0), red);
	wait_in(blue, 1);
	wait_in(plain, 1);
	cr_expect_eq(dispatch(1), red, "the other one");
	cr_expect_eq(mask_of(blue), 7, "it is seen again");
	free_all();
	cr_expect_neq(dispatch(1), NONE);
}

Test(core, the_second_passes_over_the_isolated)
{
	__u32 more = make(ROOT);

	free_all();
	wait_in(plain, 1);
	cr_assert_eq(dispatch(0), plain);
	wait_in(red, 1);
	wait_in(blue, 1);
	account_charge(CGFIFO_SELF(more), 0);
	wait_in(more, 1);
	cr_expect_eq(dispatch(1), more);
	cr_expect(mask_of(red) == 7 && mask_of(blue) == 7);
}

/* A sibling that waits is given the core, if the order says so, and once. */
Test(core, one_that_waits_goes_first)
{
	free_all();
	wait_in(red, 1);
	wait_in(blue, 1);
	account_charge(CGFIFO_SELF(red), 30 * MS);
	core_at(1)->wants = blue;
	core_at(1)->since = now;
	pick_next(&cpu_at(0)->pick, cpu_at(0), cpu_bit(0));
	pick_undo(&cpu_at(0)->pick, cpu_at(0), cpu_bit(0), true);
	account_is_due(CGFIFO_SELF(red), cpu_at(0));
	cr_expect_eq(settle(0, red, false), CORE_SLEEP);
	cr_expect_eq(core_at(0)->to_wake, 1);
	cr_expect_eq(settle(0, red, false), CORE_RUN, "nothing came of it");
}

Test(core, nobody_waits_for_ever)
{
	free_all();
	wait_in(red, 2);
	wait_in(blue, 1);
	account_charge(CGFIFO_SELF(blue), 10000 * MS);
	cr_assert_eq(dispatch(0), red);
	cr_assert_eq(settle(1, blue, false), CORE_OTHER);
	now += CORE_WAIT_MAX;
	cr_expect_eq(settle(1, blue, false), CORE_OTHER);
	now += MS;
	cr_expect_eq(settle(1, blue, false), CORE_SLEEP);
	cr_expect_eq(core_at(1)->to_stop, 1);
}

/* Two CPUs, three domains and slices of 3 ms: shares are what the order makes of weights, and no
 * two domains are ever on the core together. */
Test(core, shares)
{
	__u32 on[2] = {NONE, NONE};
	__u64 got[3] = {};

	free_all();
	slot_at(red)->own_weight = 300;
	slot_configure_locked(red, 3000000, false);
	wait_in(red, 4);
	wait_in(blue, 4);
	wait_in(plain, 4);
	for (int step = 0; step < 60000; step++) {
		__u32 cpu = step & 1, slot = on[cpu];
		struct cgfifo_cpu *c = cpu_at(cpu);

		now += 3 * MS / 2;
		clock_ns = now;
		if (slot != NONE) {
			/* Its slice is over: what is next decides whether the core changes hands.
			 */
			bool found = pick_next(&c->pick, c, cpu_bit(cpu));
			enum core_answer answer = settle(cpu, found ? c->pick.slot : slot, true);

			got[slot == red ? 0 : slot == blue ? 1 : 2]++;
			if (found)
				pick_undo(&c->pick, c, cpu_bit(cpu), true);
			wait_in(slot, 1);
			on[cpu] = NONE;
			if (answer == CORE_SLEEP && core_at(cpu)->to_stop && on[!cpu] != NONE) {
				settle(!cpu, on[!cpu], true);
				account_charge(CGFIFO_SELF(on[!cpu]), -(__s64)(3 * MS / 2));
				wait_in(on[!cpu], 1);
				on[!cpu] = NONE;
				settle(!cpu, NONE, false);
			}
		}
		on[cpu] = dispatch(cpu);
		if (on[!cpu] == NONE)
			on[!cpu] = dispatch(!cpu);
		cr_assert(on[0] == NONE || on[1] == NONE ||
				  core_domain(on[0]) == core_domain(on[1]),
			  "step %d: %u beside %u", step, on[0], on[1]);
	}
	cr_expect(got[1] > got[2] * 8 / 10 && got[2] > got[1] * 8 / 10, "%llu %llu", got[1],
		  got[2]);
	cr_expect(got[0] > got[1] * 2, "%llu %llu %llu", got[0], got[1], got[2]);
}
