// SPDX-License-Identifier: GPL-2.0-only
/*
 * The scheduler of a build without one: clang, bpftool or libbpf was missing. The agent sees a
 * kernel that cannot run it, and falls back to cpu.weight.
 */
#include <errno.h>
#include <stdio.h>

#include "sched/sched.h"

bool sched_is_built(void)
{
	return false;
}

int sched_start(const char *pin_dir, bool partial, sched_load_fn load, struct sched **ret,
		char *ret_why)
{
	snprintf(ret_why, SCHED_MSG_LEN, "this cgfifo was built without its scheduler");
	return -EOPNOTSUPP;
}

int sched_probe_types(char *ret_why)
{
	return 0;
}

size_t sched_unseen(const char *ret[SCHED_MAX_UNSEEN])
{
	return 0;
}

int sched_open_readonly(const char *pin_dir, struct sched **ret)
{
	return -ENOENT;
}

int sched_hand_over(const char *pin_dir, uid_t uid, gid_t gid)
{
	return 0;
}

bool sched_dir_is_dead(const char *pin_dir)
{
	return false;
}

bool sched_was_adopted(const struct sched *s)
{
	return false;
}

bool sched_is_partial(const struct sched *s)
{
	return false;
}

int sched_stop(struct sched *s)
{
	return 0;
}

struct sched *sched_free(struct sched *s)
{
	return NULL;
}

int sched_set_conf(struct sched *s, uint64_t cgid, const struct cgfifo_conf *conf)
{
	return -EOPNOTSUPP;
}

int sched_events_fd(const struct sched *s)
{
	return -EBADF;
}

int sched_events_dispatch(struct sched *s, int (*fn)(const struct cgfifo_event *e, void *userdata),
			  void *userdata)
{
	return 0;
}

const struct cgfifo_limit *sched_limits(const struct sched *s)
{
	return NULL;
}

const struct cgfifo_waits *sched_waits(const struct sched *s)
{
	return NULL;
}

size_t sched_nr_slots(const struct sched *s)
{
	return 0;
}

const struct cgfifo_slot *sched_slot(const struct sched *s, size_t i)
{
	return NULL;
}

int sched_read_counters(struct sched *s, struct cgfifo_counters *ret)
{
	return -EOPNOTSUPP;
}

int sched_is_attached(struct sched *s, struct cgfifo_exit *ret_exit)
{
	*ret_exit = (struct cgfifo_exit){};
	return 0;
}
