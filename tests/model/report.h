/* SPDX-License-Identifier: GPL-2.0-only */
/* A run as text, for people. */
#ifndef MODEL_REPORT_H
#define MODEL_REPORT_H

#include <stdio.h>

#include "cases.h"

/* What the scenario is, and one line per cgroup: the rows whose lag was the largest, or all when
 * rows is 0. */
void report_run(FILE *out, const struct scenario *s, const struct sim_result *r, uint32_t rows);

/* One line: a bar, whether it is met, by how much, where. */
void report_bar(FILE *out, const struct model_bar *bar, const struct bar_figure *figure);

#endif
