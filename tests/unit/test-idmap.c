// SPDX-License-Identifier: GPL-2.0-only
/* cgroup/idmap: against an array that cannot be wrong. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "cgroup/idmap.h"
#include "util/cleanup.h"

#define N_IDS 512

static int values[N_IDS];

/* Ids as the kernel makes them, and ids that all want the same place. */
static uint64_t id_of(int i)
{
	return i % 2 ? (uint64_t)i : ((uint64_t)i + 1) << 52;
}

Test(idmap, random_changes)
{
	_cleanup_(idmap_done) struct idmap m = {};
	void *expected[N_IDS] = {};
	size_t n = 0;

	srand(1);
	for (int step = 0; step < 100000; step++) {
		/* Grows, then shrinks, then around half full. */
		int i = rand() % N_IDS, chance = step < 30000 ? 8 : step < 60000 ? 2 : 5;

		if (rand() % 10 < chance) {
			cr_assert_eq(idmap_put(&m, id_of(i), &values[i]), expected[i]);
			n += !expected[i];
			expected[i] = &values[i];
		} else {
			cr_assert_eq(idmap_remove(&m, id_of(i)), expected[i]);
			n -= !!expected[i];
			expected[i] = NULL;
		}
		i = rand() % N_IDS;
		cr_assert_eq(idmap_get(&m, id_of(i)), expected[i]);
		cr_assert_eq(m.n_entries, n);
	}
	for (int i = 0; i < N_IDS; i++)
		cr_expect_eq(idmap_get(&m, id_of(i)), expected[i]);
}

Test(idmap, walk_sees_each_once)
{
	_cleanup_(idmap_done) struct idmap m = {};
	int seen[N_IDS] = {}, *v;

	for (int i = 0; i < N_IDS; i++)
		idmap_put(&m, id_of(i), &values[i]);
	idmap_for_each (&m, pos, v)
		seen[v - values]++;
	for (int i = 0; i < N_IDS; i++)
		cr_expect_eq(seen[i], 1, "%d was seen %d times", i, seen[i]);
}

Test(idmap, empty)
{
	struct idmap m = {};
	int *v;

	cr_expect_null(idmap_get(&m, 1));
	cr_expect_null(idmap_remove(&m, 1));
	idmap_for_each (&m, pos, v)
		cr_expect(false, "an empty map has nothing");
	idmap_put(&m, 1, &values[1]);
	cr_expect_null(idmap_get(&m, 0), "0 is no id, and marks free places");
	cr_expect_null(idmap_remove(&m, 0));
	idmap_done(&m);
	cr_expect_null(idmap_get(&m, 1));
	idmap_done(&m);
}
