/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The blocks that an order is made of (order.h): members side by side, eight in each, and for which
 * CPUs something waits in them. Pure: compiles into the scheduler, the model and the unit tests
 * alike. Who calls it holds the lock.
 */
#ifndef ORDER_BLOCK_H
#define ORDER_BLOCK_H

#include "arith.h"
#include "state.h"

#define ORDER_NONE 0xffffffffu

#define ORDER_BLOCK_BITS 3
#define ORDER_BLOCK	 (1u << ORDER_BLOCK_BITS)
/* A fork of n members needs at most n - 1 blocks, and all forks together have as many members as
 * there are leaves and forks, so one for each slot is enough for them. A gate, see vtree.h, may be
 * a fork of one member, and needs one for that.
 */
#define ORDER_BLOCKS (2 * CGFIFO_MAX_SLOTS)

/* A *place* is a block and one of its entries, in one number: see order_place(). */

struct order_entry {
	__u64 start;  /* the virtual time that it has reached */
	__u64 finish; /* ... and where it will be after a slice */
#if CGFIFO_SET_WORDS > 1
	__u64 waits; /* 0: nothing waits there; else see order_words */
#else
	struct cgfifo_cpuset mask; /* that may find a task to run there; empty: nothing waits */
#endif
	__u32 ref; /* the member; in an upper block: the lower block */
	__u32 pad;
};

struct order_block {
	struct order_entry entry[ORDER_BLOCK];
};

static PRIVATE(order) struct order_block order_blocks[ORDER_BLOCKS];
#if CGFIFO_SET_WORDS > 1
/*
 * For which CPUs something waits, of the entries of a block, if anything does: the first words of
 * all eight, then the second ones. So a CPU finds in one cache line what is for it; and as long as
 * tasks wake and run that may use the same CPUs, only entries change, and these lines stay in all
 * caches.
 */
static PRIVATE(order) struct order_words {
	__u64 word[CGFIFO_SET_WORDS][ORDER_BLOCK];
} order_words[ORDER_BLOCKS];
#endif
/* The place in the upper block that sums up this one, or ORDER_NONE. */
static PRIVATE(order) __u32 order_up[ORDER_BLOCKS];
/* All blocks, those in use first, each less its place here by exclusive or: so that memory of zeros
 * has them all, and there is one way to take one. */
static PRIVATE(order) __u32 order_pool[ORDER_BLOCKS];
static PRIVATE(order) __u32 order_nr_taken;
/* Where each member stands; kept here because removing one moves another. */
static PRIVATE(order) __u32 order_places[CGFIFO_NR_MEMBERS];

static __always_inline struct order_entry *order_entry(__u32 place)
{
	return &order_blocks[place >> ORDER_BLOCK_BITS & (ORDER_BLOCKS - 1)]
			.entry[place & (ORDER_BLOCK - 1)];
}

static __always_inline __u32 order_place(__u32 block, __u32 i)
{
	return block << ORDER_BLOCK_BITS | (i & (ORDER_BLOCK - 1));
}

static __always_inline __u32 *order_place_of(__u32 member)
{
	return &order_places[member & (CGFIFO_NR_MEMBERS - 1)];
}

static __always_inline __u32 *order_up_of(__u32 block)
{
	return &order_up[block & (ORDER_BLOCKS - 1)];
}

static __always_inline __u32 order_take_block(__u32 up)
{
	__u32 n = order_nr_taken++, block = order_pool[n & (ORDER_BLOCKS - 1)] ^ n;

	*order_up_of(block) = up;
	return block;
}

static __always_inline void order_put_block(__u32 block)
{
	__u32 n = --order_nr_taken;

	order_pool[n & (ORDER_BLOCKS - 1)] = block ^ n;
}

/*
 * For which CPUs something waits at a place, whose entry is e: a word of the set, and the set as a
 * whole. Where sets have one word it is in the entry, and nobody needs the place.
 */
#if CGFIFO_SET_WORDS > 1
static __always_inline __u64 *order_word(__u32 place, __u32 w)
{
	return &order_words[place >> ORDER_BLOCK_BITS & (ORDER_BLOCKS - 1)]
			.word[w & (CGFIFO_SET_WORDS - 1)][place & (ORDER_BLOCK - 1)];
}

static __always_inline __u64 order_waits(const struct order_entry *e)
{
	return e->waits;
}

