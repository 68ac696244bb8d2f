// SPDX-License-Identifier: GPL-2.0-only
/*
 * What arith.c takes for granted of whole numbers without a limit, by z3: a solver for machine
 * words does not get far with products.
 */
#include "proof.h"

#define integer __CPROVER_integer

/* Longer costs no less: the inverse of a weight is not negative. */
void proof_product_grows_with_time(void)
{
	integer a, b, inverse;

	assume(a <= b && inverse >= 0);
	prove(a * inverse <= b * inverse);
}

/* And more weight, which is a smaller inverse, costs no more. */
void proof_product_falls_with_weight(void)
{
	integer ns, inverse, smaller;

	assume(ns >= 0 && smaller <= inverse);
	prove(ns * smaller <= ns * inverse);
}
