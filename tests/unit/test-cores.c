// SPDX-License-Identifier: GPL-2.0-only
/* sched/cores: which CPUs are hardware threads of one core, and which need no tick. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sched/internal.h"

#define MAX 511

Test(cores, lists)
{
	static const struct {
		const char *list;
		int cpu, next;
	} cases[] = {
		{"0\n", 0, 0},
		{"0-1\n", 0, 1},
		{"0-1\n", 1, 0},
		{"0,4\n", 0, 4},
		{"0,4\n", 4, 0},
		{"8-11\n", 8, 9},
		{"8-11\n", 11, 8},
		{"0-1,64-65\n", 1, 64},
		{"0-1,64-65\n", 65, 0},
		{"0,128,256,384", 0, 128},
		{"0,128,256,384", 384, 0},
		{"510-511\n", 510, 511},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cr_expect_eq(cores_next(cases[i].list, cases[i].cpu, MAX), cases[i].next, "%s, %d",
			     cases[i].list, cases[i].cpu);
}

Test(cores, no_sense_is_a_core_of_its_own)
{
	static const char *const lists[] = {
		"",    "\n",   "x",   "0-", "-1", "3-1", "0,512", "0-99999999999999999999",
		"0;1", "0--1", "1 2",
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		cr_expect_eq(cores_next(lists[i], 3, MAX), 3, "'%s'", lists[i]);
}

static void write_list(int dir, int cpu, const char *list)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "cpu%d", cpu);
	cr_assert_eq(mkdirat(dir, path, 0700), 0);
	snprintf(path, sizeof(path), "cpu%d/topology", cpu);
	cr_assert_eq(mkdirat(dir, path, 0700), 0);
	snprintf(path, sizeof(path), "cpu%d/topology/thread_siblings_list", cpu);
	fd = openat(dir, path, O_CREAT | O_WRONLY, 0600);
	cr_assert_geq(fd, 0);
	cr_assert_gt(dprintf(fd, "%s\n", list), 0);
	close(fd);
}

Test(cores, read)
{
	char top[] = "/tmp/cgfifo-cores-XXXXXX";
	uint16_t next[5];
	int dir;

	cr_assert_not_null(mkdtemp(top));
	dir = open(top, O_RDONLY | O_DIRECTORY);
	cr_assert_geq(dir, 0);
	cr_expect(!cores_read(dir, 2, next), "nothing is said");
	cr_expect(next[0] == 0 && next[1] == 1);
	write_list(dir, 0, "0,2");
	write_list(dir, 1, "1");
	write_list(dir, 2, "0,2");
	write_list(dir, 4, "4-5"); /* there is no CPU 5 */
	cr_expect(cores_read(dir, 5, next));
	cr_expect(next[0] == 2 && next[2] == 0, "two threads");
	cr_expect(next[1] == 1 && next[3] == 3 && next[4] == 4, "cores of their own");
	close(dir);
}

/* A directory with this in a file of that name, or with nothing. The caller closes it. */
static int dir_with(const char *name, const char *list)
{
	char top[] = "/tmp/cgfifo-cores-XXXXXX";
	int dir, fd;

	cr_assert_not_null(mkdtemp(top));
	dir = open(top, O_RDONLY | O_DIRECTORY);
	cr_assert_geq(dir, 0);
	if (list) {
		fd = openat(dir, name, O_CREAT | O_WRONLY, 0600);
		cr_assert_geq(fd, 0);
		cr_assert_geq(dprintf(fd, "%s", list), 0);
		close(fd);
	}
	return dir;
}

/* There may be fewer of them than that: an id is not a count. */
Test(cores, possible)
{
	static const struct {
		const char *list;
		int nr;
	} cases[] = {
		{"0\n", 1},    {"0-3\n", 4},	{"0-1,4-5\n", 6},   {"4-5,0\n", 6},
		{"", -EINVAL}, {NULL, -ENOENT}, {"0-x\n", -EINVAL}, {"0-99999999999\n", -EINVAL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int dir = dir_with("possible", cases[i].list);

		cr_expect_eq(cores_possible(dir), cases[i].nr, "'%s'", cases[i].list);
		close(dir);
	}
}

/* The file nohz_full says so: of eight CPUs these need no tick, as bits. */
static unsigned int read_tickless(const char *list, bool *ret_any)
{
	bool is_tickless[8];
	unsigned int set = 0;
	int dir = dir_with("nohz_full", list);

	memset(is_tickless, 1, sizeof(is_tickless));
	*ret_any = cores_read_tickless(dir, 8, is_tickless);
	for (int cpu = 0; cpu < 8; cpu++)
		set |= is_tickless[cpu] ? 1u << cpu : 0;
	close(dir);
	return set;
}

Test(cores, tickless)
{
	static const struct {
		const char *list;
		unsigned int set;
	} cases[] = {
		{"1-3\n", 0x0e}, {"1-3,5,7\n", 0xae}, {"7", 0x80},  {"\n", 0},	  {"(null)\n", 0},
		{"", 0},	 {NULL, 0},	      {"1-8\n", 0}, {"1,x\n", 0}, {"1-\n", 0},
	};
	bool any;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *list = cases[i].list;

		cr_expect_eq(read_tickless(list, &any), cases[i].set, "'%s'", list);
		cr_expect_eq(any, cases[i].set != 0, "'%s'", list);
	}
}
