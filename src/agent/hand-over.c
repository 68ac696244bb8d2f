// SPDX-License-Identifier: GPL-2.0-only
/*
 * See hand-over.h. The new owner can write in the directory, so nothing in it is followed, and a
 * file with a second name stays whose it is.
 */
#include "agent/hand-over.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/agent.h"
#include "apply/leftover.h"
#include "sched/sched.h"
#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/file.h"

static int give_file(int dir_fd, const char *name, uid_t uid, gid_t gid)
{
	_cleanup_close_ int fd = openat(dir_fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_nlink != 1 || (st.st_uid == uid && st.st_gid == gid))
		return 0;
	return fchownat(fd, "", uid, gid, AT_EMPTY_PATH) < 0 ? -errno : 0;
}

/* Where a newer one is already, the old one is of no use. By its content: a sandbox makes a mount
 * of each of the two directories. */
static int move_file(int from_fd, int to_fd, const char *name)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	int r = 0;

	if (faccessat(to_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) < 0) {
		r = file_read(from_fd, name, LEFTOVER_MAX, &text, &size);
		if (r == 0)
			r = file_replace(to_fd, name, text, size, 0600);
	}
	if (r == 0 && unlinkat(from_fd, name, 0) < 0)
		r = -errno;
	return r == -ENOENT ? 0 : r;
}

static int move_and_give(int above_fd, int dir_fd, const char *name, uid_t uid, gid_t gid)
{
	int r = move_file(above_fd, dir_fd, name), given = give_file(dir_fd, name, uid, gid);

	return r < 0 ? r : given;
}

/* One that cannot be keeps no other from it. */
static int move_and_give_all(int dir_fd, uid_t uid, gid_t gid)
{
	static const char *const names[] = {AGENT_UNDO_NAME, AGENT_SET_NAME};
	_cleanup_close_ int above_fd =
		openat(dir_fd, "..", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int r, first = 0;

	if (above_fd < 0)
		return -errno;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		r = move_and_give(above_fd, dir_fd, names[i], uid, gid);
		first = first < 0 ? first : r;
	}
	return first;
}

/* Without more capabilities root writes only where it is the owner. */
static int give_kept(int dir_fd, uid_t uid, gid_t gid)
{
	int r;

	if (fchownat(dir_fd, "", geteuid(), (gid_t)-1, AT_EMPTY_PATH) < 0)
		return -errno;
	r = move_and_give_all(dir_fd, uid, gid);
	if (fchownat(dir_fd, "", uid, gid, AT_EMPTY_PATH) < 0 && r == 0)
		r = -errno;
	return r;
}

int hand_over(const char *socket, const char *pin_dir)
{
	const char *slash = strrchr(socket, '/');
	_cleanup_free_ char *dir =
		slash ? xstrndup(socket, (size_t)(slash - socket)) : xstrdup(".");
	_cleanup_close_ int fd = open(dir, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	int r, pinned;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	r = give_kept(fd, st.st_uid, st.st_gid);
	/* Also without the rest: an agent that cannot open the pins does not start. */
	pinned = sched_hand_over(pin_dir, st.st_uid, st.st_gid);
	return r < 0 ? r : pinned;
}
