// SPDX-License-Identifier: GPL-2.0-only
/* Names and explanations of the statistics, from the one list in bpf/cgfifo.h. */
#include "sched/sched.h"

static const char *const names[] = {
#define X(name, help) [CGFIFO_STAT_##name] = #name,
	CGFIFO_STATS(X)
#undef X
};

static const char *const helps[] = {
#define X(name, help) [CGFIFO_STAT_##name] = help,
	CGFIFO_STATS(X)
#undef X
};

const char *sched_stat_name(enum cgfifo_stat stat)
{
	return names[stat];
}

const char *sched_stat_help(enum cgfifo_stat stat)
{
	return helps[stat];
}
