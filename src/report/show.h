/* SPDX-License-Identifier: GPL-2.0-only */
/* All that is known about one cgroup, for people. Non-logging. */
#ifndef REPORT_SHOW_H
#define REPORT_SHOW_H

#include <stdio.h>

#include "report/sample.h"
#include "report/snapshot.h"

/* One fact a line, each under a word. */
void show_print(FILE *f, const struct snapshot *s, size_t row, const struct sample *samples);

/* The lines about its weight only: what is in force. */
void show_print_weight(FILE *f, const struct snapshot *s, size_t row);

/* The lines about shares only: what it is entitled to beside whom, and what it got. */
void show_print_share(FILE *f, const struct snapshot *s, size_t row, const struct sample *samples);

#endif
