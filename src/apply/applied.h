/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What was done for one cgroup: the applier's memory. Only apply.c changes it; plans and snapshots
 * read it. Non-logging.
 */
#ifndef APPLY_APPLIED_H
#define APPLY_APPLIED_H

#include <stdbool.h>
#include <stdint.h>

#include "../bpf/cgfifo.h"
#include "policy/verdict.h"
#include "util/cleanup.h"

/* Stands for "not set" where a previous weight is remembered, as systemd writes it. */
#define WEIGHT_NONE UINT64_MAX

struct applied {
	uint64_t id;
	struct cgfifo_conf conf;    /* what was asked for */
	enum verdict_source source; /* and the reason, for those who ask later */
	char *origin;		    /* FILE:LINE, or "" */
	char *path;
	char *name;    /* for people */
	char *unit;    /* the system unit whose cgroup this is, or NULL */
	bool in_force; /* false: it failed so far, and that was said */
	bool stuck;    /* it could not be taken back, and that was said */
	bool stale;    /* the cgroup lost it meanwhile: do it again */
	bool written;  /* this weight was written to cpu.weight, where undo_weight was */
	bool planned;  /* ... or will be in a moment, for the first time */
	bool unsure;   /* ... or not: there was no answer, or an earlier agent had it */
	uint32_t written_weight;
	uint32_t asked_weight; /* or this, if there was no answer; 0: surely not */
	uint64_t undo_weight;
	uint64_t mark;	     /* of the write, see backend.h */
	unsigned int wanted; /* the last plan that wanted it */
};

/* All texts are "", nothing is in force. */
struct applied *applied_new(uint64_t id);
struct applied *applied_free(struct applied *e);
DEFINE_CLEANUP(struct applied *, applied_free);

/* Its path, and what the path says: a name, and the unit if it is one. */
void applied_set_path(struct applied *e, const char *path);
/* A better name. */
void applied_set_name(struct applied *e, const char *name);
void applied_set_reason(struct applied *e, const struct verdict *v);

#endif
