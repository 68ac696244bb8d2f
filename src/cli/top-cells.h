/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The columns of cgfifo top between the name and the history, as text. Non-logging, no I/O.
 */
#ifndef CLI_TOP_CELLS_H
#define CLI_TOP_CELLS_H

#include <stdbool.h>
#include <stddef.h>

#include "report/sample.h"
#include "report/snapshot.h"

/* Terminals of so many columns have all of them; below that FROM is left out. */
#define TOP_WIDE 100

/* Room for a line of cells, and for their headings. */
#define TOP_CELLS_LEN 128

/* Columns that they take, blanks included. */
size_t top_cells_width(bool wide);

/* Both return buf (TOP_CELLS_LEN), with top_cells_width() characters in it. */
char *top_headings(bool wide, char *buf);
char *top_cells(const struct snapshot_row *row, const struct sample *sample, bool wide, char *buf);

#endif
