/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Weights that somebody set by hand, for a while or until they take it back: a list, and a file
 * that keeps it when the agent is started again. Non-logging, no clock: times are arguments, of
 * CLOCK_BOOTTIME in microseconds.
 */
#ifndef AGENT_OVERRIDE_H
#define AGENT_OVERRIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/vec.h"

/* Nobody sets more by hand. */
#define OVERRIDES_MAX 1024

struct override {
	uint64_t cgid;
	uint32_t weight;
	uint64_t until_usec; /* 0: without end */
};

struct overrides {
	VEC(struct override);
};

void overrides_done(struct overrides *list);

/* Replaces an earlier one. -ENOSPC: there are too many. */
int overrides_set(struct overrides *list, uint64_t cgid, uint32_t weight, uint64_t until_usec);

/* NULL: none. */
const struct override *overrides_find(const struct overrides *list, uint64_t cgid);

bool overrides_remove(struct overrides *list, uint64_t cgid);

/* The one that ends first, if that is before now: it is taken out, into *ret. */
bool overrides_take_ended(struct overrides *list, uint64_t now_usec, struct override *ret);

/* When the next one ends; 0: none does. */
uint64_t overrides_next_end(const struct overrides *list);

/* An empty list removes the file. */
int overrides_save(const struct overrides *list, const char *path);

/* Adds what the file has. -ENOENT: there is none, or it is of another boot. -EBADMSG: it is not one
 * of ours; lines before the bad one were added. */
int overrides_load(struct overrides *list, const char *path);

#endif
