/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Giving up what a process may do, before it reads what others wrote. Non-logging.
 */
#ifndef UTIL_PRIVILEGE_H
#define UTIL_PRIVILEGE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * No capability any more, and none to be had by running another program. Root stays root, because
 * the files to read may be root's alone; but it is nothing more. Of the whole process, so before
 * there are threads.
 */
int privilege_give_up(void);

/* Does this process have no capability that it could use? */
bool privilege_is_none(void);

/* No more memory than this, no core dumps. */
void privilege_limit(size_t memory);

#endif
