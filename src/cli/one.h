/* SPDX-License-Identifier: GPL-2.0-only */
/* The one cgroup that a verb is about. Logging. */
#ifndef CLI_ONE_H
#define CLI_ONE_H

#include "report/snapshot.h"

/* Who NAME stands for, see report/find.h. -ENOENT, -ENOTUNIQ: nobody or several, and it is said
 * who they are. */
int one_find(const struct snapshot *s, const char *name, size_t *ret_row);

#endif
