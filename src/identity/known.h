/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known about the cgroups that exist, by cgroup id: the facts that cgfifo-names found, and
 * how they are shown. Non-logging, no I/O.
 */
#ifndef IDENTITY_KNOWN_H
#define IDENTITY_KNOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "cgroup/idmap.h"
#include "identity/facts.h"
#include "identity/identity.h"

struct known_cgroup {
	uint64_t id;
	/*
	 * A container that a unit is made of (podman's Quadlet) has a cgroup inside the unit's;
	 * what is known about it is then the unit's too, and rules look at the unit. 0: not so.
	 */
	uint64_t outer_id;
	uint64_t inner_id;   /* of the outer one: the last that told about it; 0: none */
	bool asked;	     /* cgfifo-names knows that we want to know */
	struct facts *facts; /* or NULL */
	char *said;	     /* what was logged about its annotations, or NULL */
};

/* A zeroed struct knows nothing. */
struct known {
	struct idmap cgroups; /* struct known_cgroup, owned */
};

void known_done(struct known *k);

/* NULL: there is none. */
struct known_cgroup *known_find(const struct known *k, uint64_t id);

/* Found, or made. */
struct known_cgroup *known_get(struct known *k, uint64_t id);

/* Takes facts, and gives them to the outer cgroup as well. */
void known_set(struct known *k, struct known_cgroup *c, struct facts *facts);

/* Also what the outer cgroup knew from it, which then has what another one told, if there is one.
 */
void known_remove(struct known *k, uint64_t id);

/* What is to be shown of a cgroup. NULL: nothing is known. */
const struct facts *known_facts(const struct known *k, uint64_t id);

/* What rules may look at. NULL: nothing is known, or the outer cgroup is the one to look at. */
const struct facts *known_facts_for_rules(const struct known *k, uint64_t id);

/*
 * The name of a cgroup for people: "podman web", "pod prod/api-7d9f", or what its path says where
 * nothing is known (facts NULL). Escaped. Answers buf.
 */
const char *known_name(const struct identity *id, const struct facts *facts,
		       char buf[static IDENTITY_NAME_MAX]);

#endif
