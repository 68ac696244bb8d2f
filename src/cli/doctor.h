/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What this machine has and lacks of that which cgfifo needs, and for each problem the line that
 * solves it. Reads files that everybody may read, and changes nothing. Non-logging.
 */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include <stdbool.h>

#include "util/vec.h"

enum doctor_level {
	DOCTOR_OK,
	DOCTOR_NOTE,	/* good to know */
	DOCTOR_PROBLEM, /* something does not work as it could */
	DOCTOR_N_LEVELS,
};

struct finding {
	enum doctor_level level;
	const char *check; /* one word */
	char *text;
	char *fix; /* a command or a step; NULL: none is needed */
};

struct findings {
	VEC(struct finding);
};

/* root_fd: "/", or what stands for it in a test. release: as uname() says it. */
void doctor_examine(int root_fd, const char *release, struct findings *ret);

/* Whether this program has a scheduler to load. */
void doctor_build(bool has_scheduler, struct findings *ret);

/* For those who know more; fix may be NULL. Takes both texts. */
void doctor_add(struct findings *f, enum doctor_level level, const char *check, char *text,
		char *fix);

void findings_done(struct findings *f);

/* "ok", "note" or "problem". */
const char *doctor_level_name(enum doctor_level level);

#endif
