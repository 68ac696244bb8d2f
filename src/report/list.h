/* SPDX-License-Identifier: GPL-2.0-only */
/* What there is: a table of cgroups with their weights, without any measurement. Non-logging. */
#ifndef REPORT_LIST_H
#define REPORT_LIST_H

#include "report/table.h"

/* Answers the number of lines. */
size_t list_print(FILE *f, const struct snapshot *s, const struct table_options *options);

/* The same as one JSON object. */
size_t list_print_json(FILE *f, const struct snapshot *s, const struct view_options *view);

#endif
