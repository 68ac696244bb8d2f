/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A map from cgroup id to a pointer. The owner of the map owns what the pointers point to.
 * Non-logging.
 *
 * Cgroup ids are inode numbers: small, handed out in sequence by the kernel, and never 0. That is
 * why 0 marks an empty place and why one multiplication is hash enough. Removing moves later
 * entries back instead of leaving tombstones, so a map through which a million short-lived
 * cgroups passed is as fast as a new one.
 */
#ifndef CGROUP_IDMAP_H
#define CGROUP_IDMAP_H

#include <stddef.h>
#include <stdint.h>

struct idmap_entry {
	uint64_t id; /* 0: empty */
	void *value;
};

struct idmap {
	struct idmap_entry *entries;
	size_t n_entries;
	size_t n_places; /* a power of two, or 0 */
};

/* Frees the places, not the values. A zeroed struct is an empty map, before and after. */
void idmap_done(struct idmap *m);

/* The value put under id, or NULL. */
void *idmap_get(const struct idmap *m, uint64_t id);

/* Put value (not NULL) under id (not 0). Answers the value that was there before, or NULL. */
void *idmap_put(struct idmap *m, uint64_t id, void *value);

/* Take the value out of the map. Answers it, or NULL if there was none. */
void *idmap_remove(struct idmap *m, uint64_t id);

/*
 * Walk over all values, in no particular order: start with *pos = 0, NULL is the end. The map must
 * not be changed during a walk.
 */
void *idmap_next(const struct idmap *m, size_t *pos);

#define idmap_for_each(m, pos, value) for (size_t pos = 0; ((value) = idmap_next((m), &pos));)

#endif
