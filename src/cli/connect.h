/* SPDX-License-Identifier: GPL-2.0-only */
/* Unix sockets. Non-logging. */
#ifndef CLI_CONNECT_H
#define CLI_CONNECT_H

/* Answers a descriptor; reading from it ends with EAGAIN after so many seconds. type: SOCK_STREAM
 * or SOCK_SEQPACKET. */
int connect_to(const char *path, int type, unsigned int seconds);

#endif
