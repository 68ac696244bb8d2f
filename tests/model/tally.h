/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the scheduler's code does to the memory that all CPUs share: how often it takes the lock,
 * what it reads and writes, and which cache lines come from another CPU for that.
 *
 * Caches are simulated without a size: a line is in that of each CPU which has read it since it was
 * last written, and after that only in the writer's. One that is not there, or has to be taken
 * from others to be written, *moves*: that is what a machine pays for memory that CPUs share.
 *
 * There is one, as there is one of the scheduler. Nothing counts before tally_begin(), nor after
 * tally_end().
 */
#ifndef MODEL_TALLY_H
#define MODEL_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TALLY_LINE 64 /* bytes */

struct tally {
	uint64_t switches; /* another task than before on a CPU */
	uint64_t steals;   /* of them, to one that a CPU with another last-level cache ran last */
	uint64_t locks;	   /* times that the lock was taken */
	uint64_t handoffs; /* of them, by another CPU than the time before */
	uint64_t words;	   /* up to 8 bytes, read or written */
	uint64_t lines;	   /* different ones with each hold of the lock, summed up */
	uint64_t moves;	   /* lines that came from another CPU, and the lock's */
	uint64_t far;	   /* of them, those that no CPU with the same last-level cache had */
};

/* All caches are empty. What is done before from_ns fills them, and does not count. */
void tally_begin(uint32_t cpus_per_llc, uint64_t from_ns);
/* Answers what was counted; frees everything. */
struct tally tally_end(void);

/* From now on a CPU is at work, or nobody whose work counts: TALLY_NOBODY. */
#define TALLY_NOBODY UINT32_MAX
void tally_cpu(uint32_t cpu, uint64_t now_ns);
/* It takes the lock, and gives back the one that it had. */
void tally_lock(void);
/* It runs another task, which ran on CPU last, or nowhere: TALLY_NOBODY. */
void tally_switch(uint32_t last);

/* It reads or writes memory. What is not the program's static data is not shared. */
void tally_access(const void *p, size_t size, bool writes);

#endif
