/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writing cpu.weight for an agent that may not: the other end of weight-remote.c. Non-logging.
 */
#ifndef APPLY_WEIGHT_SERVE_H
#define APPLY_WEIGHT_SERVE_H

#include "apply/backend.h"

/*
 * Does what comes on fd, a socket of packets, until its other end is closed, which is 0. Who asks
 * says which cgroup by id and path; whether that is a unit's is decided here. root_fd is the cgroup
 * root, units writes weights of units and files those of others; all three stay the caller's.
 * -EBADMSG, -EPROTO: something else came.
 */
int weight_serve(int fd, int root_fd, struct backend *units, struct backend *files);

#endif
