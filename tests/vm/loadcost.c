// SPDX-License-Identifier: GPL-2.0-only
/*
 * What loading the scheduler costs: loadcost [--wide] [PROGRAM].
 * Loads all programs, attaches nothing, and prints for each what the kernel's verifier says of it:
 * its time, the instructions that it looked at, the states that it kept, and how many instructions
 * there are. With the name of a program: all that the verifier has to say of that one.
 * --wide: of the object for more than 64 CPUs, else of the one that this machine needs.
 * The time is of use in a guest that counts instructions only (--icount 0).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bpf/libbpf.h>

#include "sched/internal.h"
#include "util/alloc.h"

/* Uses the types of bpf/cgfifo.h, so it comes last. */
#include "cgfifo.skel.h"

/* BPF_LOG_LEVEL2 and BPF_LOG_STATS of the kernel's include/linux/bpf_verifier.h */
#define LOG_ALL	  2
#define LOG_STATS 4
#define STATS_MAX (1 << 12)
#define ALL_MAX	  (1 << 29)

static unsigned long now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000UL + t.tv_nsec / 1000;
}

static void ask(struct cgfifo_bpf *skel, const char *only)
{
	size_t size = only ? ALL_MAX : STATS_MAX;
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, skel->obj)
	{
		if (only && strcmp(only, bpf_program__name(prog)) != 0)
			continue;
		bpf_program__set_log_buf(prog, xcalloc(1, size), size);
		bpf_program__set_log_level(prog, only ? LOG_ALL : LOG_STATS);
	}
}

static unsigned long after(const char *log, const char *words)
{
	const char *at = strstr(log, words);

	return at ? strtoul(at + strlen(words), NULL, 10) : 0;
}

static void answer(const struct cgfifo_bpf *skel, const char *only)
{
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, skel->obj)
	{
		size_t size;
		const char *log = bpf_program__log_buf(prog, &size);

		if (!log || !*log)
			continue;
		if (only)
			fputs(log, stdout);
		else
			printf("%-28s %8lu us %7lu seen %6lu states %6zu long\n",
			       bpf_program__name(prog), after(log, "verification time "),
			       after(log, "processed "), after(log, "total_states "),
			       bpf_program__insn_cnt(prog));
	}
}

int main(int argc, char **argv)
{
	bool is_wide = argc > 1 && strcmp(argv[1], "--wide") == 0;
	const char *only = argc > 1 + is_wide ? argv[1 + is_wide] : NULL;
	char why[SCHED_MSG_LEN] = "";
	unsigned long began = now_us(), adapted;
	struct cgfifo_bpf *skel = sched_open_object(is_wide ? CGFIFO_MAX_CPUS : sched_nr_cpus());
	int r;

	if (!skel) {
		perror("loadcost: the object");
		return 1;
	}
	r = sched_adapt(skel, false, why);
	if (r < 0) {
		fprintf(stderr, "loadcost: %s\n", *why ? why : strerror(-r));
		return 1;
	}
	adapted = now_us();
	ask(skel, only);
	r = cgfifo_bpf__load(skel);
	fprintf(stderr, "prepared in %lu us, loaded in %lu us\n", adapted - began,
		now_us() - adapted);
	answer(skel, only);
	return r < 0;
}
