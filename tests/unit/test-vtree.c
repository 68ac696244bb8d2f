// SPDX-License-Identifier: GPL-2.0-only
/* bpf/vtree.h against a plain search of all leaves. The same header runs in the kernel. */
#include <criterion/criterion.h>
#include <stdbool.h>
#include <string.h>

#include "vtree.h"

static struct vtree tree;
static __u64 keys[VTREE_LEAVES], masks[VTREE_LEAVES];
static __u64 seed = 1;

static __u32 rnd(__u32 below)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (seed >> 33) % below;
}

static void set(__u32 leaf, __u64 key, __u64 mask)
{
	keys[leaf] = key;
	masks[leaf] = mask;
	vtree_set(&tree, leaf, key, mask);
}

static void start(void)
{
	memset(&tree, 0, sizeof(tree));
	memset(masks, 0, sizeof(masks));
}

/* The earliest key that bit may pick, by looking at everything; -1: none. */
static __s64 plain_search(__u64 bit, __u32 leaves)
{
	__s64 best = -1;

	for (__u32 i = 0; i < leaves; i++)
		if (masks[i] & bit && (best < 0 || (__s64)keys[i] < best))
			best = keys[i];
	return best;
}

static void expect_best(__u64 bit, __u32 leaves)
{
	__u32 found = vtree_find(&tree, bit);
	__s64 best = plain_search(bit, leaves);

	if (best < 0) {
		cr_assert_eq(found, VTREE_NONE, "found %u where nothing is", found);
		return;
	}
	cr_assert(found < leaves, "found nothing, key %lld is there", best);
	cr_assert(masks[found] & bit, "leaf %u may not run here", found);
	cr_assert_eq(keys[found], (__u64)best, "found key %llu, not %lld", keys[found], best);
}

Test(vtree, empty)
{
	start();
	cr_assert_eq(vtree_find(&tree, 1), VTREE_NONE);
	set(0, 5, 0);
	cr_assert_eq(vtree_find(&tree, 1), VTREE_NONE);
}

Test(vtree, uses_only_the_levels_it_needs)
{
	start();
	set(3, 5, 1);
	cr_assert_eq(tree.top, 1);
	set(63, 4, 1);
	cr_assert_eq(tree.top, 3);
	cr_assert_eq(vtree_find(&tree, 1), 63);
	set(VTREE_LEAVES - 1, 3, 1);
	cr_assert_eq(tree.top, VTREE_LEVELS);
	cr_assert_eq(vtree_find(&tree, 1), VTREE_LEAVES - 1);
	set(VTREE_LEAVES - 1, 3, 0);
	cr_assert_eq(vtree_find(&tree, 1), 63);
}

Test(vtree, order_is_right_across_a_wrap)
{
	start();
	set(1, ~0ULL - 10, 1);
	set(2, 10, 1);
	cr_assert_eq(vtree_find(&tree, 1), 1);
	set(1, 20, 1);
	cr_assert_eq(vtree_find(&tree, 1), 2);
}

Test(vtree, both_leaves_of_a_slot_at_once)
{
	const __u64 key[CGFIFO_NR_KINDS] = {[CGFIFO_FREE] = 7, [CGFIFO_BOUND] = 5};

	start();
	vtree_set_slot(&tree, 21, key, 3, 2);
	cr_assert_eq(vtree_find(&tree, 1), 42);
	cr_assert_eq(vtree_find(&tree, 2), 43);
	vtree_set_slot(&tree, 21, key, 3, 0);
	cr_assert_eq(vtree_find(&tree, 2), 42);
}

/* Free leaves only, as on most machines: the best one, always. */
Test(vtree, random_changes_without_bound_leaves)
{
	static const __u32 sizes[] = {3, 30, 300, VTREE_LEAVES};

	for (int s = 0; s < 4; s++) {
		start();
		for (int i = 0; i < 3000; i++) {
			set(rnd(sizes[s]), rnd(100000), rnd(3) ? ~0ULL : 0);
			expect_best(1ULL << rnd(64), sizes[s]);
		}
	}
}

/* Leaves bound to one of eight CPUs lie in the way of the others. */
Test(vtree, random_changes_with_bound_leaves)
{
	start();
	for (int i = 0; i < 20000; i++) {
		__u64 mask = rnd(3) == 0 ? 0 : rnd(4) == 0 ? 1ULL << rnd(8) : 0xff;

		set(rnd(100), rnd(100000), mask);
		expect_best(1ULL << rnd(8), 100);
	}
}

/* So many that the search gives up early: then it is a good leaf, allowed here, if not the best. */
Test(vtree, a_search_that_gives_up_still_finds_work)
{
	start();
	for (__u32 i = 0; i < 4096; i++)
		set(i, i, 1);
	for (__u32 i = 3; i < 4096; i += 4)
		set(i, 10000 + i, 3);
	cr_assert(masks[vtree_find(&tree, 2)] & 2);
}
