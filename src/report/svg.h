/* SPDX-License-Identifier: GPL-2.0-only */
/* The pictures of html.c. Non-logging. */
#ifndef REPORT_SVG_H
#define REPORT_SVG_H

#include "report/html.h"

/* What one cgroup got, as an area, and what it was entitled to, as a line; events as marks. */
void svg_print_share(FILE *f, const struct record *r, const struct record_series *s,
		     const struct html_event *events, size_t n_events);

#endif
