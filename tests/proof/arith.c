// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf/arith.h for every value that there is. Each function is one proof; besides what it asserts,
 * nothing in it overflows, divides by 0 or shifts too far.
 *
 * That a charge grows with time and falls with weight is about two products of 32 bits, which no
 * solver compares in an hour. So it is proved in parts: arith_charge() is
 *
 *     arith_bounded(ns) * inverse >> (ARITH_INVERSE - ARITH_FRACTION)
 *
 * where bounding and shifting keep order (proof_bounded_order, proof_shift_order), more weight
 * makes no larger inverse (proof_inverse_order), the product does not overflow
 * (proof_charge_product), so that it is that of whole numbers, and of those integers.c proves the
 * rest. What a lag becomes, tests/unit/test-arith.c tries for all weights.
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

void proof_inverse_order(void)
{
	__u32 a = some_weight(), b = some_weight();

	assume(a <= b);
	prove(arith_inverse(a) >= arith_inverse(b));
}

void proof_bounded_order(void)
{
	__s64 a = nondet_s64(), b = nondet_s64();

	assume(a <= b);
	prove(arith_bounded(a) <= arith_bounded(b));
}

void proof_shift_order(void)
{
	__s64 a = nondet_s64(), b = nondet_s64();

	assume(a <= b);
	prove(a >> (ARITH_INVERSE - ARITH_FRACTION) <= b >> (ARITH_INVERSE - ARITH_FRACTION));
}

/* For cbmc looks for overflows itself. */
void proof_charge_product(void)
{
	arith_charge(nondet_s64(), arith_inverse(some_weight()));
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
