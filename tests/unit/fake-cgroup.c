// SPDX-License-Identifier: GPL-2.0-only
/* Fake cgroup trees, see fake-cgroup.h. */
#include "fake-cgroup.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/cleanup.h"

void fake_init(struct fake *f)
{
	snprintf(f->dir, sizeof(f->dir), "/tmp/cgfifo-fake-XXXXXX");
	cr_assert_not_null(mkdtemp(f->dir));
	f->fd = open(f->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	cr_assert_geq(f->fd, 0);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void fake_done(struct fake *f)
{
	close(f->fd);
	cr_expect_eq(nftw(f->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

uint64_t fake_mkdir(struct fake *f, const char *path)
{
	char buf[8192];
	struct stat st;

	snprintf(buf, sizeof(buf), "%s", path + 1);
	for (char *p = buf; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		cr_assert(mkdirat(f->fd, buf, 0755) == 0 || errno == EEXIST, "%s", buf);
	}
	cr_assert(mkdirat(f->fd, buf, 0755) == 0 || errno == EEXIST, "%s", buf);
	cr_assert_eq(fstatat(f->fd, buf, &st, 0), 0);
	return st.st_ino;
}

void fake_rmdir(struct fake *f, const char *path)
{
	cr_assert_eq(unlinkat(f->fd, path + 1, AT_REMOVEDIR), 0, "%s", path);
}

void fake_write(struct fake *f, const char *path, const char *file, const char *text)
{
	_cleanup_close_ int fd = -EBADF;
	char buf[8192];

	snprintf(buf, sizeof(buf), ".%s/%s", path, file);
	fd = openat(f->fd, buf, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	cr_assert_geq(fd, 0, "%s", buf);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

const char *fake_read(struct fake *f, const char *path, const char *file)
{
	static char text[256];
	_cleanup_close_ int fd = -EBADF;
	char buf[8192];
	ssize_t n;

	snprintf(buf, sizeof(buf), ".%s/%s", path, file);
	fd = openat(f->fd, buf, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	text[n < 0 ? 0 : n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return text;
}

int fake_load(struct fake *f, const char *name)
{
	_cleanup_fclose_ FILE *file = NULL;
	char path[4096], weight[16];
	int n = 0;

	snprintf(path, sizeof(path), "%s/cgroup/%s", getenv("CGFIFO_FIXTURES"), name);
	file = fopen(path, "re");
	cr_assert_not_null(file, "%s", path);
	while (fscanf(file, "%4095s %15s", path, weight) == 2) {
		fake_mkdir(f, path);
		if (strcmp(weight, "-") != 0)
			fake_write(f, path, "cpu.weight", weight);
		n++;
	}
	return n;
}
