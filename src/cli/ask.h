/* SPDX-License-Identifier: GPL-2.0-only */
/* Asks the agent to do something, see agent/control.h. Logging. */
#ifndef CLI_ASK_H
#define CLI_ASK_H

#include "agent/control.h"

/* The lines of an answer; text was written by the agent, and may hold what others wrote. It has as
 * many bytes as struct control_reply has, for answers that are no text. */
typedef void (*ask_line_fn)(const char *text, void *userdata);

/*
 * status_socket says which agent; line (NULL: none) is called for each line but the last, and that
 * is in *ret_last (NULL: not wanted), the caller's. A refusal is said, and returned. -ENOENT: no
 * agent runs.
 */
int ask(const char *status_socket, const struct control_request *request, ask_line_fn line,
	void *userdata, char **ret_last);

/* The same with an open file. */
int ask_with_file(const char *status_socket, const struct control_request *request, int file,
		  ask_line_fn line, void *userdata, char **ret_last);

#endif
