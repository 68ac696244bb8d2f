/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cpu.weight of a cgroup by its directory: all but the writing, which weight-cgroup.c leaves to
 * libcgroup and weight-file.c does itself. Non-logging.
 */
#ifndef APPLY_WEIGHT_DIR_H
#define APPLY_WEIGHT_DIR_H

#include "apply/backend.h"

/* Writes a weight; dir_fd is the cgroup's directory, path its path. */
typedef int (*weight_write_fn)(int dir_fd, const char *path, uint64_t weight);

struct backend *weight_dir_new(int root_fd, weight_write_fn write);

/* Has this cgroup another cpu.weight now than the one with this mark? Needs no privilege. */
bool weight_dir_is_lost(int root_fd, const struct target *t, uint64_t mark);

#endif
