// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linked into cgfifo-on-files, which is all of cgfifo otherwise: to it every directory is a cgroup
 * tree, so that tests can make one.
 */
#include <linux/magic.h>
#include <sys/vfs.h>

int fstatfs(int fd, struct statfs *buf)
{
	(void)fd;
	*buf = (struct statfs){.f_type = CGROUP2_SUPER_MAGIC};
	return 0;
}
