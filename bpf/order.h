/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The order of the members of one fork: where they stand. Who of them is next is in order-pick.h.
 * Pure: compiles into the scheduler, the model and the unit tests alike. Who calls it holds the
 * lock.
 *
 * Members stand side by side in blocks of eight. A fork of up to eight members has one block, and
 * finding the next is one look at it. A larger one has a tree of blocks, filled from the left:
 * each entry of an upper block sums up a lower one by its earliest start, its earliest finish and
 * the CPUs that may find something there. Blocks come from one array and go back to it; nothing is
 * allocated, and no pointer can go stale.
 */
#ifndef ORDER_H
#define ORDER_H

#include "order-block.h"

/* One fork's order. */
struct order {
	__u32 root;   /* block */
	__u32 height; /* upper blocks on each way down */
	__u32 nr;     /* members */
};

/*
 * Has one that waits in a block started by the virtual time now? The sign of any | -any says that
 * something waits, that of start - now - 1 that it has started. Words that are all ones or nil, see
 * arith_mask(), would do as well; but the verifier of 7.3 knows the shift that makes one, and where
 * such a word meets a constant it goes on with both answers, here with 300 instead of 8 rounds.
 */
static __always_inline bool order_has_started(__u32 block, __u64 now)
{
	const struct order_block *b = &order_blocks[block & (ORDER_BLOCKS - 1)];
	const struct order_entry *e = b->entry;
	__u64 any = order_waits(e), sign = (any | -any) & (e->start - now - 1);

	for (__u32 i = 1; i < ORDER_BLOCK; i++) {
		e = &b->entry[i];
		any = order_waits(e);
		sign |= (any | -any) & (e->start - now - 1);
	}
	return (__s64)sign < 0;
}

/* Make the upper block's entry for a block true again. Answers false if it was; with sets of one
 * word to find that out would cost as much. */
static __always_inline bool order_sum_up(__u32 block)
{
	const struct order_block *b = &order_blocks[block & (ORDER_BLOCKS - 1)];
	struct order_entry *up = order_entry(*order_up_of(block));
	const struct order_entry *e = b->entry;
	/* Not from constants, see order_has_started(). */
	__u64 start = e->start, finish = e->finish, any = order_waits(e), set, first;

	for (__u32 i = 1; i < ORDER_BLOCK; i++) {
		e = &b->entry[i];
		set = arith_is_set(order_waits(e));
		first = ~arith_is_set(any);
		start = arith_select(set & (first | arith_is_before(e->start, start)), e->start,
				     start);
		finish = arith_select(set & (first | arith_is_before(e->finish, finish)), e->finish,
				      finish);
		any |= order_waits(e);
	}
#if CGFIFO_SET_WORDS > 1
	CPUSET_LOCKED(mask);

	order_block_mask(block, &mask);
	if (start == up->start && finish == up->finish &&
	    order_has_mask(up, *order_up_of(block), &mask))
		return false;
	order_set_mask(up, *order_up_of(block), &mask);
#else
	up->mask.word[0] = any;
#endif
	up->start = start;
	up->finish = finish;
	return true;
}

static ARITH_APART void order_sum_up_from(__u32 block)
{
	__u32 up;

	while (can_loop) {
		up = *order_up_of(block);
		if (up == ORDER_NONE)
			return;
		if (!order_sum_up(block))
			return;
		block = up >> ORDER_BLOCK_BITS;
	}
}

/* An entry at this place has changed: tell the upper blocks. */
static __always_inline void order_rise(__u32 place)
{
	__u32 block = place >> ORDER_BLOCK_BITS;

	if (*order_up_of(block) != ORDER_NONE)
		order_sum_up_from(block);
}

/* A root block more on top of a full tree. */
static __always_inline void order_grow(struct order *o)
{
	__u32 block = order_take_block(ORDER_NONE);

	for (__u32 i = 0; i < ORDER_BLOCK; i++)
		order_clear(order_entry(order_place(block, i)));
	order_entry(order_place(block, 0))->ref = o->root;
	*order_up_of(o->root) = order_place(block, 0);
	order_sum_up(o->root);
	o->root = block;
	o->height++;
}

