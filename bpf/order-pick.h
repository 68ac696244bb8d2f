/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which member of a fork a CPU should serve next. Pure: compiles into the scheduler, the model and
 * the unit tests alike. Who calls it holds the lock.
 *
 * Next is the earliest finish among those whose start is not after the fork's virtual time, and
 * if there is none, the earliest start. That is exact with up to eight members. With more, a block
 * is chosen by the best finish in it, which may belong to a member that has not started yet: then
 * another of the same block is taken that has. So nobody is ever ahead of its share by more than
 * in the exact order, but one with an early finish may wait a slice longer. It may also belong to
 * one that may not run on this CPU, and be so far behind, as its own CPUs serve many, that its
 * block would be chosen all the time: where such wait, it is looked for in other blocks, too, and
 * exactly if ORDER_LOOKS are enough, as they are for 64 members.
 */
#ifndef ORDER_PICK_H
#define ORDER_PICK_H

#include "order.h"

/* Far more than virtual times of one fork differ, see order_rank(). */
#define ORDER_FAR (1ULL << 60)

/* More than upper blocks can stand above each other. */
#define ORDER_HEIGHTS 8
/* At so many blocks order_pick() looks, at most. */
#define ORDER_LOOKS 32

/*
 * How late in the order an entry of a block is, for a CPU at the fork's virtual time now, in one
 * number: one that has started by its finish; later, by its start, one that has not; last of all
 * one that has nothing for the CPU. It is halved, so that two compare by the sign of what is
 * between them. What the lowest bits say is too little to matter, and they hold where the entry is.
 */
static __always_inline __u64 order_rank(__u32 block, __u32 i, struct cpu_bit bit, __u64 now)
{
	const struct order_entry *e = &order_blocks[block & (ORDER_BLOCKS - 1)].entry[i];
	__u64 ahead = e->start - now, started = arith_mask(ahead - 1);
	__u64 fits = order_cpus(e, order_place(block, i), bit.word) & bit.bit;
	__u64 rank = ahead + 2 * ORDER_FAR + (started & (e->finish - e->start - ORDER_FAR));

	/* Where nobody uses the entry, it may be anything. */
	rank = (rank | arith_mask(fits - 1)) >> 1;
	return (rank & ~(__u64)(ORDER_BLOCK - 1)) | i;
}

/* The best entry of a block for a CPU, at the fork's virtual time now; or ORDER_NONE. */
static __always_inline __u32 order_best(__u32 block, struct cpu_bit bit, __u64 now)
{
	__u64 best = order_rank(block, 0, bit, now), behind;

	for (__u32 i = 1; i < ORDER_BLOCK; i++) {
		behind = order_rank(block, i, bit, now) - best;
		best += behind & arith_mask(behind);
	}
	return best < 2 * ORDER_FAR ? best & (ORDER_BLOCK - 1) : ORDER_NONE;
}

/* Where order_pick() looks: the way there, by height, and which entries it has seen of each block
 * on it. Not on the stack, see CPUSET_LOCKED(); nor in registers, since the verifier would walk
 * each round anew for numbers that it knows. */
static PRIVATE(order) struct order_way {
	__u32 height;
	__u32 looks;  /* that are left */
	__u32 found;  /* the best member yet ... */
	__u64 best;   /* ... and its rank */
	__u64 others; /* somebody waits in the block who may not run on this CPU ... */
	__u64 doubt;  /* ... and so it was in one below the root */
	struct {
		__u32 block;
		__u32 seen;
	} at[ORDER_HEIGHTS];
} order_way;

/* The rank of the best entry of a block but for those in seen, a bit for each. Tells if any waits
 * that is for other CPUs. */
static ARITH_APART __u64 order_best_unseen(__u32 block, struct cpu_bit bit, __u64 now, __u32 seen)
{
	__u64 best = 2 * ORDER_FAR, others = 0, fits, behind;
	const struct order_entry *e;

	for (__u32 i = 0; i < ORDER_BLOCK; i++) {
		e = order_entry(order_place(block, i));
		fits = order_cpus(e, order_place(block, i), bit.word) & bit.bit;
		others |= order_waits(e) & arith_mask(fits - 1);
		behind = (order_rank(block, i, bit, now) | -(__u64)(seen >> i & 1) >> 1) - best;
		best += behind & arith_mask(behind);
	}
	order_way.others = others;
	return best;
}

/* A block on the way, from now on. */
static __always_inline void order_enter(__u32 block, __u32 height)
{
	order_way.height = height;
	order_way.at[height & (ORDER_HEIGHTS - 1)].block = block;
	order_way.at[height & (ORDER_HEIGHTS - 1)].seen = 0;
}

/*
 * The member that a CPU should serve next, or ORDER_NONE. Where somebody waits in a block who may
 * not run on this CPU, what the upper block says of it may be better than what there is for this
 * one. Then others are looked at, too; nothing in a block is better than what is said of it, so
 * what is worse than one that was found need not be looked at.
 */
static ARITH_APART __u32 order_pick(const struct order *o, struct cpu_bit bit, __u64 now)
{
	__u32 height, block, i;
	__u64 rank;

	if (!o->nr)
		return ORDER_NONE;
	if (!o->height) {
		i = order_best(o->root, bit, now);
		return i == ORDER_NONE ? i : order_entry(order_place(o->root, i))->ref;
	}
	order_enter(o->root, o->height);
	order_way.looks = ORDER_LOOKS;
	order_way.found = ORDER_NONE;
	order_way.best = 2 * ORDER_FAR;
	order_way.doubt = 0;
	while (order_way.looks && can_loop) {
		order_way.looks--;
		height = order_way.height;
		block = order_way.at[height & (ORDER_HEIGHTS - 1)].block;
		rank = order_best_unseen(block, bit, now,
					 order_way.at[height & (ORDER_HEIGHTS - 1)].seen);
		i = rank & (ORDER_BLOCK - 1);
		if (rank >= order_way.best) {
			if (height == o->height)
				break;
			order_way.height++;
			continue;
		}
		order_way.at[height & (ORDER_HEIGHTS - 1)].seen |= 1u << i;
		i = order_entry(order_place(block, i))->ref;
		if (height != o->height)
			order_way.doubt |= order_way.others;
		if (height) {
			order_enter(i, height - 1);
			continue;
		}
		order_way.best = rank;
		order_way.found = i;
		if (!order_way.doubt)
			break;
		order_way.height++;
	}
	return order_way.found;
}

/* Who is first where all wait for the same CPU: one look for each height, as nobody is in the way.
 */
static __always_inline __u32 order_first(const struct order *o, __u64 now)
{
	__u32 block = o->root, height = o->height, i;

	if (!o->nr)
		return ORDER_NONE;
	while (can_loop) {
		i = order_best(block, cpu_bit(0), now);
		if (i == ORDER_NONE)
			return ORDER_NONE;
		block = order_entry(order_place(block, i))->ref;
		if (!height)
			return block;
		height--;
	}
	return ORDER_NONE;
}

#endif
