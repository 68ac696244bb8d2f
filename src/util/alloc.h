/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that is there or the process is not: these never return NULL. The agent is small,
 * restarts cleanly, and the scheduler goes on without it, so an abort costs less than hundreds of
 * branches that no test reaches. In exchange everything that input can grow has a limit.
 */
#ifndef UTIL_ALLOC_H
#define UTIL_ALLOC_H

#include <stddef.h>

void *xmalloc(size_t size);
/* Zeroed. */
void *xcalloc(size_t n, size_t size);
void *xreallocarray(void *p, size_t n, size_t size);
char *xstrdup(const char *s);
/* At most n bytes of s, always terminated. */
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
