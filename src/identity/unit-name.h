/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * systemd's names as they appear in cgroup paths: which directory is a unit, and how its name
 * reads to a person. Non-logging, no I/O.
 */
#ifndef IDENTITY_UNIT_NAME_H
#define IDENTITY_UNIT_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum unit_type {
	UNIT_NONE, /* not the name of a unit that has a cgroup */
	UNIT_SLICE,
	UNIT_LEAF, /* service, scope, socket, mount, swap: what is below is its own business */
};

/*
 * What unit a directory is: *ret is its name inside dir, past the "_" that systemd puts before
 * names which would look like one of the kernel's files.
 */
enum unit_type unit_from_dir(const char *dir, const char **ret);

/* user@1000.service: the manager of a user's own units. */
bool unit_is_user_manager(const char *unit, uint32_t *ret_uid);

/* A copy with \x2d and the like undone, cut at size; still to be escaped for display. */
void unit_unescape(const char *unit, char *buf, size_t size);

/* snap.SNAP.APP.service, or a scope that snapd made for an app or a hook. */
bool unit_is_snap(const char *unit);

/* In place: without the random part that snapd puts before ".scope", for people. */
void unit_cut_uuid(char *unit);

#endif
