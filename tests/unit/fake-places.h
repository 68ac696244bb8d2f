/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An applier for tests. The three ways to write a weight are tables of numbers, for three cgroups:
 * a unit, and two that are none; they exist in a fake tree.
 */
#ifndef FAKE_PLACES_H
#define FAKE_PLACES_H

#include <stdbool.h>
#include <stdint.h>

#include "apply/apply.h"
#include "fake-cgroup.h"

#define N_PLACES 3

/* A place where weights are kept. */
struct place {
	struct backend backend;
	uint64_t weight[N_PLACES]; /* what counts now */
	bool refuses;		   /* answers -ENOENT */
	bool broken;		   /* cannot take back */
	bool late;		   /* writes, and answers -ETIMEDOUT */
	bool never;		   /* answers -ETIMEDOUT, and does not write */
	bool pauses;		   /* is not asked, after that */
	uint64_t mark;		   /* of the files there */
	int n_sets;
	bool kept; /* the last set() found the cgroup in undo_file */
};

extern struct fake f;
extern uint64_t ids[N_PLACES];
extern const char *const paths[N_PLACES]; /* /system.slice/a.service /plain /b */
extern struct place units, dirs, scheduler;
extern struct applier *applier;
extern char undo_file[96];

/* Of a test suite. The applier is in fall back, and keeps no file. */
void places_setup(void);
void places_teardown(void);

struct backend *place_init(struct place *p, uint64_t weight);

/* Another agent, after this one was killed; both keep undo_file. */
void start_again(void);

/* The verdict of a rule that gives this weight and slice. */
struct verdict verdict_of(uint32_t weight, uint32_t slice_us);

/* One round in which the first n cgroups shall have these. */
unsigned int run_verdicts(const struct verdict *verdicts, int n);

/* One round in which the first n cgroups shall have these weights; 0: nothing. */
unsigned int run(const uint32_t *weights, int n);

/* What the applier remembers of a cgroup. */
const struct applied *entry(int i);

/* Lines of the log since the last call. */
const char *log_since(void);

#endif
