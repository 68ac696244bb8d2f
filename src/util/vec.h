/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A growable array of any type, with a limit: VEC(struct rule) rules = {}. Its items move when it
 * grows, so keep indices, or pointers only once it is complete.
 *
 * An anonymous VEC is a type of its own; give it a name (struct or typedef) to pass it around.
 */
#ifndef UTIL_VEC_H
#define UTIL_VEC_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

#define VEC(type)                                                                                  \
	struct {                                                                                   \
		type *items;                                                                       \
		size_t n, allocated;                                                               \
	}

/* Doubles the space when it is used up; the first step is a handful. */
static inline void *vec_reserve(void *items, size_t *allocated, size_t n, size_t item_size)
{
	if (n <= *allocated)
		return items;
	*allocated = *allocated ? *allocated * 2 : 8;
	return xreallocarray(items, *allocated, item_size);
}

/* Appends one zeroed item and returns its address, or NULL when there are limit items already. */
#define VEC_PUSH(vec, limit)                                                                       \
	({                                                                                         \
		typeof(vec) _v = (vec);                                                            \
		typeof(_v->items) _item = NULL;                                                    \
                                                                                                   \
		if (_v->n < (limit)) {                                                             \
			_v->items = vec_reserve(_v->items, &_v->allocated, _v->n + 1,              \
						sizeof(*_v->items));                               \
			_item = memset(&_v->items[_v->n++], 0, sizeof(*_v->items));                \
		}                                                                                  \
		_item;                                                                             \
	})

/* item is a pointer that walks over all items, declared by the loop. (The + 0 drops the const
 * that the pointer has in a const vec.) */
#define VEC_FOREACH(item, vec)                                                                     \
	for (typeof((vec)->items + 0) item = (vec)->items; item && item < (vec)->items + (vec)->n; \
	     item++)

/* Releases the array, not what its items own, and leaves it empty. */
#define VEC_DONE(vec)                                                                              \
	({                                                                                         \
		typeof(vec) _v = (vec);                                                            \
                                                                                                   \
		free(_v->items);                                                                   \
		_v->items = NULL;                                                                  \
		_v->n = _v->allocated = 0;                                                         \
	})

#endif
