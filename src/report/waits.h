/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long tasks waited, from the scheduler's counts (struct cgfifo_waits). Non-logging, no I/O.
 */
#ifndef REPORT_WAITS_H
#define REPORT_WAITS_H

#include <stdint.h>

#include "../bpf/cgfifo.h"

/* What was counted since an earlier reading: all, when the count began anew meanwhile. was may be
 * NULL. */
struct cgfifo_waits waits_since(const struct cgfifo_waits *is, const struct cgfifo_waits *was);

void waits_add(struct cgfifo_waits *to, const struct cgfifo_waits *more);

/* How many were counted. */
uint64_t waits_count(const struct cgfifo_waits *w);

/* The mean, in microseconds. 0 when nothing was counted. */
double waits_mean_usec(const struct cgfifo_waits *w);

/*
 * In microseconds, what the part q (0 to 1) of the waits did not exceed. A class is taken for
 * evenly filled, so the answer can be off by up to a factor of two. 0 when nothing was counted.
 */
double waits_quantile_usec(const struct cgfifo_waits *w, double q);

/* Room for what waits_format() writes. */
#define WAITS_FORMAT_LEN 16

/* A duration for a cell of five columns: 850us, 1.2ms, 120ms, 4.5s, 130s. Returns buf. */
char *waits_format(double usec, char *buf);

#endif
