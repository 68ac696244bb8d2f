// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel says about cgroups when our scheduler does not run: cpu.weight, the CPU time in
 * cpu.stat, the number of tasks in pids.current. All three are sums over the whole subtree (but
 * for the weight), and rows are about a cgroup's own tasks.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup/cgfs.h"
#include "policy/verdict.h"
#include "report/collect.h"
#include "util/alloc.h"
#include "util/file.h"
#include "util/parse.h"

#define STAT_MAX 4096

/* What was read for one row, with its subtree. */
struct totals {
	uint64_t usage_ns;
	uint64_t nr_tasks;
};

static int read_usage_ns(int dir_fd, uint64_t *ret)
{
	static const char key[] = "usage_usec ";
	_cleanup_free_ char *text = NULL;
	char *p, *end;
	uint64_t usec;
	int r;

	r = file_read(dir_fd, "cpu.stat", STAT_MAX, &text, NULL);
	if (r < 0)
		return r;
	p = strstr(text, key);
	if (!p)
		return -EBADMSG;
	p += sizeof(key) - 1;
	end = strchr(p, '\n');
	if (end)
		*end = '\0';
	r = parse_u64(p, 0, UINT64_MAX / 1000, &usec);
	if (r < 0)
		return r;
	*ret = usec * 1000;
	return 0;
}

int collect_usage_ns(int root_fd, const struct snapshot *s, size_t i, uint64_t *ret)
{
	const struct snapshot_row *row = snapshot_row(s, i);
	_cleanup_close_ int fd = cgfs_open_id(root_fd, snapshot_string(s, row->path), row->cgid);

	return fd < 0 ? fd : read_usage_ns(fd, ret);
}

static void read_row(struct snapshot *s, struct snapshot_row *row, int root_fd, struct totals *t)
{
	_cleanup_close_ int fd = cgfs_open_id(root_fd, snapshot_string(s, row->path), row->cgid);
	uint64_t weight;

	if (fd < 0)
		return;
	if (cgfs_read_number(fd, "cpu.weight", &weight) == 0) {
		/* The kernel's way to say that cpu.idle is 1. */
		if (weight == 0)
			row->flags |= ROW_YIELDS;
		row->own_weight = row->weight = weight ? (uint32_t)weight : CGFIFO_WEIGHT_MIN;
	}
	if (read_usage_ns(fd, &t->usage_ns) == 0)
		row->flags |= ROW_USAGE;
	(void)cgfs_read_number(fd, "pids.current", &t->nr_tasks);
}

static uint64_t without(uint64_t all, uint64_t part)
{
	/* They were not read at the same moment. */
	return all > part ? all - part : 0;
}

void collect_from_files(struct snapshot *s, int root_fd)
{
	size_t n = snapshot_n_rows(s);
	_cleanup_free_ struct totals *all = xcalloc(n, sizeof(*all));
	_cleanup_free_ struct totals *below = xcalloc(n, sizeof(*below));

	for (size_t i = 0; i < n; i++)
		if (!(snapshot_row(s, i)->flags & ROW_USAGE))
			read_row(s, snapshot_row(s, i), root_fd, &all[i]);
	snapshot_edit_header(s)->time_ns = collect_now_ns();

	for (size_t i = n; i-- > 0;) {
		struct snapshot_row *row = snapshot_row(s, i);

		if (row->flags & ROW_READY) /* the scheduler said all of it */
			continue;
		row->usage_ns = without(all[i].usage_ns, below[i].usage_ns);
		row->nr_tasks = (uint32_t)without(all[i].nr_tasks, below[i].nr_tasks);
		if (i > 0) {
			below[row->parent].usage_ns += all[i].usage_ns;
			below[row->parent].nr_tasks += all[i].nr_tasks;
		}
	}
}
