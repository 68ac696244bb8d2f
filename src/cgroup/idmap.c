// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open addressing with linear probing, at most three quarters full.
 */
#include "cgroup/idmap.h"

#include <stdbool.h>
#include <stdlib.h>

#include "util/alloc.h"

#define IDMAP_MIN_PLACES 16

static size_t home_of(uint64_t id, size_t n_places)
{
	/* 2^64 / golden ratio: neighbours in sequence land far from each other. */
	return (size_t)((id * 0x9e3779b97f4a7c15ull) >> 20) & (n_places - 1);
}

/* The place where id is, or the empty one where it belongs. There is always an empty one. */
static struct idmap_entry *find_place(const struct idmap *m, uint64_t id)
{
	size_t i = home_of(id, m->n_places);

	while (m->entries[i].id != 0 && m->entries[i].id != id)
		i = (i + 1) & (m->n_places - 1);
	return &m->entries[i];
}

static void grow(struct idmap *m)
{
	struct idmap old = *m;

	m->n_places = old.n_places ? old.n_places * 2 : IDMAP_MIN_PLACES;
	m->entries = xcalloc(m->n_places, sizeof(*m->entries));
	for (size_t i = 0; i < old.n_places; i++)
		if (old.entries[i].id != 0)
			*find_place(m, old.entries[i].id) = old.entries[i];
	free(old.entries);
}

void idmap_done(struct idmap *m)
{
	free(m->entries);
	*m = (struct idmap){};
}

void *idmap_get(const struct idmap *m, uint64_t id)
{
	if (m->n_entries == 0 || id == 0)
		return NULL;
	return find_place(m, id)->value;
}

void *idmap_put(struct idmap *m, uint64_t id, void *value)
{
	struct idmap_entry *e;
	void *before;

	if ((m->n_entries + 1) * 4 > m->n_places * 3)
		grow(m);

	e = find_place(m, id);
	before = e->value;
	if (e->id == 0)
		m->n_entries++;
	*e = (struct idmap_entry){.id = id, .value = value};
	return before;
}

/* May the entry at "at" move to the free place "hole" without leaving its probe sequence? */
static bool may_move(const struct idmap *m, size_t hole, size_t at)
{
	size_t mask = m->n_places - 1;
	size_t home = home_of(m->entries[at].id, m->n_places);

	return ((at - home) & mask) >= ((at - hole) & mask);
}

void *idmap_remove(struct idmap *m, uint64_t id)
{
	struct idmap_entry *e;
	size_t hole, mask = m->n_places - 1;
	void *value;

	if (m->n_entries == 0 || id == 0)
		return NULL;
	e = find_place(m, id);
	if (e->id == 0)
		return NULL;

	value = e->value;
	hole = (size_t)(e - m->entries);
	for (size_t at = (hole + 1) & mask; m->entries[at].id != 0; at = (at + 1) & mask)
		if (may_move(m, hole, at)) {
			m->entries[hole] = m->entries[at];
			hole = at;
		}
	m->entries[hole] = (struct idmap_entry){};
	m->n_entries--;
	return value;
}

void *idmap_next(const struct idmap *m, size_t *pos)
{
	while (*pos < m->n_places) {
		const struct idmap_entry *e = &m->entries[(*pos)++];

		if (e->id != 0)
			return e->value;
	}
	return NULL;
}
