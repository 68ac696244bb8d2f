/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a scheduler that outlived its agent leaves: real BPF tables, pinned in a bpf file system of
 * the test's own, and what the kernel says of sched_ext. Needs root, else the test is skipped; no
 * program is loaded.
 */
#ifndef FAKE_TABLES_H
#define FAKE_TABLES_H

#include <stddef.h>
#include <stdint.h>

#include "fake-agent.h"

/* The bpf file system, and the folder in it where the verbs of this agent look. */
extern char bpffs[96], pins[112];

/* Not root, or in a container that may not: then there is nothing to test with. */
void mount_bpffs(const struct fake_agent *a);

/* A table of one value, pinned. */
void add_table(const char *name, const void *value, size_t size);

/* What the scheduler of this ABI would have: three slots, counters here and there. */
void add_tables(const struct fake_agent *a, uint32_t abi);

/* What the kernel says of sched_ext, in the mounts of this test: after mount_bpffs(). */
void mount_sched_ext(const char *state, const char *ops);

#endif
