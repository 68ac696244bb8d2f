// SPDX-License-Identifier: GPL-2.0-only
/* Caches without a size, and what is counted on the way. */
#include "tally.h"

#include <stdlib.h>
#include <string.h>

#include "sched.h"
#include "util/alloc.h"

#define WORD 8 /* bytes */

/* Where static data lies, see end(3). */
extern char etext, end;

struct line {
	struct model_mask in; /* the caches of these CPUs */
	uint64_t hold;	      /* the hold of the lock in which it was last touched */
};

static struct {
	struct tally sum;
	struct line *lines; /* of static data; NULL: nothing is counted */
	struct line lock;
	uint32_t cpus_per_llc;
	uint32_t cpu, holder;
	struct model_mask near; /* CPUs with the same last-level cache */
	uint64_t hold, from_ns;
} at = {.cpu = TALLY_NOBODY, .cpus_per_llc = 1};

/* The number of the line in which something lies. */
static size_t line_of(const void *p)
{
	return (uintptr_t)p / TALLY_LINE - (uintptr_t)&etext / TALLY_LINE;
}

void tally_begin(uint32_t cpus_per_llc, uint64_t from_ns)
{
	at.lines = xcalloc(line_of(&end) + 1, sizeof(*at.lines));
	at.lock = (struct line){};
	at.cpus_per_llc = cpus_per_llc;
	at.cpu = at.holder = TALLY_NOBODY;
	at.hold = 0;
	at.from_ns = from_ns;
	at.sum = (struct tally){};
}

struct tally tally_end(void)
{
	free(at.lines);
	at.lines = NULL;
	at.cpu = TALLY_NOBODY;
	return at.sum;
}

void tally_cpu(uint32_t cpu, uint64_t now_ns)
{
	uint32_t first = cpu / at.cpus_per_llc * at.cpus_per_llc;

	if (at.from_ns && now_ns >= at.from_ns) {
		at.sum = (struct tally){};
		at.from_ns = 0;
	}
	at.cpu = at.lines ? cpu : TALLY_NOBODY;
	if (at.cpu == TALLY_NOBODY)
		return;
	at.near = (struct model_mask){};
	for (uint32_t i = first; i < first + at.cpus_per_llc && i < MODEL_MAX_CPUS; i++)
		at.near.bits[i / 64] |= 1ULL << (i % 64);
}

/* A CPU wants a line that it has not, or that others have, too. */
static void move(const struct line *line, bool writes)
{
	uint64_t near = 0, elsewhere = 0;

	for (uint32_t i = 0; i < MODEL_MASK_WORDS; i++) {
		near |= line->in.bits[i] & at.near.bits[i];
		elsewhere |= line->in.bits[i] & ~at.near.bits[i];
	}
	if (!elsewhere && !near)
		return; /* nobody has it: it comes from memory, once */
	at.sum.moves++;
	at.sum.far += writes ? !!elsewhere : !near;
}

static bool is_alone(const struct line *line)
{
	for (uint32_t i = 0; i < MODEL_MASK_WORDS; i++)
		if (line->in.bits[i] != (i == at.cpu / 64 ? 1ULL << (at.cpu % 64) : 0))
			return false;
	return true;
}

static void touch(struct line *line, bool writes)
{
	if (line->hold != at.hold) {
		line->hold = at.hold;
		at.sum.lines++;
	}
	if (writes ? is_alone(line) : model_mask_has(&line->in, at.cpu))
		return;
	move(line, writes);
	if (writes)
		line->in = (struct model_mask){};
	line->in.bits[at.cpu / 64] |= 1ULL << (at.cpu % 64);
}

void tally_lock(void)
{
	if (at.cpu == TALLY_NOBODY)
		return;
	at.hold++;
	at.sum.locks++;
	at.sum.handoffs += at.holder != at.cpu;
	at.holder = at.cpu;
	touch(&at.lock, true);
}

void tally_switch(uint32_t last)
{
	if (at.cpu == TALLY_NOBODY)
		return;
	at.sum.switches++;
	at.sum.steals += last != TALLY_NOBODY && last / at.cpus_per_llc != at.cpu / at.cpus_per_llc;
}

void tally_access(const void *p, size_t size, bool writes)
{
	const char *from = p, *to = from + size;

	if (at.cpu == TALLY_NOBODY || from < &etext || to > &end)
		return;
	at.sum.words += (size + WORD - 1) / WORD;
	for (size_t i = line_of(from); i <= line_of(to - 1); i++)
		touch(&at.lines[i], writes);
}
