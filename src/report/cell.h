/* SPDX-License-Identifier: GPL-2.0-only */
/* Cells of tables for people. Non-logging. */
#ifndef REPORT_CELL_H
#define REPORT_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Columns that a text takes: wide characters take two, and those that are put above others none, as
 * far as the locale (LC_CTYPE) knows them. */
size_t cell_width(const char *text);

/* text in exactly width (at least 1) columns, cut with an ellipsis. */
void cell_print(FILE *f, const char *text, size_t width, bool utf8);

/* Two blanks and five columns: 100.0 is all of the machine. */
void cell_print_percent(FILE *f, double fraction);

/* Room for what cell_ratio() writes. */
#define CELL_RATIO_LEN 16

/* GOT/ENT for a cell of seven columns: 0.98. Who yields (cpu.idle) may be entitled to next to
 * nothing, and get a thousand times of that. Returns buf. */
char *cell_ratio(double ratio, char *buf);

#endif
