/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Words for proofs: nondet_TYPE() is every value of the type at once, assume() leaves some out, and
 * prove() must hold for all the others. Only cbmc reads this.
 */
#ifndef PROOF_H
#define PROOF_H

#include <linux/types.h>

/* For cbmc, what a function of such a name returns can be anything. */
__u32 nondet_u32(void);
__u64 nondet_u64(void);
__s64 nondet_s64(void);
_Bool nondet_bool(void);

#define MIN_S64 (-0x7fffffffffffffffLL - 1)

#define assume(what) __CPROVER_assume(what)
#define prove(what)  __CPROVER_assert(what, #what)

#endif
