// SPDX-License-Identifier: GPL-2.0-only
/* One scheduler, see fake-sched.h. */
#include "fake-sched.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct sched fake_sched = {.fd = -EBADF};

static int event_fd(void)
{
	if (fake_sched.fd < 0)
		fake_sched.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	cr_assert_geq(fake_sched.fd, 0);
	return fake_sched.fd;
}

void fake_sched_event(uint32_t type)
{
	fake_sched.event = (struct cgfifo_event){.type = type, .cgid = 1};
	cr_assert_eq(eventfd_write(event_fd(), 1), 0);
}

void fake_sched_eject(const char *reason, bool lost)
{
	snprintf(fake_sched.exit.reason, sizeof(fake_sched.exit.reason), "%s", reason);
	fake_sched.exit.kind = 1025;
	if (lost)
		fake_sched.counters.value[CGFIFO_STAT_lost_events]++;
	else
		fake_sched_event(CGFIFO_EVENT_EXIT);
}

int sched_probe(char *ret_why)
{
	(void)ret_why;
	return 0;
}

int sched_start(const char *pin_dir, bool partial, sched_load_fn load, struct sched **ret,
		char *ret_why)
{
	(void)pin_dir;
	(void)partial;
	fake_sched.load = load;
	fake_sched.n_starts++;
	if (fake_sched.start_result < 0) {
		snprintf(ret_why, SCHED_MSG_LEN, "as told");
		return fake_sched.start_result;
	}
	*ret = &fake_sched;
	return 0;
}

int sched_stop(struct sched *s)
{
	s->n_stops++;
	return s->stop_result;
}

struct sched *sched_free(struct sched *s)
{
	(void)s;
	return NULL;
}

bool sched_was_adopted(const struct sched *s)
{
	return s->adopted;
}

int sched_events_fd(const struct sched *s)
{
	(void)s;
	return event_fd();
}

int sched_events_dispatch(struct sched *s, int (*fn)(const struct cgfifo_event *e, void *userdata),
			  void *userdata)
{
	struct cgfifo_event e = s->event;
	eventfd_t n;

	s->event.type = 0;
	if (eventfd_read(event_fd(), &n) < 0 || e.type == 0)
		return 0;
	return fn(&e, userdata);
}

int sched_is_attached(struct sched *s, struct cgfifo_exit *ret_exit)
{
	*ret_exit = s->exit;
	return s->exit.kind == 0 && !s->ending;
}

int sched_read_counters(struct sched *s, struct cgfifo_counters *ret)
{
	*ret = s->counters;
	return 0;
}

int sched_set_conf(struct sched *s, uint64_t cgid, const struct cgfifo_conf *conf)
{
	(void)s;
	(void)cgid;
	(void)conf;
	return 0;
}

/* What the others ask, and no test of this needs. */

bool sched_is_built(void)
{
	return true;
}

int sched_probe_types(char *ret_why)
{
	(void)ret_why;
	return 0;
}

size_t sched_unseen(const char *ret[SCHED_MAX_UNSEEN])
{
	(void)ret;
	return 0;
}

int sched_loaded_name(char *ret_name, size_t size)
{
	snprintf(ret_name, size, "cgfifo");
	return 0;
}

int sched_open_readonly(const char *pin_dir, struct sched **ret)
{
	(void)pin_dir;
	if (!fake_sched.left)
		return -ENOENT;
	*ret = &fake_sched;
	return 0;
}

int sched_hand_over(const char *pin_dir, uid_t uid, gid_t gid)
{
	(void)pin_dir;
	(void)uid;
	(void)gid;
	return 0;
}

bool sched_dir_is_dead(const char *pin_dir)
{
	(void)pin_dir;
	return false;
}

bool sched_is_partial(const struct sched *s)
{
	(void)s;
	return false;
}

size_t sched_nr_slots(const struct sched *s)
{
	(void)s;
	return 0;
}

const struct cgfifo_slot *sched_slot(const struct sched *s, size_t i)
{
	(void)s;
	(void)i;
	return NULL;
}

const struct cgfifo_limit *sched_limits(const struct sched *s)
{
	(void)s;
	return NULL;
}

const struct cgfifo_waits *sched_waits(const struct sched *s)
{
	(void)s;
	return NULL;
}

unsigned int sched_nr_online_cpus(void)
{
	return 1;
}
