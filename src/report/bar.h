/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bar: what somebody got, and behind it what is missing to what they are entitled to.
 * Non-logging, no I/O.
 */
#ifndef REPORT_BAR_H
#define REPORT_BAR_H

#include <stdbool.h>
#include <stddef.h>

/* Cells of a bar at most. */
#define BAR_MAX 120
/* Bytes for a bar of that many cells. */
#define BAR_LEN (BAR_MAX * 3 + 1)

/* got and entitled are fractions; a bar of width cells would be 1. Returns buf (BAR_LEN). */
char *bar_make(double got, double entitled, size_t width, bool utf8, char *buf);

#endif
