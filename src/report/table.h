/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shares as a table for people: fits 80 columns, and uses more if there are more. Non-logging.
 */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "report/sample.h"
#include "report/snapshot.h"
#include "report/view.h"

struct table_options {
	struct view_options view;
	size_t columns; /* of the terminal */
	bool colour;
	bool utf8;
};

/* How things are, in a sentence or two: which scheduler, since when, what is wrong. */
void table_print_state(FILE *f, const struct snapshot *s);

void table_print(FILE *f, const struct snapshot *s, const struct sample *samples,
		 const struct table_options *options);

#endif
