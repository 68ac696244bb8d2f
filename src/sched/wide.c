// SPDX-License-Identifier: GPL-2.0-only
/*
 * The object for machines with more than 64 CPUs, as it was compiled into this program. A file of
 * its own, because its layouts are not those of the other one, see bpf/cpuset.h.
 */
#define CGFIFO_WIDE
#include "sched/internal.h"

/* Uses the types of bpf/cgfifo.h, so it comes last. */
#include "cgfifo-wide.skel.h"

const void *sched_wide_object(size_t *ret_size)
{
	return cgfifo_wide_bpf__elf_bytes(ret_size);
}
