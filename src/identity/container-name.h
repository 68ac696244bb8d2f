/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The names that container runtimes give to cgroup directories. Non-logging, no I/O.
 */
#ifndef IDENTITY_CONTAINER_NAME_H
#define IDENTITY_CONTAINER_NAME_H

#include <stdbool.h>

#include "identity/identity.h"

/*
 * Is this directory a container or a pod? dir is its name, parent that of the directory above (""
 * at the top), level its depth (1: directly below the root). id->unit_own: it is a unit. Fills
 * kind, runtime and the ids of *id and answers true; else leaves *id alone.
 */
bool container_from_dir(const char *dir, const char *parent, int level, struct identity *id);

/*
 * One that is none of those, as docker run --cgroup-parent= makes them, and what docker keeps
 * beside containers (buildkit): somebody else may own what is inside.
 */
bool container_is_likely(const char *dir, const char *parent, int level);

#endif
