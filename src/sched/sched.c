// SPDX-License-Identifier: GPL-2.0-only
/* Starting, taking over and stopping the scheduler, and handing settings to it. */
#include "sched/sched.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sched/internal.h"
#include "sched/kernel.h"
#include "util/alloc.h"

/* Two seconds in all: it takes some ten milliseconds. */
#define PIN_STEP_MS 20
#define PIN_STEPS   100

struct sched *sched_new(const char *pin_dir)
{
	struct sched *s = xcalloc(1, sizeof(*s));

	s->pin_dir = xstrdup(pin_dir);
	for (int pin = 0; pin < NR_PINS; pin++)
		s->fd[pin] = -1;
	return s;
}

static void close_all(struct sched *s)
{
	sched_events_close(s);
	sched_unmap_tables(s);
	for (int pin = 0; pin < NR_PINS; pin++) {
		closep(&s->fd[pin]);
		s->fd[pin] = -1;
	}
}

struct sched *sched_free(struct sched *s)
{
	if (!s)
		return NULL;
	close_all(s);
	free(s->pin_dir);
	free(s);
	return NULL;
}

/* Is what is pinned ours, of our ABI, for the tasks that it is to be for, and still scheduling? */
static int adopt(struct sched *s, bool partial)
{
	struct cgfifo_exit why;
	int r;

	r = pins_open(s, false);
	if (r < 0)
		return r;
	r = sched_map_tables(s);
	if (r < 0)
		return r;
	if (sched_is_partial(s) != partial)
		return -ESTALE;
	return sched_is_attached(s, &why) > 0 ? 0 : -ENOENT;
}

/* Ours, or one that does not say what it is called. */
static bool may_be_ours(void)
{
	char name[64];

	return sched_loaded_name(name, sizeof(name)) == 0 &&
	       (strcmp(name, "cgfifo") == 0 || strcmp(name, "unknown") == 0);
}

/* Whoever loads one pins it when it runs already. An agent that starts just then, after one that
 * was killed while another process loaded for it, would take it for somebody else's. */
static int adopt_soon(struct sched *s, bool partial)
{
	int r = adopt(s, partial);

	for (int i = 0; r == -ENOENT && i < PIN_STEPS && may_be_ours(); i++) {
		close_all(s);
		poll(NULL, 0, PIN_STEP_MS);
		r = adopt(s, partial);
	}
	return r;
}

static int other_scheduler(char *ret_why)
{
	char name[64];

	if (sched_loaded_name(name, sizeof(name)) < 0)
		return 0;
	snprintf(ret_why, SCHED_MSG_LEN,
		 "the sched_ext scheduler \"%s\" is running, and there can be only one; stop it "
		 "first",
		 name);
	return -EBUSY;
}

/* What somebody else has loaded is opened like one that was there before. Where something is
 * missing, whoever did it has another list of pins. */
static int load_by(sched_load_fn load, struct sched *s, char *ret_why)
{
	int r = load(s->pin_dir, ret_why);

	if (r < 0)
		return r;
	r = pins_open(s, false);
	return r == -ENOENT ? -EPROTO : r;
}

/* Who loads for us was told by somebody else. */
static int check_partial(const struct sched *s, bool partial, char *ret_why)
{
	if (sched_is_partial(s) == partial)
		return 0;
	snprintf(ret_why, SCHED_MSG_LEN,
		 "what loads the scheduler does so %s --partial, and this agent runs %s it: "
		 "cgfifo.service and cgfifo-load@.service need the same option",
		 partial ? "without" : "with", partial ? "with" : "without");
	return -EINVAL;
}

static int load_fresh(struct sched *s, bool partial, sched_load_fn load, char *ret_why)
{
	int r;

	/* Remains of one that the kernel ejected, or one with another ABI: make room. */
	pins_remove(s);
	r = kernel_wait_disabled();
	if (r < 0)
		return other_scheduler(ret_why) ?: r;
	r = load ? load_by(load, s, ret_why) : sched_load(s, partial, ret_why);
	if (r >= 0)
		r = sched_map_tables(s);
	if (r >= 0)
		r = check_partial(s, partial, ret_why);
	if (r < 0)
		pins_remove(s);
	return r;
}

int sched_start(const char *pin_dir, bool partial, sched_load_fn load, struct sched **ret,
		char *ret_why)
{
	_cleanup_(sched_freep) struct sched *s = sched_new(pin_dir);
	int r;

	*ret_why = '\0';
	r = adopt_soon(s, partial);
	s->adopted = r == 0;
	if (r < 0) {
		/* Nothing of ours is there: another one's scheduler is not ours to end. */
		if (r == -ENOENT && other_scheduler(ret_why) && s->fd[PIN_SLOTS] < 0)
			return -EBUSY;
		close_all(s);
		*ret_why = '\0';
		r = load_fresh(s, partial, load, ret_why);
	}
	if (r >= 0)
		r = sched_events_open(s);
	if (r < 0) {
		if (!*ret_why)
			snprintf(ret_why, SCHED_MSG_LEN, "%s", strerror(-r));
		return r;
	}
	*ret = TAKE_PTR(s);
	return 0;
}

int sched_open_readonly(const char *pin_dir, struct sched **ret)
{
	_cleanup_(sched_freep) struct sched *s = sched_new(pin_dir);
	int r;

	r = pins_open(s, true);
	if (r < 0)
		return r;
	r = sched_map_tables(s);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(s);
	return 0;
}

bool sched_is_built(void)
{
	return true;
}

bool sched_was_adopted(const struct sched *s)
{
	return s->adopted;
}

bool sched_is_partial(const struct sched *s)
{
	return sched_shared(s)->info.is_partial;
}

int sched_stop(struct sched *s)
{
	struct cgfifo_exit why;
	bool ours = sched_shared(s) && sched_is_attached(s, &why) > 0;

	pins_remove(s);
	close_all(s);
	return ours ? kernel_wait_disabled() : 0;
}

int sched_set_conf(struct sched *s, uint64_t cgid, const struct cgfifo_conf *conf)
{
	struct cgfifo_conf_request request = {.cgid = cgid, .conf = *conf};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &request, .ctx_size_in = sizeof(request));

	if (bpf_prog_test_run_opts(s->fd[PIN_SET_CONF], &opts) < 0)
		return -errno;
	return (int)opts.retval;
}
