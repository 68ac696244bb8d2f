/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that is there or the process is not: these never return NULL. The agent is small,
 * restarts cleanly, and the scheduler goes on without it, so an abort costs less than hundreds of
 * branches that no test reaches. In exchange everything that input can grow has a limit.
 */
#ifndef UTIL_ALLOC_H
#define UTIL_ALLOC_H

#include <stddef.h>
#include <stdio.h>

/* So that compilers and analyzers know it, too. */
#define NEVER_NULL __attribute__((returns_nonnull))

NEVER_NULL void *xmalloc(size_t size);
/* Zeroed. */
NEVER_NULL void *xcalloc(size_t n, size_t size);
NEVER_NULL void *xreallocarray(void *p, size_t n, size_t size);
NEVER_NULL char *xstrdup(const char *s);
/* At most n bytes of s, always terminated. */
NEVER_NULL char *xstrndup(const char *s, size_t n);
NEVER_NULL char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* A stream into memory, see open_memstream(3): fclose() it before reading *ret. */
NEVER_NULL FILE *xmemstream(char **ret, size_t *ret_size);

#endif
