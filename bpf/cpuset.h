/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sets of CPUs: a word for each 64 of them. Most machines need one word, and then all of this comes
 * to what one writes with a number. Pure: compiles into the scheduler, the model and the unit tests
 * alike.
 *
 * The scheduler is compiled twice, with one word and with enough for CGFIFO_MAX_CPUS, and the
 * loader takes the second one where there are more than 64 CPUs. A pick looks at one word of each
 * member in either; what tells the forks above for which CPUs something waits looks at all that the
 * machine has CPUs for.
 */
#ifndef CPUSET_H
#define CPUSET_H

#include "cgfifo.h"

#ifdef __bpf__
#include "compat.bpf.h"

/* A global that the verifier takes for the constant that the loader made of it. */
#define FIXED const volatile
#else
#include <stdbool.h>
#define FIXED
#endif

#define CPUSET_INLINE static inline __attribute__((always_inline))

/* CPU ids are below this. Set by the loader, read only from then on. */
FIXED __u32 nr_cpus = 1;

/* Can a set have a CPU in word i? Else nobody looks at it. The verifier knows the answer, and with
 * one word the compiler. */
#if CGFIFO_SET_WORDS > 1
#define cpuset_has_word(i) ((i) < CGFIFO_SET_WORDS && (!(i) || (i) * CGFIFO_WORD_CPUS < nr_cpus))
#else
#define cpuset_has_word(i) ((i) < CGFIFO_SET_WORDS)
#endif

/* Where a CPU is in a set. */
struct cpu_bit {
	__u64 bit;
	__u32 word;
};

CPUSET_INLINE struct cpu_bit cpu_bit(__s32 cpu)
{
	return (struct cpu_bit){
		.bit = 1ULL << (cpu & (CGFIFO_WORD_CPUS - 1)),
		.word = (__u32)cpu / CGFIFO_WORD_CPUS & (CGFIFO_SET_WORDS - 1),
	};
}

CPUSET_INLINE bool cpuset_has(const struct cgfifo_cpuset *set, struct cpu_bit cpu)
{
	return set->word[cpu.word] & cpu.bit;
}

CPUSET_INLINE void cpuset_add(struct cgfifo_cpuset *set, struct cpu_bit cpu)
{
	set->word[cpu.word] |= cpu.bit;
}

CPUSET_INLINE void cpuset_remove(struct cgfifo_cpuset *set, struct cpu_bit cpu)
{
	set->word[cpu.word] &= ~cpu.bit;
}

/* Not 0 if any CPU is in it. */
CPUSET_INLINE __u64 cpuset_any(const struct cgfifo_cpuset *set)
{
	__u64 any = set->word[0];

	for (__u32 i = 1; cpuset_has_word(i); i++)
		any |= set->word[i];
	return any;
}

/* Not 0 if any CPU is in a and not in b. */
CPUSET_INLINE __u64 cpuset_beyond(const struct cgfifo_cpuset *a, const struct cgfifo_cpuset *b)
{
	__u64 any = a->word[0] & ~b->word[0];

	for (__u32 i = 1; cpuset_has_word(i); i++)
		any |= a->word[i] & ~b->word[i];
	return any;
}

/* Not 0 if any CPU is in both. */
CPUSET_INLINE __u64 cpuset_meets(const struct cgfifo_cpuset *a, const struct cgfifo_cpuset *b)
{
	__u64 any = a->word[0] & b->word[0];

	for (__u32 i = 1; cpuset_has_word(i); i++)
		any |= a->word[i] & b->word[i];
	return any;
}

CPUSET_INLINE void cpuset_join(struct cgfifo_cpuset *set, const struct cgfifo_cpuset *other)
{
	for (__u32 i = 0; cpuset_has_word(i); i++)
		set->word[i] |= other->word[i];
}

CPUSET_INLINE struct cgfifo_cpuset cpuset_none(void)
{
	return (struct cgfifo_cpuset){};
}

CPUSET_INLINE struct cgfifo_cpuset cpuset_all(void)
{
	struct cgfifo_cpuset set;

	for (__u32 i = 0; i < CGFIFO_SET_WORDS; i++)
		set.word[i] = ~0ULL;
	return set;
}

#endif
