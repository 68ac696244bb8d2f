/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Resources that release themselves when their variable goes out of scope, and the two ways to
 * hand one on. Initialise every such variable where it is declared.
 */
#ifndef UTIL_CLEANUP_H
#define UTIL_CLEANUP_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Calls f(&variable) at the end of the scope. */
#define _cleanup_(f) __attribute__((cleanup(f)))

/*
 * For a pointer type with a destructor: DEFINE_CLEANUP(struct foo *, foo_free) makes foo_freep,
 * for _cleanup_(foo_freep) struct foo *f = NULL. The destructor is not called for NULL.
 */
#define DEFINE_CLEANUP(type, func)                                                                 \
	static inline void func##p(type *p)                                                        \
	{                                                                                          \
		if (*p)                                                                            \
			func(*p);                                                                  \
	}                                                                                          \
	static inline void func##p(type *p)

static inline void freep(void *p)
{
	free(*(void **)p);
}

/* Keeps errno, so that a failure can be reported after the descriptor went away. */
static inline void closep(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	errno = saved;
}

static inline void fclosep(FILE **f)
{
	int saved = errno;

	if (*f)
		fclose(*f);
	errno = saved;
}

#define _cleanup_free_	 _cleanup_(freep)
#define _cleanup_close_	 _cleanup_(closep)
#define _cleanup_fclose_ _cleanup_(fclosep)

/* The value of a variable, which gives it up: nothing is released at the end of its scope. */
#define TAKE_PTR(p)                                                                                \
	({                                                                                         \
		typeof(p) *_take = &(p);                                                           \
		typeof(p) _taken = *_take;                                                         \
		*_take = NULL;                                                                     \
		_taken;                                                                            \
	})
#define TAKE_FD(fd)                                                                                \
	({                                                                                         \
		int *_take = &(fd);                                                                \
		int _taken = *_take;                                                               \
		*_take = -EBADF;                                                                   \
		_taken;                                                                            \
	})

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
