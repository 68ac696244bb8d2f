// SPDX-License-Identifier: GPL-2.0-only
/* Which CPUs are hardware threads of one core, as the kernel shows it in sysfs. */
#include <stdio.h>
#include <stdlib.h>

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

int cores_next(const char *list, int cpu, int max)
{
	int first = -1, next = -1, from, to;

	while (*list && *list != '\n') {
		from = to = number(&list, max);
		if (*list == '-') {
			list++;
			to = number(&list, max);
		}
		if (from < 0 || to < from || (*list && *list != ',' && *list != '\n'))
			return cpu;
		if (*list == ',')
			list++;
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
