/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A directory tree that looks like a cgroup tree: enough of it for code that gets the root as an
 * argument. Made below /tmp, removed by fake_done().
 */
#ifndef FAKE_CGROUP_H
#define FAKE_CGROUP_H

#include <stdint.h>

struct fake {
	char dir[64];
	int fd; /* of the root, O_PATH */
};

void fake_init(struct fake *f);
void fake_done(struct fake *f);

/* The cgroup at path ("/a/b"), and those above it. Answers its id. */
uint64_t fake_mkdir(struct fake *f, const char *path);
/* Only a leaf. */
void fake_rmdir(struct fake *f, const char *path);
/* A file in it. */
void fake_write(struct fake *f, const char *path, const char *file, const char *text);
/* Its first line, in a static buffer; "" when there is no such file. */
const char *fake_read(struct fake *f, const char *path, const char *file);

/*
 * The tree recorded in tests/fixtures/cgroup/NAME: one "PATH WEIGHT" a line; WEIGHT "-" is a
 * cgroup without a cpu controller. Answers the number of cgroups, without the root.
 */
int fake_load(struct fake *f, const char *name);

#endif
