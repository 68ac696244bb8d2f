/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The vtree: the order by virtual time of all FIFOs in which tasks wait; each slot has two, and
 * leaf 2 * slot + kind stands for one of them. Pure: compiles into the
 * scheduler and into the unit tests alike. Who calls it holds the lock of the tree.
 *
 * It is a winner tree: four neighbouring leaves meet in a node, four nodes in the next,
 * and each node keeps the earliest key below it and the CPUs that may run something below it. So
 * a change walks up a fixed path (and stops as soon as a node stays the same), the earliest leaf
 * for a CPU is found by walking down, nothing is allocated, and no pointer can go stale. Only as
 * many levels are used as the highest leaf needs: with up to 32 cgroups a change touches three
 * nodes.
 *
 * Each tree serves 64 CPUs, one bit each. A leaf with mask 0 is not in the order.
 */
#ifndef VTREE_H
#define VTREE_H

#include "arith.h"

#ifndef can_loop
#define can_loop true /* in BPF: a loop bound for the verifier, see cgfifo.bpf.c */
#endif

#define VTREE_LEVELS 7
#define VTREE_LEAVES (CGFIFO_NR_KINDS * CGFIFO_MAX_SLOTS)
#define VTREE_NODES  21845 /* 4^7 + 4^6 + ... + 1 */
#define VTREE_NONE   0xffffffffu

/* A search that met cgroups bound to other CPUs looks at this many nodes more before it settles
 * for the best it has seen. */
#define VTREE_SEARCH_STEPS 128

struct vtree_node {
	__u64 key;  /* earliest virtual time below, if mask is not 0 */
	__u64 mask; /* CPUs that may find something below */
};

struct vtree {
	struct vtree_node node[VTREE_NODES]; /* level 0 first */
	__u32 top;			     /* the level whose first node covers all leaves used */
	/* Where a walk is. In memory, not in registers: the verifier takes what it reads from
	 * there for unknown, so it walks a loop once and not once per position. */
	struct {
		__u64 best_key;
		__u32 best, level, pos, steps;
	} at;
};

_Static_assert(1u << (2 * VTREE_LEVELS) == VTREE_LEAVES, "one leaf per slot and kind");

/* Node pos of a level, and count - 1 more to its right; NULL only to show the verifier a bound. */
static __always_inline struct vtree_node *vtree_nodes(struct vtree *t, __u32 level, __u32 pos,
						      __u32 count)
{
	/* Levels 0..level-1 together have (4^7 - 4^(7-level)) * 4/3 nodes. */
	__u32 before = (VTREE_LEAVES - (VTREE_LEAVES >> (2 * (level & 7)))) / 3 * 4;
	__u32 i = before + pos;

	/* Keeps the compiler from merging this bound with others into one that the verifier
	 * cannot follow. */
	asm volatile("" : "+r"(i));
	if (i > VTREE_NODES - count)
		return (void *)0;
	return &t->node[i];
}

static __always_inline struct vtree_node *vtree_node(struct vtree *t, __u32 level, __u32 pos)
{
	return vtree_nodes(t, level, pos, 1);
}

/* Recompute node pos of a level from its four children. Answers whether it changed. */
static __always_inline bool vtree_fold(struct vtree *t, __u32 level, __u32 pos)
{
	struct vtree_node *n = vtree_node(t, level, pos);
	struct vtree_node *child = vtree_nodes(t, level - 1, 4 * pos, 4);
	__u64 key = 0, mask = 0, take;
	__u32 i;

	if (!n || !child)
		return false;
	for (i = 0; i < 4; i++) {
		take = arith_nonzero(child[i].mask) &
		       (arith_earlier(child[i].key, key) | ~arith_nonzero(mask));
		key = arith_select(take, child[i].key, key);
		mask |= child[i].mask;
	}
	if (n->key == key && n->mask == mask)
		return false;
	n->key = key;
	n->mask = mask;
	return true;
}

/* Make the used part of the tree high enough for a leaf. */
static __always_inline void vtree_grow(struct vtree *t, __u32 leaf)
{
	while (t->top < VTREE_LEVELS && leaf >> (2 * t->top) && can_loop) {
		t->top++;
		vtree_fold(t, t->top, 0);
	}
}

/* Carry a change of a leaf up as far as it changes anything. */
static __always_inline void vtree_rise(struct vtree *t, __u32 leaf)
{
	vtree_grow(t, leaf);
	t->at.level = 0;
	t->at.pos = leaf;
	while (t->at.level < t->top && can_loop) {
		t->at.level++;
		t->at.pos >>= 2;
		if (!vtree_fold(t, t->at.level, t->at.pos))
			return;
	}
}

