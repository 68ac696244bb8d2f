/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What cgfifo-names does between its start and its end: takes the agent's questions from a socket,
 * finds answers, and sends them, and sends them again when they change. Logging: what is wrong
 * with the agent's messages; all else it tells the agent.
 */
#ifndef IDENTITY_SOURCES_WORKER_H
#define IDENTITY_SOURCES_WORKER_H

/*
 * Until the agent closes fd, a socket as wire.h says, or ends. root: see runtime.h. 0, or a
 * negative errno: the agent says something that we do not understand, or cannot be read from.
 */
int worker_run(int fd, const char *root);

#endif
