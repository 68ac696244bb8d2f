// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many cgroups, and how long until each has the weight that a rule gives it, read from the table of
 * the scheduler that runs.
 *
 *	scale make DIR N            N cgroups in DIR; remove: they are gone
 *	scale await N WEIGHT        until N cgroups have WEIGHT; how long that took, in us
 *	scale latency DIR N WEIGHT  N times from mkdir to WEIGHT: median, p99 and longest, in us
 *	scale churn DIR ROUNDS N    N cgroups in DIR come and go, ROUNDS times
 *	scale slots                 how many cgroups have a place in the table
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cgfifo.h"

#define LIMIT_US (60 * 1000000ll)

static void die(const char *what, const char *name)
{
	fprintf(stderr, "%s %s: %s\n", what, name, strerror(errno));
	exit(1);
}

static long long now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000ll + t.tv_nsec / 1000;
}

static const volatile struct cgfifo_slot *map_slots(void)
{
	static const char path[] = "/sys/fs/bpf/cgfifo/slots";
	int fd = bpf_obj_get(path);
	void *p;

	if (fd < 0)
		die("open", path);
	p = mmap(NULL, sizeof(struct cgfifo_slot) * CGFIFO_MAX_SLOTS, PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		die("map", path);
	return p;
}

static int count(const volatile struct cgfifo_slot *slots, unsigned int weight)
{
	int n = 0;

	for (int i = 0; i < CGFIFO_MAX_SLOTS; i++)
		n += slots[i].cgid && (!weight || slots[i].conf_weight == weight);
	return n;
}

static void child(char *path, size_t size, const char *dir, const char *kind, int i)
{
	snprintf(path, size, "%s/%s-%d", dir, kind, i);
}

static void make(const char *dir, const char *kind, int n)
{
	char path[512];

	for (int i = 0; i < n; i++) {
		child(path, sizeof(path), dir, kind, i);
		if (mkdir(path, 0755) < 0)
			die("mkdir", path);
	}
}

static void take_away(const char *dir, const char *kind, int n)
{
	char path[512];

	for (int i = 0; i < n; i++) {
		child(path, sizeof(path), dir, kind, i);
		if (rmdir(path) < 0)
			die("rmdir", path);
	}
}

static void churn(const char *dir, int rounds, int n)
{
	for (int round = 0; round < rounds; round++) {
		make(dir, "churn", n);
		take_away(dir, "churn", n);
	}
}

static void await(int n, unsigned int weight)
{
	const volatile struct cgfifo_slot *slots = map_slots();
	long long began = now_us();

	while (count(slots, weight) < n) {
		if (now_us() - began > LIMIT_US) {
			fprintf(stderr, "only %d have weight %u\n", count(slots, weight), weight);
			exit(1);
		}
		usleep(1000);
	}
	printf("%lld\n", now_us() - began);
}

/* A new slot is the first free one as a rule, so the search is short after the first round. */
static bool has_weight(const volatile struct cgfifo_slot *slots, unsigned long long cgid,
		       unsigned int weight, int *at)
{
	for (int k = 0; slots[*at].cgid != cgid && k < CGFIFO_MAX_SLOTS; k++)
		*at = (*at + 1) % CGFIFO_MAX_SLOTS;
	return slots[*at].cgid == cgid && slots[*at].conf_weight == weight;
}

static long long one_latency(const volatile struct cgfifo_slot *slots, const char *path,
			     unsigned int weight)
{
	static int at;
	long long began = now_us(), took;
	struct stat st;

	if (mkdir(path, 0755) < 0 || stat(path, &st) < 0)
		die("mkdir", path);
	while (!has_weight(slots, st.st_ino, weight, &at)) {
		if (now_us() - began > LIMIT_US) {
			fprintf(stderr, "%s: no weight %u\n", path, weight);
			exit(1);
		}
		usleep(50);
	}
	took = now_us() - began;
	if (rmdir(path) < 0)
		die("rmdir", path);
	return took;
}

static int compare(const void *a, const void *b)
{
	long long x = *(const long long *)a, y = *(const long long *)b;

	return x < y ? -1 : x > y;
}

static void latency(const char *dir, int n, unsigned int weight)
{
	const volatile struct cgfifo_slot *slots = map_slots();
	long long *took = calloc((size_t)n, sizeof(*took));
	char path[512];

	for (int i = 0; i < n; i++) {
		child(path, sizeof(path), dir, "new", i);
		took[i] = one_latency(slots, path, weight);
	}
	qsort(took, (size_t)n, sizeof(*took), compare);
	printf("%lld %lld %lld\n", took[n / 2], took[n - 1 - n / 100], took[n - 1]);
	free(took);
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (strcmp(verb, "make") == 0 && argc == 4)
		make(argv[2], "many", atoi(argv[3]));
	else if (strcmp(verb, "remove") == 0 && argc == 4)
		take_away(argv[2], "many", atoi(argv[3]));
	else if (strcmp(verb, "await") == 0 && argc == 4)
		await(atoi(argv[2]), (unsigned int)atoi(argv[3]));
	else if (strcmp(verb, "latency") == 0 && argc == 5)
		latency(argv[2], atoi(argv[3]), (unsigned int)atoi(argv[4]));
	else if (strcmp(verb, "churn") == 0 && argc == 5)
		churn(argv[2], atoi(argv[3]), atoi(argv[4]));
	else if (strcmp(verb, "slots") == 0 && argc == 2)
		printf("%d\n", count(map_slots(), 0));
	else
		return fprintf(stderr, "usage: scale make|remove|await|latency|churn|slots ...\n"),
		       2;
	return 0;
}
