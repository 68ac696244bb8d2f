/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A step that takes long, in which the event loop stands still: systemd is told what goes on, and
 * waits. Non-logging; does nothing where systemd does not ask for notifications.
 */
#ifndef AGENT_LONG_STEP_H
#define AGENT_LONG_STEP_H

/* So long may it take. Loading the scheduler took 1.4 s on an emulated CPU with little to do. */
#define LONG_STEP_SEC 120

/* what: "loading the scheduler", for systemctl status. */
void long_step_begin(const char *what);

/* From here on the watchdog is as the unit file says. */
void long_step_end(void);

#endif
