// SPDX-License-Identifier: GPL-2.0-only
/*
 * How tally.c learns what a file reads and writes: compiled with -fsanitize=thread, it calls these
 * functions before each access to memory that others may see. They belong to the run-time library
 * of ThreadSanitizer, which is not linked; the compilers document the names as its interface, and
 * one that is missing here is an error of the linker.
 */
#include <string.h>

#include "tally.h"

/* clang-format off: a table */
#define ACCESS(name, size, writes)                                                                 \
	void __tsan_##name(void *p);                                                               \
	void __tsan_##name(void *p)                                                                \
	{                                                                                          \
		tally_access(p, size, writes);                                                     \
	}

ACCESS(read1, 1, false)
ACCESS(read2, 2, false)
ACCESS(read4, 4, false)
ACCESS(read8, 8, false)
ACCESS(read16, 16, false)
ACCESS(write1, 1, true)
ACCESS(write2, 2, true)
ACCESS(write4, 4, true)
ACCESS(write8, 8, true)
ACCESS(write16, 16, true)
ACCESS(unaligned_read2, 2, false)
ACCESS(unaligned_read4, 4, false)
ACCESS(unaligned_read8, 8, false)
ACCESS(unaligned_read16, 16, false)
ACCESS(unaligned_write2, 2, true)
ACCESS(unaligned_write4, 4, true)
ACCESS(unaligned_write8, 8, true)
ACCESS(unaligned_write16, 16, true)
/* clang-format on */

/* Sets of CPUs that are longer than a register: gcc tells of them so, ... */
void __tsan_read_range(void *p, size_t size);
void __tsan_read_range(void *p, size_t size)
{
	tally_access(p, size, false);
}

void __tsan_write_range(void *p, size_t size);
void __tsan_write_range(void *p, size_t size)
{
	tally_access(p, size, true);
}

/* ... and clang has it done here, too. */
void *__tsan_memcpy(void *to, const void *from, size_t size);
void *__tsan_memcpy(void *to, const void *from, size_t size)
{
	tally_access(from, size, false);
	tally_access(to, size, true);
	return memcpy(to, from, size);
}

void *__tsan_memmove(void *to, const void *from, size_t size);
void *__tsan_memmove(void *to, const void *from, size_t size)
{
	tally_access(from, size, false);
	tally_access(to, size, true);
	return memmove(to, from, size);
}

void *__tsan_memset(void *p, int byte, size_t size);
void *__tsan_memset(void *p, int byte, size_t size)
{
	tally_access(p, size, true);
	return memset(p, byte, size);
}

int __tsan_atomic32_fetch_or(volatile int *p, int bits, int order);
int __tsan_atomic32_fetch_or(volatile int *p, int bits, int order)
{
	tally_access((const void *)p, sizeof(*p), true);
	return __sync_fetch_and_or(p, bits);
}

/* Of no interest. */
void __tsan_init(void);
void __tsan_init(void)
{
}
void __tsan_func_entry(void *caller);
void __tsan_func_entry(void *caller)
{
}
void __tsan_func_exit(void);
void __tsan_func_exit(void)
{
}
