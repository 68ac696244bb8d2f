/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The configuration, read by another process: the agent has capabilities and reads no YAML.
 * Logging, what is wrong with the configuration excepted.
 */
#ifndef AGENT_READ_CONFIG_H
#define AGENT_READ_CONFIG_H

#include "config/pack.h"

/* Where systemd listens, to read the installed configuration in a unit of its own. */
#define READ_CONFIG_SOCKET "/run/cgfifo/config.sock"

/*
 * Has the installed configuration read (path NULL), in that unit where its socket is there, or this
 * directory or file, and waits for it, for a minute at most. Without the unit a child of ours
 * reads it, which has given up all capabilities. Errors are those of config_unpack(); for all but
 * -EINVAL there is one complaint that says so.
 */
int read_config(const char *path, unpack_diag_fn complain, void *userdata, struct config **ret);

#endif
