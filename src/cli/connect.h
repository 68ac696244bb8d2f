/* SPDX-License-Identifier: GPL-2.0-only */
/* Unix sockets. Non-logging. */
#ifndef CLI_CONNECT_H
#define CLI_CONNECT_H

/* Answers a descriptor; reading from it and writing end with EAGAIN after so many seconds. type:
 * SOCK_STREAM or SOCK_SEQPACKET. -ETIMEDOUT: in that time nobody took the connection. */
int connect_to(const char *path, int type, unsigned int seconds);

#endif
