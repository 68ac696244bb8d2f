/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Globs for names and for paths. Non-logging, no I/O.
 *
 * They are fnmatch(3)'s "*", "?" and "[...]", except that a backslash is an ordinary character:
 * systemd's names are full of "\x2d", and "[*]" is there for a literal star. "?" and "[...]" are
 * one byte each, since the agent has the locale C.
 */
#ifndef POLICY_GLOB_H
#define POLICY_GLOB_H

#include <stdbool.h>

/* One name. "/" is nothing special. */
bool glob_matches_name(const char *glob, const char *name);

/*
 * A whole path, component by component: "*" stays inside one component, and a component "**"
 * stands for any number of them, also none. So "/a.slice/" followed by "*" is what is directly in
 * a.slice, by "**" is a.slice and all that is below. More than one "/" in a row counts as one.
 */
bool glob_matches_path(const char *glob, const char *path);

#endif