/* Put a leaf in its place: its key, and the CPUs (of this tree's 64) that may pick it. */
static __always_inline void vtree_set(struct vtree *t, __u32 leaf, __u64 key, __u64 mask)
{
	struct vtree_node *n = vtree_node(t, 0, leaf);

	if (!n)
		return;
	n->key = key;
	n->mask = mask;
	vtree_rise(t, leaf);
}

/* The same for both leaves of a slot, which are neighbours and rise together. */
static __always_inline void vtree_set_slot(struct vtree *t, __u32 slot,
					   const __u64 key[CGFIFO_NR_KINDS], __u64 free_mask,
					   __u64 bound_mask)
{
	struct vtree_node *n = vtree_nodes(t, 0, CGFIFO_NR_KINDS * slot, CGFIFO_NR_KINDS);

	if (!n)
		return;
	n[CGFIFO_FREE].key = key[CGFIFO_FREE];
	n[CGFIFO_FREE].mask = free_mask;
	n[CGFIFO_BOUND].key = key[CGFIFO_BOUND];
	n[CGFIFO_BOUND].mask = bound_mask;
	vtree_rise(t, CGFIFO_NR_KINDS * slot);
}

/* Of the four children of node pos, the earliest that bit may pick. There is one, because the
 * node's mask says so. */
static __always_inline __u32 vtree_best_child(struct vtree *t, __u32 level, __u32 pos, __u64 bit)
{
	struct vtree_node *child = vtree_nodes(t, level - 1, 4 * pos, 4);
	__u64 best = 0, key = 0, found = 0, take;
	__u32 i;

	if (!child)
		return 0;
	for (i = 0; i < 4; i++) {
		take = arith_nonzero(child[i].mask & bit) &
		       (arith_earlier(child[i].key, key) | ~found);
		key = arith_select(take, child[i].key, key);
		best = arith_select(take, i, best);
		found |= take;
	}
	return best;
}

/* A good leaf for bit: at each level the child with the earliest key. The best there is unless a
 * leaf bound to other CPUs lent its key to a node on the way. */
static __always_inline __u32 vtree_descend(struct vtree *t, __u64 bit)
{
	struct vtree_node *n = vtree_node(t, t->top, 0);

	if (!n || !(n->mask & bit))
		return VTREE_NONE;
	t->at.level = t->top;
	t->at.pos = 0;
	while (t->at.level && can_loop) {
		t->at.pos = 4 * t->at.pos + vtree_best_child(t, t->at.level, t->at.pos, bit);
		t->at.level--;
	}
	return t->at.pos;
}

/* Move on to the node to the right, after climbing out of families that are done. Answers whether
 * there is one. */
static __always_inline bool vtree_next(struct vtree *t)
{
	while ((t->at.pos & 3) == 3 && t->at.level < t->top && can_loop) {
		t->at.level++;
		t->at.pos >>= 2;
	}
	t->at.pos++;
	return t->at.level < t->top;
}

/*
 * The earliest leaf for bit, given a good one: visits, depth first, only nodes whose key is
 * earlier than the best leaf seen and that bit may pick something below.
 */
static __always_inline void vtree_refine(struct vtree *t, __u64 bit)
{
	struct vtree_node *n;
	bool better;

	t->at.level = t->top;
	t->at.pos = 0;
	t->at.steps = VTREE_SEARCH_STEPS;
	while (can_loop) {
		n = vtree_node(t, t->at.level, t->at.pos);
		if (!n || !t->at.steps--)
			break;
		better = n->mask & bit && arith_before(n->key, t->at.best_key);
		if (better && t->at.level) { /* look below */
			t->at.level--;
			t->at.pos *= 4;
			continue;
		}
		if (better) {
			t->at.best = t->at.pos;
			t->at.best_key = n->key;
		}
		if (!vtree_next(t))
			break;
	}
}

/* The leaf with the earliest key that bit may pick, or VTREE_NONE. */
static __always_inline __u32 vtree_find(struct vtree *t, __u64 bit)
{
	struct vtree_node *leaf, *root = vtree_node(t, t->top, 0);

	t->at.best = vtree_descend(t, bit);
	leaf = vtree_node(t, 0, t->at.best);
	if (!leaf || !root)
		return VTREE_NONE;
	if (leaf->key != root->key) {
		t->at.best_key = leaf->key;
		vtree_refine(t, bit);
	}
	return t->at.best;
}

#endif
