/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which files are read, in which order; load.h says how it is decided. Non-logging.
 */
#ifndef CONFIG_PATHS_H
#define CONFIG_PATHS_H

#include "config/diag.h"
#include "util/vec.h"

struct paths {
	VEC(char *);
};

void paths_done(struct paths *p);

/* dirs is as in struct config_paths. A directory that does not exist is fine; one that cannot be
 * read is an error in diags and -EINVAL. */
int paths_find(const char *const *dirs, struct paths *ret, struct diags *diags);

#endif
