// SPDX-License-Identifier: GPL-2.0-only
/* identity/facts: what is kept of texts that others wrote, and how much of it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "identity/facts.h"

Test(facts, texts)
{
	_cleanup_(facts_freep) struct facts *f = facts_new();
	char longest[FACTS_MAX_TEXT + 2];

	facts_set(&f->container, "web");
	facts_set(&f->container, "db");
	cr_expect_str_eq(f->container, "db");
	facts_set(&f->container, "");
	cr_expect_null(f->container);
	facts_set(&f->image, NULL);
	cr_expect_null(f->image);

	memset(longest, 'x', sizeof(longest));
	longest[FACTS_MAX_TEXT] = '\0';
	facts_set(&f->image, longest);
	cr_expect_str_eq(f->image, longest);
	longest[FACTS_MAX_TEXT] = 'x';
	longest[FACTS_MAX_TEXT + 1] = '\0';
	facts_set(&f->image, longest);
	cr_expect_null(f->image, "a cut name would be another one's");
}

Test(facts, pairs_replace_and_have_a_limit)
{
	_cleanup_(facts_freep) struct facts *f = facts_new();
	char key[16];

	pairs_set(&f->labels, "a", "1");
	pairs_set(&f->labels, "a", "2");
	pairs_set(&f->labels, "", "no key");
	pairs_set(&f->labels, "b", NULL);
	cr_expect_eq(f->labels.n, 1);
	cr_expect_str_eq(pairs_get(&f->labels, "a"), "2");
	cr_expect_null(pairs_get(&f->labels, "b"));
	for (int i = 0; i < 2 * FACTS_MAX_PAIRS; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		pairs_set(&f->labels, key, "v");
	}
	cr_expect_eq(f->labels.n, FACTS_MAX_PAIRS);
	pairs_set(&f->labels, "a", "3");
	cr_expect_str_eq(pairs_get(&f->labels, "a"), "3", "what is there can change");
}
