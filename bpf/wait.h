/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counting how long tasks waited. Pure: compiles into the scheduler, the model and the unit tests
 * alike. Who calls it holds the lock.
 */
#ifndef WAIT_H
#define WAIT_H

#include "state.h"

struct cgfifo_waits waits[CGFIFO_MAX_SLOTS] SEC(".bss.waits");

static __always_inline struct cgfifo_waits *waits_at(__u32 slot)
{
	return &waits[slot & (CGFIFO_MAX_SLOTS - 1)];
}

/* The class of a wait of so many ns: the bits that its length takes beyond those of the unit. By
 * halves, as BPF has no instruction for it. */
static __always_inline __u32 wait_class(__u64 ns)
{
	__u64 units = ns >> CGFIFO_WAIT_SHIFT;
	__u32 bits = 0;

	if (!units)
		return 0;
	if (units >> (CGFIFO_WAIT_CLASSES - 2))
		return CGFIFO_WAIT_CLASSES - 1;
	for (__u32 half = 16; half; half /= 2) {
		if (units >> half) {
			units >>= half;
			bits += half;
		}
	}
	return bits + (__u32)units;
}

/* A task of a slot ran, after it had waited for so many ns. */
static __always_inline void wait_count(__u32 slot, __u64 ns)
{
	struct cgfifo_waits *w = waits_at(slot);
	__u32 class = wait_class(ns);

	w->sum_ns += ns;
	if (class < CGFIFO_WAIT_CLASSES)
		w->nr_class[class]++;
}

#endif
