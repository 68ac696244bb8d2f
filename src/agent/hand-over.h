/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From an agent of one user to one of another: from root, by hand or of an earlier version, to the
 * user that the unit has. Before the agent starts, by a process that may. Non-logging.
 */
#ifndef AGENT_HAND_OVER_H
#define AGENT_HAND_OVER_H

/*
 * Gives what is kept in the directory of socket, and what is pinned in pin_dir, to who owns that
 * directory. Files that earlier versions had in the directory above are moved. Takes CAP_CHOWN, and
 * what is above the two directories must be ours alone to write. -ENOENT: there is no directory.
 * Else the first error, and what could be handed over was.
 */
int hand_over(const char *socket, const char *pin_dir);

#endif
