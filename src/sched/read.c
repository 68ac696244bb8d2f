// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading the scheduler's tables: they are mapped, so a look costs no system call and the
 * scheduler does not notice.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sched/internal.h"

/* The tables; those of slots and of CPUs have longer rows where sets of CPUs are longer. */
static const struct {
	size_t rows, row_size;
	bool may_be_longer;
} shapes[] = {
	[PIN_SLOTS] = {CGFIFO_MAX_SLOTS, sizeof(struct cgfifo_slot), true},
	[PIN_LIMITS] = {CGFIFO_MAX_SLOTS, sizeof(struct cgfifo_limit), false},
	[PIN_WAITS] = {CGFIFO_MAX_SLOTS, sizeof(struct cgfifo_waits), false},
	[PIN_CPUS] = {CGFIFO_MAX_CPUS, sizeof(struct cgfifo_cpu), true},
	[PIN_SHARED] = {1, sizeof(struct cgfifo_shared), false},
};

/* The kernel maps whole pages. */
static size_t page_align(size_t size)
{
	size_t page = sysconf(_SC_PAGESIZE);

	return (size + page - 1) / page * page;
}

/* A table of another build may have another shape, and must not be mapped. */
static int read_shape(struct sched *s, enum sched_pin what)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);
	size_t least = shapes[what].row_size, size;

	if (bpf_map_get_info_by_fd(s->fd[what], &info, &len) < 0)
		return -errno;
	size = info.value_size / shapes[what].rows;
	if (size * shapes[what].rows != info.value_size || size < least || size % sizeof(__u64) ||
	    (size > least && !shapes[what].may_be_longer))
		return -EPROTO;
	s->row_size[what] = size;
	return 0;
}

static size_t map_size(const struct sched *s, enum sched_pin what)
{
	return page_align(s->row_size[what] * shapes[what].rows);
}

static int map_table(struct sched *s, enum sched_pin what)
{
	void *p;
	int r;

	r = read_shape(s, what);
	if (r < 0)
		return r;
	p = mmap(NULL, map_size(s, what), PROT_READ, MAP_SHARED, s->fd[what], 0);
	if (p == MAP_FAILED)
		return -errno;
	s->table[what] = p;
	return 0;
}

/* What another ABI has in it is not looked at: the table that says which it is comes first. */
int sched_map_tables(struct sched *s)
{
	int r;

	r = map_table(s, PIN_SHARED);
	if (r < 0)
		return r;
	if (sched_shared(s)->info.abi != CGFIFO_ABI)
		return -EPROTO;
	for (int what = 0; what < PIN_SHARED; what++) {
		r = map_table(s, what);
		if (r < 0)
			return r;
	}
	return 0;
}

void sched_unmap_tables(struct sched *s)
{
	for (int what = 0; what <= PIN_SHARED; what++) {
		if (s->table[what])
			munmap(s->table[what], map_size(s, what));
		s->table[what] = NULL;
	}
}

static const void *row(const struct sched *s, enum sched_pin what, size_t i)
{
	return (const char *)s->table[what] + i * s->row_size[what];
}

const struct cgfifo_shared *sched_shared(const struct sched *s)
{
	return s->table[PIN_SHARED];
}

size_t sched_nr_slots(const struct sched *s)
{
	return shapes[PIN_SLOTS].rows;
}

const struct cgfifo_slot *sched_slot(const struct sched *s, size_t i)
{
	return row(s, PIN_SLOTS, i);
}

const struct cgfifo_limit *sched_limits(const struct sched *s)
{
	return s->table[PIN_LIMITS];
}

const struct cgfifo_waits *sched_waits(const struct sched *s)
{
	return s->table[PIN_WAITS];
}

int sched_read_counters(struct sched *s, struct cgfifo_counters *ret)
{
	struct cgfifo_counters sum = sched_shared(s)->counters;

	for (int i = 0; i < CGFIFO_MAX_CPUS; i++) {
		const struct cgfifo_cpu *cpu = row(s, PIN_CPUS, i);

		for (int stat = 0; stat < CGFIFO_NR_STATS; stat++)
			sum.value[stat] += cpu->counters.value[stat];
	}
	*ret = sum;
	return 0;
}

int sched_is_attached(struct sched *s, struct cgfifo_exit *ret_exit)
{
	char name[64];

	if (sched_shared(s)->exit.kind) {
		*ret_exit = sched_shared(s)->exit;
		return 0;
	}
	return sched_loaded_name(name, sizeof(name)) == 0;
}
