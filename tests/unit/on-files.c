// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linked into cgfifo-on-files, which is all of cgfifo otherwise: to it every directory is a cgroup
 * tree, so that tests can make one. With CGFIFO_SHORT_READS set, files are read byte by byte.
 */
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

int fstatfs(int fd, struct statfs *buf)
{
	(void)fd;
	*buf = (struct statfs){.f_type = CGROUP2_SUPER_MAGIC};
	return 0;
}

ssize_t read(int fd, void *buf, size_t size)
{
	struct stat st;

	if (size > 1 && getenv("CGFIFO_SHORT_READS") && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		size = 1;
	return syscall(SYS_read, fd, buf, size);
}
