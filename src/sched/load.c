// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading the scheduler: the object that was compiled into this program, adapted to the kernel
 * that runs, attached and pinned.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sched/internal.h"
#include "util/alloc.h"

/* Uses the types of bpf/cgfifo.h, so it comes last. */
#include "cgfifo.skel.h"

DEFINE_CLEANUP(struct cgfifo_bpf *, cgfifo_bpf__destroy);

/* libbpf has one printer per process and no argument for it. */
static char *libbpf_says;

/* Keeps the first complaint: those that follow are its consequences. */
static int keep_complaint(enum libbpf_print_level level, const char *fmt, va_list args)
{
	if (level != LIBBPF_WARN || !libbpf_says || *libbpf_says)
		return 0;
	vsnprintf(libbpf_says, SCHED_MSG_LEN, fmt, args);
	libbpf_says[strcspn(libbpf_says, "\n")] = '\0';
	return 0;
}

/* The descriptors of a skeleton die with it; these stay. */
static int keep(struct sched *s, enum sched_pin what, int fd)
{
	s->fd[what] = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return s->fd[what] < 0 ? -errno : 0;
}

static int keep_all(struct sched *s, const struct cgfifo_bpf *skel, const struct bpf_link *link)
{
	const int fds[NR_PINS] = {
		[PIN_SLOTS] = bpf_map__fd(skel->maps.bss_slots),
		[PIN_LIMITS] = bpf_map__fd(skel->maps.bss_limits),
		[PIN_WAITS] = bpf_map__fd(skel->maps.bss_waits),
		[PIN_CPUS] = bpf_map__fd(skel->maps.bss_cpus),
		[PIN_SHARED] = bpf_map__fd(skel->maps.bss_shared),
		[PIN_EVENTS] = bpf_map__fd(skel->maps.events),
		[PIN_TIMERS] = bpf_map__fd(skel->maps.timers),
		[PIN_SET_CONF] = bpf_program__fd(skel->progs.cgfifo_set_conf),
		[PIN_LINK] = bpf_link__fd(link),
	};
	int r;

	for (int what = 0; what < PIN_WATCHES; what++) {
		r = keep(s, what, fds[what]);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Attach a program that watches one of the kernel's functions, if it was loaded. */
static int attach_watch(struct sched *s, enum sched_pin what, struct bpf_program *prog)
{
	struct bpf_link *link;
	int r;

	if (!bpf_program__autoload(prog))
		return 0;
	link = bpf_program__attach(prog);
	if (!link)
		return -errno;
	r = keep(s, what, bpf_link__fd(link));
	bpf_link__destroy(link);
	return r;
}

static int attach_watches(struct sched *s, const struct cgfifo_bpf *skel)
{
	int r;

	r = attach_watch(s, PIN_ON_MAX, skel->progs.cgfifo_cpu_max_write);
	if (r >= 0)
		r = attach_watch(s, PIN_ON_BURST, skel->progs.cgfifo_cpu_burst_write);
	if (r >= 0)
		r = attach_watch(s, PIN_ON_IDLE, skel->progs.cgfifo_cpu_idle_write);
	if (r >= 0)
		r = attach_watch(s, PIN_ON_SIGNAL, skel->progs.cgfifo_on_signal);
	return r;
}

static int pin_all(struct sched *s, char *ret_why)
{
	int r = pins_add(s);

	if (r < 0) {
		snprintf(ret_why, SCHED_MSG_LEN, "cannot pin the scheduler in %s: %s", s->pin_dir,
			 strerror(-r));
		pins_remove(s);
	}
	return r;
}

/* Loading is the kernel's verifier at work: its complaint is worth more than the error number. What
 * it will not let do, it calls EACCES: no right that anybody could be given. */
static int load_object(struct cgfifo_bpf *skel, char *ret_why)
{
	int r;

	libbpf_says = ret_why;
	r = cgfifo_bpf__load(skel);
	libbpf_says = NULL;
	if (r == -EPERM)
		snprintf(ret_why, SCHED_MSG_LEN,
			 "loading needs the capabilities CAP_BPF and CAP_PERFMON");
	return r == -EACCES ? -EOPNOTSUPP : r;
}

static int attach(struct cgfifo_bpf *skel, struct sched *s, char *ret_why)
{
	struct bpf_link *link;
	int r;

	/* First: each cgroup's limit is read once when the scheduler comes, and who writes one
	 * after that would not be seen. Of cgroups that are not known yet they leave their hands.
	 */
	r = attach_watches(s, skel);
	if (r < 0)
		return r;
	libbpf_says = ret_why;
	link = bpf_map__attach_struct_ops(skel->maps.cgfifo);
	libbpf_says = NULL;
	if (!link)
		return -errno;
	r = keep_all(s, skel, link);
	bpf_link__destroy(link);
	return r < 0 ? r : pin_all(s, ret_why);
}

/* Both objects have the same programs and tables, so what is generated for one serves the other. */
struct cgfifo_bpf *sched_open_object(int nr_cpus)
{
	_cleanup_(cgfifo_bpf__destroyp) struct cgfifo_bpf *skel = xcalloc(1, sizeof(*skel));
	int r;

	r = cgfifo_bpf__create_skeleton(skel);
	if (r == 0 && nr_cpus > CGFIFO_WORD_CPUS)
		skel->skeleton->data = sched_wide_object(&skel->skeleton->data_sz);
	if (r == 0)
		r = bpf_object__open_skeleton(skel->skeleton, NULL);
	if (r < 0) {
		errno = -r;
		return NULL;
	}
	skel->struct_ops.cgfifo = bpf_map__initial_value(skel->maps.cgfifo, NULL);
	return TAKE_PTR(skel);
}

int sched_load(struct sched *s, bool partial, char *ret_why)
{
	_cleanup_(cgfifo_bpf__destroyp) struct cgfifo_bpf *skel = NULL;
	int nr_cpus = sched_nr_cpus(), r;

	*ret_why = '\0';
	if (nr_cpus < 0)
		return nr_cpus;
	libbpf_set_print(keep_complaint);
	skel = sched_open_object(nr_cpus);
	if (!skel)
		return -errno;
	r = sched_adapt(skel, partial, ret_why);
	if (r < 0)
		return r;
	r = load_object(skel, ret_why);
	if (r < 0)
		return r;
	skel->bss_shared->shared.info = (struct cgfifo_info){
		.abi = CGFIFO_ABI,
		.nr_cpus = nr_cpus,
		.nr_slots = CGFIFO_MAX_SLOTS,
		.slot_size = bpf_map__value_size(skel->maps.bss_slots) / CGFIFO_MAX_SLOTS,
		.is_partial = partial,
	};
	return attach(skel, s, ret_why);
}
