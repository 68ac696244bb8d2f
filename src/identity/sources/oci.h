/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files and answers of container runtimes say about a container. Text in, facts out:
 * non-logging, no I/O. Members that are missing or of another type are just not known.
 */
#ifndef IDENTITY_SOURCES_OCI_H
#define IDENTITY_SOURCES_OCI_H

#include <stddef.h>

#include "identity/facts.h"

/*
 * The config.json of an OCI bundle that containerd made, or CRI-O: names that containerd's CRI
 * plugin, nerdctl and CRI-O leave in its annotations, and what of the pod's own annotations they
 * pass on. Who makes a pod can write any of them, so each is looked for only where the runtime puts
 * its own over it. -EBADMSG: it is no JSON.
 */
int oci_read_containerd(const char *text, size_t size, struct facts *f);
int oci_read_crio(const char *text, size_t size, struct facts *f);

/* What docker and podman answer to GET /containers/ID/json. -EBADMSG as above. */
int oci_read_inspect(const char *text, size_t size, struct facts *f);

/*
 * The containers.json of containers/storage, where podman keeps the names of all: name and
 * image of this one. -ENOENT: it is not there. -EBADMSG as above.
 */
int oci_read_storage(const char *text, size_t size, const char *id, struct facts *f);

#endif
