/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading from who may take too long, or send a byte now and then for ever. Non-logging.
 */
#ifndef UTIL_DEADLINE_H
#define UTIL_DEADLINE_H

#include <stdint.h>
#include <stdio.h>

/*
 * A stream that reads fd, and owns it from here on, also on failure. After until_ns of
 * CLOCK_MONOTONIC every read fails with ETIMEDOUT, and none waits longer than that. NULL: no
 * memory.
 */
FILE *deadline_open(int fd, uint64_t until_ns);

#endif