static __always_inline void order_clear(struct order_entry *e)
{
	e->waits = 0;
}

static __always_inline __u64 order_cpus(const struct order_entry *e, __u32 place, __u32 w)
{
	return *order_word(place, w) & arith_is_set(e->waits);
}

static __always_inline void order_set_mask(struct order_entry *e, __u32 place,
					   const struct cgfifo_cpuset *mask)
{
	e->waits = cpuset_any(mask);
	for (__u32 w = 0; e->waits && cpuset_has_word(w); w++)
		if (*order_word(place, w) != mask->word[w])
			*order_word(place, w) = mask->word[w];
}

/* Of a set, what is not in the entry. */
static __always_inline void order_copy_words(__u32 to, __u32 from)
{
	for (__u32 w = 0; cpuset_has_word(w); w++)
		*order_word(to, w) = *order_word(from, w);
}

static __always_inline void order_copy_mask(struct order_entry *to, __u32 to_place,
					    const struct order_entry *from, __u32 from_place)
{
	to->waits = from->waits;
	order_copy_words(to_place, from_place);
}

/* CPUs that may find something in a block. */
static __always_inline void order_block_mask(__u32 block, struct cgfifo_cpuset *ret)
{
	__u64 set[ORDER_BLOCK], word;

	for (__u32 i = 0; i < ORDER_BLOCK; i++)
		set[i] = arith_is_set(order_entry(order_place(block, i))->waits);
	for (__u32 w = 0; cpuset_has_word(w); w++) {
		word = *order_word(order_place(block, 0), w) & set[0];
		for (__u32 i = 1; i < ORDER_BLOCK; i++)
			word |= *order_word(order_place(block, i), w) & set[i];
		ret->word[w] = word;
	}
}
#else
static __always_inline __u64 order_waits(const struct order_entry *e)
{
	return cpuset_any(&e->mask);
}

static __always_inline void order_clear(struct order_entry *e)
{
	e->mask = cpuset_none();
}

static __always_inline __u64 order_cpus(const struct order_entry *e, __u32 place, __u32 w)
{
	return e->mask.word[w];
}

static __always_inline void order_set_mask(struct order_entry *e, __u32 place,
					   const struct cgfifo_cpuset *mask)
{
	e->mask = *mask;
}

static __always_inline void order_copy_words(__u32 to, __u32 from)
{
}

static __always_inline void order_copy_mask(struct order_entry *to, __u32 to_place,
					    const struct order_entry *from, __u32 from_place)
{
	to->mask = from->mask;
}

/* CPUs that may find something in a block. */
static __always_inline void order_block_mask(__u32 block, struct cgfifo_cpuset *ret)
{
	const struct order_block *b = &order_blocks[block & (ORDER_BLOCKS - 1)];
	__u64 word = b->entry[0].mask.word[0];

	for (__u32 i = 1; i < ORDER_BLOCK; i++)
		word |= b->entry[i].mask.word[0];
	ret->word[0] = word;
}
#endif

static __always_inline bool order_has_mask(const struct order_entry *e, __u32 place,
					   const struct cgfifo_cpuset *mask)
{
	__u64 differ = order_cpus(e, place, 0) ^ mask->word[0];

	for (__u32 w = 1; cpuset_has_word(w); w++)
		differ |= order_cpus(e, place, w) ^ mask->word[w];
	return !differ;
}

/* Not 0 if any CPU is in mask and finds nothing there. */
static __always_inline __u64 order_lacks(const struct order_entry *e, __u32 place,
					 const struct cgfifo_cpuset *mask)
{
	__u64 any = mask->word[0] & ~order_cpus(e, place, 0);

	for (__u32 w = 1; cpuset_has_word(w); w++)
		any |= mask->word[w] & ~order_cpus(e, place, w);
	return any;
}

/* May a CPU find something in a block? */
static __always_inline bool order_block_has(__u32 block, struct cpu_bit bit)
{
	const struct order_block *b = &order_blocks[block & (ORDER_BLOCKS - 1)];
	__u64 word = order_cpus(&b->entry[0], order_place(block, 0), bit.word);

	for (__u32 i = 1; i < ORDER_BLOCK; i++)
		word |= order_cpus(&b->entry[i], order_place(block, i), bit.word);
	return word & bit.bit;
}

#endif
