/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A record as one HTML file that needs nothing else: pictures are in it as SVG, and there is no
 * script. For somebody who was not there. Non-logging.
 */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <stdio.h>

#include "report/record.h"

/* Something that happened meanwhile. */
struct html_event {
	double seconds; /* since the beginning */
	char *message;
	bool is_trouble;
};

struct html_about {
	const char *host, *kernel, *version; /* of the program */
	const char *begin;		     /* a date and time */
	uint32_t nr_cpus;
	const char *state; /* one sentence */
	const struct html_event *events;
	size_t n_events;
	const char *events_missing; /* why there are none; NULL: they are all */
};

void html_print(FILE *f, const struct record *r, const struct html_about *about);

/* Text with what HTML gives a meaning spelt out. */
void html_text(FILE *f, const char *text);

#endif
