// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf/arith.h for every value that there is. Each function is one proof; besides what it asserts,
 * nothing in it overflows, divides by 0 or shifts too far.
 *
 * That a charge grows with time and falls with weight is too hard for the solver: it is about two
 * products of 32 bits. tests/unit/test-arith.c walks through all weights for that, and for what a
 * lag becomes.
 *
 * Assumed is what callers keep to: weights of 1..10000 (the kernel for cpu.weight, config/schema.c
 * for ours).
 */
#include "arith.h"
#include "proof.h"

static __u32 some_weight(void)
{
	__u32 weight = nondet_u32();

	assume(weight >= CGFIFO_WEIGHT_MIN && weight <= CGFIFO_WEIGHT_MAX);
	return weight;
}

/* Never 0; a weight of 0, which nothing should set, counts as 1. */
void proof_inverse(void)
{
	prove(arith_inverse(some_weight()) > 0);
	prove(arith_inverse(0) == arith_inverse(1));
}

/* What is longer counts as the longest, in both directions. */
void proof_charge_limits(void)
{
	__u32 inverse = arith_inverse(some_weight());
	__s64 ns = nondet_s64();

	assume(ns > ARITH_CHARGE_MAX || ns < -ARITH_CHARGE_MAX);
	prove(arith_charge(ns, inverse) ==
	      arith_charge(ns < 0 ? -ARITH_CHARGE_MAX : ARITH_CHARGE_MAX, inverse));
}

/* Running is never paid for, nor giving back charged; and from 10 ns on even the heaviest moves. */
void proof_charge_sign(void)
{
	__s64 ns = nondet_s64(), charge = arith_charge(ns, arith_inverse(some_weight()));

	prove(ns < 0 || charge >= 0);
	prove(ns > 0 || charge <= 0);
	prove(ns < 10 || charge > 0);
}

/* The whole part of sum / weight, towards 0; without weight it is 0. */
void proof_mean(void)
{
	__s64 sum = nondet_s64(), mean;
	__u64 weight = nondet_u64();

	mean = arith_mean(sum, weight);
	prove(weight || mean == 0);
	prove(sum < 0 ? mean <= 0 && mean >= sum : mean >= 0 && mean <= sum);
}

/* Whatever the distance, and without a division by 0. */
void proof_rescale(void)
{
	__u64 start = nondet_u64(), now = nondet_u64(), moved;
	__u32 old = some_weight(), new = nondet_u32();

	assume(new <= CGFIFO_WEIGHT_MAX);
	moved = arith_rescale(start, now, old, new);
	prove(new != 0 || moved == start);
}

/* Of two virtual times less than half of all apart, one is before the other. */
void proof_order(void)
{
	__u64 a = nondet_u64(), b = nondet_u64();

	assume(a - b != 1ULL << 63);
	prove(a == b || arith_before(a, b) != arith_before(b, a));
	prove(arith_later(a, b) == a || arith_later(a, b) == b);
	prove(!arith_before(arith_later(a, b), arith_earlier(a, b)));
	prove(arith_select(~0ULL, a, b) == a && arith_select(0, a, b) == b);
}
