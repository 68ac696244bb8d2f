/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of this folder share: the open scheduler, as file descriptors and mappings. It
 * looks the same whether this process loaded it or took it over, so that nothing else has to ask.
 */
#ifndef SCHED_INTERNAL_H
#define SCHED_INTERNAL_H

#include "sched/sched.h"
#include "util/cleanup.h"

struct ring_buffer;

/* What is pinned, each under its name in the pin directory. */
enum sched_pin {
	PIN_SLOTS,
	PIN_LIMITS,
	PIN_WAITS,
	PIN_CPUS,
	PIN_SHARED, /* the last of the tables */
	PIN_EVENTS,
	PIN_TIMERS,
	PIN_SET_CONF,
	PIN_LINK,
	/* Not on every kernel, and of no use but to be there. */
	PIN_WATCHES,
	PIN_ON_MAX = PIN_WATCHES,
	PIN_ON_BURST,
	PIN_ON_IDLE,
	PIN_ON_SIGNAL,
	NR_PINS,
};

struct sched {
	char *pin_dir;
	bool adopted;
	int fd[NR_PINS]; /* -1: not open */

	void *table[PIN_SHARED + 1];	 /* mapped, or NULL */
	size_t row_size[PIN_SHARED + 1]; /* of each, in bytes */
	struct ring_buffer *events;

	int (*event_fn)(const struct cgfifo_event *e, void *userdata);
	void *event_userdata;
};

DEFINE_CLEANUP(struct sched *, sched_free);

struct sched *sched_new(const char *pin_dir);

struct cgfifo_bpf;
/* adapt.c: CPU ids of this machine are below this; negative errno. */
int sched_nr_cpus(void);
/* adapt.c: fit the object to this machine and kernel. -E2BIG: too many CPUs; -EOPNOTSUPP: as
 * sched_probe_types(). ret_why says so. */
int sched_adapt(struct cgfifo_bpf *skel, bool partial, char *ret_why);
/* adapt.c: how each of this many CPUs begins: nothing is prepaid, not even for the root. */
void adapt_cpus(struct cgfifo_bpf *skel, int nr_cpus);

struct btf;
/* adapt.c: sched_unseen() for the kernel that these are the types of. */
size_t adapt_unseen(const struct btf *btf, const char *ret[SCHED_MAX_UNSEEN]);
/* adapt.c: sched_probe_types() for the types of a kernel and of an object that calls it. */
int adapt_probe(const struct btf *btf, const struct btf *object, char *ret_why);

/* cores.c: of the hardware threads in a list such as "0,4" or "0-3", which all share a core, the
 * one after cpu, or the first. cpu itself, if it is the only one, or the list makes no sense; max
 * is the highest number that does. */
int cores_next(const char *list, int cpu, int max);
/* That of each CPU below nr_cpus, from dir, which is /sys/devices/system/cpu: itself, if it is
 * not online. Answers whether any core has more than one. */
bool cores_read(int dir, int nr_cpus, uint16_t *ret_next);
/* CPU ids are below this, also of those that may come later, from the same directory. Negative
 * errno, -EINVAL: the list makes no sense. */
int cores_possible(int dir);
/* Which of the CPUs below nr_cpus need no tick while they have one task to run (nohz_full=), from
 * the same directory. Answers whether any does; none, if the list makes no sense: "(null)" is what
 * some kernels write for an empty one. */
bool cores_read_tickless(int dir, int nr_cpus, bool *ret_is_tickless);

/* load.c: a fresh scheduler from the object in this program; attached, and pinned. */
int sched_load(struct sched *s, bool partial, char *ret_why);

/* wide.c: the bytes of the object for more than 64 CPUs. */
const void *sched_wide_object(size_t *ret_size);

/* load.c: the object for this many CPUs, opened; NULL with errno. */
struct cgfifo_bpf *sched_open_object(int nr_cpus);

/* read.c: what there is one of; NULL while the tables are not mapped. */
const struct cgfifo_shared *sched_shared(const struct sched *s);

/* pins.c */
/* Opens what is pinned into s->fd. -ENOENT: nothing or not all of it is there. */
int pins_open(struct sched *s, bool tables_only);
/* Makes the directory, and a name for each of s->fd that is open, the link's last: then it goes on
 * without us. */
int pins_add(const struct sched *s);
/* Removes the names, the link's first: with it the kernel unloads the scheduler. */
void pins_remove(const struct sched *s);

/* read.c: maps the tables behind s->fd, to read. -EPROTO: they are of another ABI. */
int sched_map_tables(struct sched *s);
void sched_unmap_tables(struct sched *s);

/* events.c */
int sched_events_open(struct sched *s);
void sched_events_close(struct sched *s);

#endif
