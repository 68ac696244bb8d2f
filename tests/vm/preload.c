// SPDX-License-Identifier: GPL-2.0-only
/*
 * Brings the files of some folders into memory: preload FOLDER...
 * Where guest time is a count of instructions, a wait for the host's disk is a leap in time: every
 * CPU is idle, so the clock goes on to the next timer, however soon the disk answers. With what
 * scenarios run in memory, none waits. Nothing is copied, which would take seconds in an emulator.
 */
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

/* First everything is asked for, then waited for. */
static bool asked;

static int visit(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	char byte;
	int fd;

	(void)ftw;
	if (type != FTW_F || !st->st_size)
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	if (!asked)
		(void)posix_fadvise(fd, 0, 0, POSIX_FADV_WILLNEED);
	else if (pread(fd, &byte, 1, st->st_size - 1) < 0)
		perror(path); /* costs time, not the run */
	close(fd);
	return 0;
}

int main(int argc, char **argv)
{
	for (int round = 0; round < 2; round++) {
		for (int i = 1; i < argc; i++)
			nftw(argv[i], visit, 16, FTW_PHYS);
		asked = true;
	}
	return 0;
}
