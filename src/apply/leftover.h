/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What was written into cpu.weight, and what was there before, in a file that the next agent finds
 * when this one is killed. Non-logging.
 *
 * One line each: cgroup id, weight written, weight before ("-": none; 0 with cpu.idle), path. Where
 * one of two weights may be written, there are two lines, and the second is the later weight. The
 * kernel allows no line breaks in the names of cgroups. The last line says which boot it was
 * (util/boot.h): what was written ended with that one.
 */
#ifndef APPLY_LEFTOVER_H
#define APPLY_LEFTOVER_H

#include <stdint.h>

#include "cgroup/idmap.h"
#include "cgroup/tree.h"

/* Bytes: as many lines as there may be cgroups, with paths longer than any that was ever seen. */
#define LEFTOVER_MAX (TREE_MAX_NODES * 512)

/* Writes the entries (struct applied) that have something to undo; none: removes the file. */
int leftover_save(const char *path, const struct idmap *applied);

/*
 * Calls add for each line. -ENOENT: there is no file, or one of another boot, and nothing to undo.
 * -EBADMSG: it is not one of ours; lines before the bad one were added.
 */
int leftover_load(const char *path,
		  void (*add)(uint64_t id, const char *cgroup, uint32_t written, uint64_t undo,
			      void *userdata),
		  void *userdata);

#endif
