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

#define SLOTS_SIZE  (sizeof(struct cgfifo_slot) * CGFIFO_MAX_SLOTS)
#define LIMITS_SIZE (sizeof(struct cgfifo_limit) * CGFIFO_MAX_SLOTS)
#define WAITS_SIZE  (sizeof(struct cgfifo_waits) * CGFIFO_MAX_SLOTS)
#define CPUS_SIZE   (sizeof(struct cgfifo_cpu) * CGFIFO_MAX_CPUS)
#define SHARED_SIZE sizeof(struct cgfifo_shared)

/* The kernel maps whole pages. */
static size_t page_align(size_t size)
{
	size_t page = sysconf(_SC_PAGESIZE);

	return (size + page - 1) / page * page;
}

/* A table of another build may have another size, and must not be mapped. */
static int check_size(int fd, size_t size)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);

	if (bpf_map_get_info_by_fd(fd, &info, &len) < 0)
		return -errno;
	return info.value_size == size ? 0 : -EPROTO;
}

static int map_table(int fd, size_t size, void **ret)
{
	void *p;
	int r;

	r = check_size(fd, size);
	if (r < 0)
		return r;
	p = mmap(NULL, page_align(size), PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return -errno;
	*ret = p;
	return 0;
}

int sched_map_tables(struct sched *s)
{
	int r;

	r = map_table(s->fd[PIN_SHARED], SHARED_SIZE, (void **)&s->shared);
	if (r < 0)
		return r;
	if (s->shared->info.abi != CGFIFO_ABI)
		return -EPROTO;
	r = map_table(s->fd[PIN_SLOTS], SLOTS_SIZE, (void **)&s->slots);
	if (r < 0)
		return r;
	r = map_table(s->fd[PIN_LIMITS], LIMITS_SIZE, (void **)&s->limits);
	if (r < 0)
		return r;
	r = map_table(s->fd[PIN_WAITS], WAITS_SIZE, (void **)&s->waits);
	if (r < 0)
		return r;
	return map_table(s->fd[PIN_CPUS], CPUS_SIZE, (void **)&s->cpus);
}

static void unmap_table(void *p, size_t size)
{
	if (p)
		munmap(p, page_align(size));
}

void sched_unmap_tables(struct sched *s)
{
	unmap_table(s->slots, SLOTS_SIZE);
	unmap_table(s->limits, LIMITS_SIZE);
	unmap_table(s->waits, WAITS_SIZE);
	unmap_table(s->cpus, CPUS_SIZE);
	unmap_table(s->shared, SHARED_SIZE);
	s->slots = NULL;
	s->limits = NULL;
	s->waits = NULL;
	s->cpus = NULL;
	s->shared = NULL;
}

const struct cgfifo_slot *sched_slots(const struct sched *s, size_t *ret_n)
{
	*ret_n = CGFIFO_MAX_SLOTS;
	return s->slots;
}

const struct cgfifo_limit *sched_limits(const struct sched *s)
{
	return s->limits;
}

const struct cgfifo_waits *sched_waits(const struct sched *s)
{
	return s->waits;
}

int sched_read_counters(struct sched *s, struct cgfifo_counters *ret)
{
	struct cgfifo_counters sum = s->shared->counters;

	for (int cpu = 0; cpu < CGFIFO_MAX_CPUS; cpu++)
		for (int stat = 0; stat < CGFIFO_NR_STATS; stat++)
			sum.value[stat] += s->cpus[cpu].counters.value[stat];
	*ret = sum;
	return 0;
}

int sched_is_attached(struct sched *s, struct cgfifo_exit *ret_exit)
{
	char name[64];

	if (s->shared->exit.kind) {
		*ret_exit = s->shared->exit;
		return 0;
	}
	return sched_loaded_name(name, sizeof(name)) == 0;
}
