// SPDX-License-Identifier: GPL-2.0-only
/* agent/backoff: when to try again, and when not to. */
#include <criterion/criterion.h>

#include "agent/backoff.h"
#include "util/cleanup.h"

/* Failures at these times, and what is to be answered to each. */
static const struct {
	const char *what;
	size_t n;
	struct {
		uint64_t at;
		unsigned int answer;
	} steps[8];
} cases[] = {
	{"three in ten minutes are enough", 4, {{1000, 1}, {1010, 2}, {1599, 0}, {1600, 0}}},
	{"the first is forgotten when it is ten minutes old",
	 4,
	 {{1000, 1}, {1010, 2}, {1600, 4}, {1605, 0}}},
	{"quiet for ten minutes starts anew", 4, {{1000, 1}, {1010, 2}, {1610, 1}, {1611, 2}}},
	{"again and again, slowly: ever longer",
	 7,
	 {{1000, 1}, {1400, 2}, {1800, 4}, {2200, 8}, {2600, 16}, {3000, 32}, {3400, 64}}},
	{"at the time of boot", 3, {{0, 1}, {0, 2}, {0, 0}}},
};

Test(backoff, table)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct backoff b = {};

		for (size_t k = 0; k < cases[i].n; k++) {
			unsigned int answer = backoff_fail(&b, cases[i].steps[k].at);

			cr_expect_eq(answer, cases[i].steps[k].answer, "%s: %zu. time: %u, not %u",
				     cases[i].what, k + 1, answer, cases[i].steps[k].answer);
		}
	}
}

Test(backoff, never_longer_than_the_maximum)
{
	struct backoff b = {};
	unsigned int longest = 0;

	for (uint64_t at = 0; at < 100000; at += 400) {
		unsigned int answer = backoff_fail(&b, at);

		longest = answer > longest ? answer : longest;
	}
	cr_expect_eq(longest, BACKOFF_MAX_SEC);
}

Test(backoff, reset)
{
	struct backoff b = {};

	backoff_fail(&b, 1);
	backoff_fail(&b, 2);
	cr_assert_eq(backoff_fail(&b, 3), 0);
	backoff_reset(&b);
	cr_expect_eq(backoff_fail(&b, 4), 1);
}
