// SPDX-License-Identifier: GPL-2.0-only
/* Allocation that aborts instead of failing, see alloc.h. */
#include "util/alloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* write() and not the log: formatting a message may allocate. */
static void *check(void *p)
{
	static const char msg[] = "cgfifo: out of memory\n";
	ssize_t n;

	if (p)
		return p;
	n = write(STDERR_FILENO, msg, sizeof(msg) - 1);
	(void)n;
	abort();
}

/* A size of 0 is rounded up, because malloc(0) may answer NULL without having failed. */
void *xmalloc(size_t size)
{
	return check(malloc(size ? size : 1));
}

void *xcalloc(size_t n, size_t size)
{
	return check(calloc(n ? n : 1, size ? size : 1));
}

void *xreallocarray(void *p, size_t n, size_t size)
{
	return check(reallocarray(p, n ? n : 1, size ? size : 1));
}

char *xstrdup(const char *s)
{
	return check(strdup(s));
}

char *xstrndup(const char *s, size_t n)
{
	return check(strndup(s, n));
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	return check(n < 0 ? NULL : s);
}

FILE *xmemstream(char **ret, size_t *ret_size)
{
	return check(open_memstream(ret, ret_size));
}
