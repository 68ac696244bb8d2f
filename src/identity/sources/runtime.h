/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a container's runtime knows about it. Reads files, and asks sockets where files do not say
 * it: a socket of podman or docker lets whoever may connect do everything, and a file only tells.
 * Does I/O, and waits for it: for cgfifo-names only. Non-logging.
 *
 *   containerd, CRI-O  config.json of the bundle, in their run directories
 *   docker             its own file about the container; its API where that is not found
 *   podman             containers.json has names; labels only its API tells, which is asked where
 *                      a rule is about labels, and where that file is not found
 *   LXC, nspawn        nothing: their names are in the path
 */
#ifndef IDENTITY_SOURCES_RUNTIME_H
#define IDENTITY_SOURCES_RUNTIME_H

#include <stdbool.h>

#include "identity/facts.h"
#include "identity/sources/health.h"
#include "identity/wire.h"

struct runtimes;

/*
 * root: a directory that stands for "/" (tests; a container with the host's root in it).
 * on_health is told when a source begins or ceases to work.
 */
struct runtimes *runtimes_new(const char *root, bool want_labels, health_fn on_health,
			      void *userdata);
struct runtimes *runtimes_free(struct runtimes *r);
DEFINE_CLEANUP(struct runtimes *, runtimes_free);

/*
 * Fills in what is known. 1: there may be more later. -ENOENT: nothing is known (yet). -EAGAIN: who
 * would know does not answer now.
 */
int runtimes_tell(struct runtimes *r, enum identity_runtime runtime, const char *id,
		  struct facts *f);

#endif
