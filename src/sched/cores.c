// SPDX-License-Identifier: GPL-2.0-only
/* How many CPUs there can be, which are hardware threads of one core, and which need no tick, as
 * the kernel shows it in sysfs. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sched/internal.h"
#include "util/file.h"

/* Longer than what the kernel writes for 512 CPUs, each by itself. */
#define LIST_MAX 4096

/* A number at the start of text, which moves on behind it. Not above max; -1: there is none. */
static int number(const char **text, int max)
{
	const char *s = *text;
	int n = 0;

	if (*s < '0' || *s > '9')
		return -1;
	for (; *s >= '0' && *s <= '9'; s++)
		n = n > max ? n : n * 10 + (*s - '0');
	*text = s;
	return n > max ? -1 : n;
}

/* The next part of a list, such as 4 or 0-3, behind which text moves on. Answers whether there is
 * one; -EINVAL: it makes no sense. */
static int part(const char **text, int max, int *ret_from, int *ret_to)
{
	const char *s = *text;
	int from, to;

	if (!*s || *s == '\n')
		return 0;
	from = to = number(&s, max);
	if (*s == '-') {
		s++;
		to = number(&s, max);
	}
	if (from < 0 || to < from || (*s && *s != ',' && *s != '\n'))
		return -EINVAL;
	*text = s + (*s == ',');
	*ret_from = from;
	*ret_to = to;
	return 1;
}

int cores_next(const char *list, int cpu, int max)
{
	int first = -1, next = -1, from, to, r;

	while ((r = part(&list, max, &from, &to))) {
		if (r < 0)
			return cpu;
		if (first < 0 || from < first)
			first = from;
		for (int i = from; i <= to; i++)
			if (i > cpu && (next < 0 || i < next))
				next = i;
	}
	if (first < 0)
		return cpu;
	return next < 0 ? first : next;
}

bool cores_read(int dir, int nr_cpus, uint16_t *ret_next)
{
	bool is_shared = false;

	for (int cpu = 0; cpu < nr_cpus; cpu++) {
		_cleanup_free_ char *list = NULL;
		char path[64];

		ret_next[cpu] = (uint16_t)cpu;
		snprintf(path, sizeof(path), "cpu%d/topology/thread_siblings_list", cpu);
		if (file_read(dir, path, LIST_MAX, &list, NULL) < 0)
			continue; /* not online */
		ret_next[cpu] = (uint16_t)cores_next(list, cpu, nr_cpus - 1);
		is_shared = is_shared || ret_next[cpu] != cpu;
	}
	return is_shared;
}

int cores_possible(int dir)
{
	_cleanup_free_ char *list = NULL;
	int from, to, nr = 0, r;
	const char *s;

	r = file_read(dir, "possible", LIST_MAX, &list, NULL);
	if (r < 0)
		return r;
	s = list;
	while ((r = part(&s, INT_MAX / 16, &from, &to)) > 0)
		nr = to < nr ? nr : to + 1;
	return r < 0 || !nr ? -EINVAL : nr;
}

bool cores_read_tickless(int dir, int nr_cpus, bool *ret_is_tickless)
{
	_cleanup_free_ char *list = NULL;
	bool any = false;
	const char *s;
	int from, to, r;

	memset(ret_is_tickless, 0, (size_t)nr_cpus * sizeof(*ret_is_tickless));
	if (file_read(dir, "nohz_full", LIST_MAX, &list, NULL) < 0)
		return false; /* the kernel cannot do without */
	s = list;
	while ((r = part(&s, nr_cpus - 1, &from, &to)) > 0) {
		for (int cpu = from; cpu <= to; cpu++)
			ret_is_tickless[cpu] = true;
		any = true;
	}
	if (r == 0)
		return any;
	memset(ret_is_tickless, 0, (size_t)nr_cpus * sizeof(*ret_is_tickless));
	return false;
}