/* The digit of position n that says which way to go from a block at a height. */
static __always_inline __u32 order_digit(__u32 n, __u32 height)
{
	return n >> (ORDER_BLOCK_BITS * height & 31) & (ORDER_BLOCK - 1);
}

/* Is position n the first one below an entry of a block at a height? */
static __always_inline bool order_is_first(__u32 n, __u32 height)
{
	return !(n & ((1u << (ORDER_BLOCK_BITS * height & 31)) - 1));
}

/* The place of position n, which is in use. */
static __always_inline __u32 order_find_place(const struct order *o, __u32 n)
{
	__u32 block = o->root, height = o->height;

	while (height && can_loop) {
		block = order_entry(order_place(block, order_digit(n, height)))->ref;
		height--;
	}
	return order_place(block, n);
}

/* The place of position o->nr, with the blocks that it needs. */
static __always_inline __u32 order_make_place(const struct order *o)
{
	__u32 block = o->root, height = o->height, n = o->nr;
	struct order_entry *e;
	__u32 place;

	while (height && can_loop) {
		place = order_place(block, order_digit(n, height));
		e = order_entry(place);
		if (order_is_first(n, height)) {
			e->ref = order_take_block(place);
			for (__u32 i = 0; i < ORDER_BLOCK; i++)
				order_clear(order_entry(order_place(e->ref, i)));
		}
		block = e->ref;
		height--;
	}
	return order_place(block, n);
}

/* A member more, with nothing waiting. */
static ARITH_APART void order_add(struct order *o, __u32 member, __u64 start, __u64 finish)
{
	struct order_entry *e;
	__u32 place;

	if (!o->nr) {
		o->height = 0;
		o->root = order_take_block(ORDER_NONE);
		for (__u32 i = 0; i < ORDER_BLOCK; i++)
			order_clear(order_entry(order_place(o->root, i)));
	} else if (o->nr == 1u << (ORDER_BLOCK_BITS * (o->height + 1) & 31)) {
		order_grow(o);
	}
	place = order_make_place(o);
	e = order_entry(place);
	e->start = start;
	e->finish = finish;
	order_clear(e);
	e->ref = member;
	*order_place_of(member) = place;
	o->nr++;
}

/* Give back the blocks that are empty now that position n, the last, is not in use any more. */
static __always_inline void order_trim(struct order *o, __u32 n, __u32 place)
{
	__u32 block = place >> ORDER_BLOCK_BITS, height = 0, lower;

	/* Upwards, as long as n was the first below. */
	while (height < o->height && order_is_first(n, height + 1) && can_loop) {
		place = *order_up_of(block);
		order_clear(order_entry(place));
		order_put_block(block);
		block = place >> ORDER_BLOCK_BITS;
		height++;
	}
	order_rise(place);
	while (o->height && n <= 1u << (ORDER_BLOCK_BITS * o->height & 31) && can_loop) {
		lower = order_entry(order_place(o->root, 0))->ref;
		order_put_block(o->root);
		*order_up_of(lower) = ORDER_NONE;
		o->root = lower;
		o->height--;
	}
	if (!n)
		order_put_block(o->root);
}

/* A member leaves; the last one takes its place. */
static ARITH_APART void order_remove(struct order *o, __u32 member)
{
	__u32 hole = *order_place_of(member), last;
	struct order_entry *e;

	if (hole == ORDER_NONE || !o->nr)
		return;
	*order_place_of(member) = ORDER_NONE;
	o->nr--;
	last = order_find_place(o, o->nr);
	e = order_entry(last);
	if (last != hole) {
		*order_entry(hole) = *e;
		order_copy_words(hole, last);
		*order_place_of(e->ref) = hole;
	}
	order_clear(e);
	order_rise(hole);
	order_trim(o, o->nr, last);
}

#endif
