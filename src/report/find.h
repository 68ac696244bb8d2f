/* SPDX-License-Identifier: GPL-2.0-only */
/* Which cgroups does somebody mean by a name? Non-logging, no I/O. */
#ifndef REPORT_FIND_H
#define REPORT_FIND_H

#include "report/snapshot.h"

/*
 * The rows, in *ret of the caller, and their number. In this order, and only what the first way
 * finds: the path; the name as tables show it, the unit with or without its ".service", or the
 * beginning of a container's id (four characters of it at least), of cgroups that are the thing
 * itself, first the host's and then what users and services have of their own; part of a name or
 * path, or a glob.
 */
size_t find_rows(const struct snapshot *s, const char *name, size_t **ret);

#endif
