/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a switch costs as the machine grows: the same load for each CPU on 1 to 512 of them, all
 * busy, under cgfifo with its accesses to memory counted (tally.h).
 */
#ifndef MODEL_SCALE_H
#define MODEL_SCALE_H

#include <stdio.h>

#include "scenario.h"
#include "tally.h"

/* Cgroups with one task each, for each CPU. */
#define SCALE_CGROUPS 4

/* From 1 CPU to 512, twice as many each time. */
#define SCALE_MACHINES 10

struct scale_load {
	const char *name;
	const char *summary;
	/* Adds cgroups and tasks to an empty scenario. */
	void (*build)(struct scenario *s);
	uint64_t warm_ns, measured_ns; /* of simulated time */
};

/* All, ended by one without a name; and the one of this name, or NULL. */
extern const struct scale_load scale_loads[];
const struct scale_load *scale_load_find(const char *name);

struct scale_row {
	uint32_t nr_cpus;
	uint32_t levels; /* of blocks, in the order of the root's members */
	uint64_t measured_ns;
	struct tally sum;
};

/* One run. Answers 0, or -EPROTO when the scheduler broke the rules of sched.h. */
int scale_run(const struct scale_load *load, uint32_t nr_cpus, struct scale_row *ret);

/* What a switch costs, in one of the ways of counting. */
struct scale_figure {
	const char *name;
	double (*of)(const struct scale_row *row);
};
/* All of which it is asked that they grow no faster than log n; ended by one without a name. */
extern const struct scale_figure scale_figures[];

/* How much a figure grew from one machine to a larger one, as a multiple of how much the logarithm
 * of the number of cgroups did: up to 1 is no faster. */
double scale_growth(const struct scale_figure *f, const struct scale_row *from,
		    const struct scale_row *to);

void scale_print_head(FILE *f, const struct scale_load *load);
void scale_print_row(FILE *f, const struct scale_row *row);
/* A line for each figure that grows faster from the machine with COUNTED_NARROW_CPUS to the last
 * one. Answers how many do. */
uint32_t scale_judge(FILE *f, const struct scale_row *rows, size_t nr);
void scale_csv_head(FILE *f);
void scale_csv_row(FILE *f, const struct scale_load *load, const struct scale_row *row);

#endif
