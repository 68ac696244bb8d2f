/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is wrong with configuration files, for people: a place, a sentence, the line and a caret
 * under the place. All of it is collected, so that one look is enough to repair everything.
 * Non-logging.
 */
#ifndef CONFIG_DIAG_H
#define CONFIG_DIAG_H

#include <stdbool.h>

#include "config/source.h"
#include "util/vec.h"

/* Further ones are dropped, mistakes only where all are some; the last that is kept says so. */
#define DIAGS_MAX 100

enum diag_severity {
	DIAG_ERROR,   /* the configuration cannot be used */
	DIAG_WARNING, /* it can, but hardly does what was meant */
	DIAG_NOTICE,  /* about the complaints themselves */
};

struct diag {
	enum diag_severity severity;
	char *file;
	struct mark mark;
	char *message;	    /* one line, printable */
	char *excerpt;	    /* the line, or the part of a long one around the place; NULL: none */
	unsigned int caret; /* characters of excerpt before the place */
};

struct diags {
	VEC(struct diag);
	unsigned int n_errors;
};

void diags_done(struct diags *diags);

/* Adds one; src is only looked at here, and need not be kept. */
void diags_add(struct diags *diags, enum diag_severity severity, const struct source *src,
	       struct mark mark, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* In the order of the files, and by line in each: the order in which people repair them. */
void diags_sort(struct diags *diags);

/* "error", "warning" or "notice". */
const char *diag_severity_name(enum diag_severity severity);

/* "file:line:col: severity: message", without an end of line. The caller's. */
char *diag_headline(const struct diag *d);

/* The headline, the line and the caret, each with an end of line. The caller's. */
char *diag_format(const struct diag *d, bool colour);

#endif
