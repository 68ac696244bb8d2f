/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A mistake on purpose: a task that is called "loseme" is queued nowhere, for the kernel to find
 * out. Only in the object that tests compile with CGFIFO_DEBUG_LOSE_TASK (tests/vm/lost.sh); what
 * is installed has none of it, see tests/vm/check-lose.sh.
 */
#ifndef LOSE_BPF_H
#define LOSE_BPF_H

#include "compat.bpf.h"

#ifdef CGFIFO_DEBUG_LOSE_TASK
/* Not inlined: by its name an object that does so is known. */
static __noinline bool lose_task(const struct task_struct *p)
{
	static const char name[] = "loseme";

	for (__u32 i = 0; i < sizeof(name); i++)
		if (p->comm[i] != name[i])
			return false;
	return true;
}
#else
static __always_inline bool lose_task(const struct task_struct *p)
{
	return false;
}
#endif

#endif
