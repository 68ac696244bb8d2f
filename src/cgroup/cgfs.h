/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cgroup2 file system: the only place that knows how to open a cgroup and the names of the
 * rules for doing so safely. Non-logging.
 *
 * Everything happens relative to one descriptor of the root, and no lookup leaves that tree or
 * follows a symbolic link: other people make the directories below. A path here is what
 * /proc/PID/cgroup shows, beginning with "/"; the root is "/".
 */
#ifndef CGROUP_CGFS_H
#define CGROUP_CGFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CGFS_ROOT "/sys/fs/cgroup"
/* Where a host container of Bottlerocket has the files of its host. */
#define CGFS_HOST "/.bottlerocket/rootfs"

/* Longer paths are refused: 32 levels of names as long as container runtimes make them. */
#define CGROUP_PATH_MAX 4096

#define CGFS_MSG_LEN 256

/*
 * Open the root of the unified hierarchy. -EOPNOTSUPP: path is not one, and ret_why (CGFS_MSG_LEN
 * bytes) says what it is instead and what would help.
 */
int cgfs_open_root(const char *path, int *ret_fd, char *ret_why);

/* Open a cgroup's directory, with O_PATH. */
int cgfs_open_dir(int root_fd, const char *path);

/* The id of the cgroup at path: the inode number of its directory. -ENOENT: no such cgroup. */
int cgfs_id(int root_fd, const char *path, uint64_t *ret);

/*
 * Open the directory at path and make sure that it is the cgroup with this id, and not another
 * one that was made under the same name since. Answers the descriptor, or -ESTALE, -ENOENT.
 */
int cgfs_open_id(int root_fd, const char *path, uint64_t id);

/* Do the children of the cgroup at path have this controller ("cpu")? If that cannot be read: no.
 */
bool cgfs_has_controller_below(int root_fd, const char *path, const char *controller);

/* Has the cgroup at path itself this controller: does its parent give it out? Likewise. */
bool cgfs_has_controller(int root_fd, const char *path, const char *controller);

/* Is the cgroup at path the one with this id? */
bool cgfs_is(int root_fd, const char *path, uint64_t id);

/* The number that a file in an open cgroup directory holds. */
int cgfs_read_number(int dir_fd, const char *file, uint64_t *ret);

int cgfs_write_number(int dir_fd, const char *file, uint64_t value);

#endif
