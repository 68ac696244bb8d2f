// SPDX-License-Identifier: GPL-2.0-only
/*
 * The names in bpffs by which the scheduler outlives the agent: one directory with its tables, the
 * program that takes settings, and the link that keeps it attached.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sched/internal.h"
#include "util/alloc.h"

static const char *const names[NR_PINS] = {
	[PIN_SLOTS] = "slots",
	[PIN_LIMITS] = "limits",
	[PIN_WAITS] = "waits",
	[PIN_CPUS] = "cpus",
	[PIN_SHARED] = "shared",
	[PIN_EVENTS] = "events",
	[PIN_TIMERS] = "timers",
	[PIN_SET_CONF] = "set_conf",
	[PIN_LINK] = "link",
	[PIN_ON_MAX] = "on_cpu_max",
	[PIN_ON_BURST] = "on_cpu_burst",
	[PIN_ON_IDLE] = "on_cpu_idle",
	[PIN_ON_SIGNAL] = "on_signal",
};

static char *pin_path(const struct sched *s, enum sched_pin pin)
{
	return xasprintf("%s/%s", s->pin_dir, names[pin]);
}

static int pin_open(const struct sched *s, enum sched_pin pin)
{
	_cleanup_free_ char *path = pin_path(s, pin);
	int fd = bpf_obj_get(path);

	return fd < 0 ? -errno : fd;
}

/* Not BPF_F_RDONLY for the tables: the kernel does not map a table that is open to read only. */
int pins_open(struct sched *s, bool tables_only)
{
	int count = tables_only ? PIN_SHARED + 1 : PIN_WATCHES;

	for (int pin = 0; pin < count; pin++) {
		s->fd[pin] = pin_open(s, pin);
		if (s->fd[pin] < 0)
			return s->fd[pin];
	}
	return 0;
}

static int make_dir(const struct sched *s)
{
	if (mkdir(s->pin_dir, 0700) < 0 && errno != EEXIST)
		return -errno;
	return 0;
}

static int pin_add(const struct sched *s, enum sched_pin pin)
{
	_cleanup_free_ char *path = pin_path(s, pin);

	if (s->fd[pin] < 0)
		return 0;
	return bpf_obj_pin(s->fd[pin], path) < 0 ? -errno : 0;
}

/* Killed in the middle, nobody leaves a scheduler that goes on and lacks some of it: here and
 * below. */
int pins_add(const struct sched *s)
{
	int r = make_dir(s);

	for (int pin = 0; pin < NR_PINS && r == 0; pin++)
		if (pin != PIN_LINK)
			r = pin_add(s, pin);
	return r < 0 ? r : pin_add(s, PIN_LINK);
}

static void pin_remove(const struct sched *s, enum sched_pin pin)
{
	_cleanup_free_ char *path = pin_path(s, pin);

	unlink(path);
}

void pins_remove(const struct sched *s)
{
	pin_remove(s, PIN_LINK);
	for (int pin = NR_PINS - 1; pin >= 0; pin--)
		pin_remove(s, pin);
	rmdir(s->pin_dir);
}

/* Without more capabilities root looks only into what is its own. And as long as the folder is,
 * nobody else can change what is in it. */
static int give_pins(const struct sched *s, uid_t uid, gid_t gid)
{
	int r = lchown(s->pin_dir, geteuid(), (gid_t)-1) < 0 ? -errno : 0;

	for (int pin = 0; pin < NR_PINS && r == 0; pin++) {
		_cleanup_free_ char *path = pin_path(s, pin);

		if (lchown(path, uid, gid) < 0 && errno != ENOENT)
			r = -errno;
	}
	if (lchown(s->pin_dir, uid, gid) < 0 && r == 0)
		r = -errno;
	return r;
}

int sched_hand_over(const char *pin_dir, uid_t uid, gid_t gid)
{
	_cleanup_(sched_freep) struct sched *s = sched_new(pin_dir);
	int r = make_dir(s);

	return r < 0 ? r : give_pins(s, uid, gid);
}

bool sched_dir_is_dead(const char *pin_dir)
{
	_cleanup_close_ int fd = open(pin_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && st.st_nlink == 0;
}
