/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A socket in the file system that everybody may connect to; who is asking is looked at later.
 * Non-logging.
 */
#ifndef AGENT_LISTEN_H
#define AGENT_LISTEN_H

/*
 * Listen at path, in place of what may be there, with a socket of this type (SOCK_STREAM or
 * SOCK_SEQPACKET) that does not block. The descriptor is the caller's. -ENAMETOOLONG: path does not
 * fit into an address.
 */
int listen_at(const char *path, int type, int backlog, int *ret_fd);

#endif
