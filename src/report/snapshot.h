/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is the case at one moment: all cgroups with their weights and what they used so far. One
 * block of memory without pointers, which the agent sends as it is and readers check before they
 * use it. Non-logging.
 *
 * Layout: the header, n_rows rows (a parent before its children, the root first), then the
 * strings, each ended by NUL, at their offset from the beginning of the strings; offset 0 is "".
 */
#ifndef REPORT_SNAPSHOT_H
#define REPORT_SNAPSHOT_H

#include <stddef.h>
#include <stdint.h>

#include "../bpf/cgfifo.h"
#include "util/cleanup.h"

#define SNAPSHOT_MAGIC	 0x31504e534f464743ull /* "CGFOSNP1" */
#define SNAPSHOT_VERSION 7

/* More than the agent can hold is no snapshot. */
#define SNAPSHOT_MAX_ROWS    65537
#define SNAPSHOT_MAX_STRINGS (32u * 1024 * 1024)

enum snapshot_state {
	STATE_NONE,	/* nothing of ours is in force */
	STATE_SCHED,	/* our scheduler runs */
	STATE_FALLBACK, /* the agent runs, and weights are in cpu.weight */
	STATE_OTHER,	/* a sched_ext scheduler runs: not ours, or ours and we may not look */
	STATE_N,
};

struct snapshot_header {
	uint64_t magic;
	uint32_t version;
	uint32_t row_size; /* with the above, tells whether this reader can read it */
	uint32_t n_rows;
	uint32_t strings_size;

	uint32_t state;	      /* enum snapshot_state */
	uint32_t nr_cpus;     /* online: percentages are of these */
	uint64_t time_ns;     /* CLOCK_MONOTONIC when usage was read */
	uint64_t since_ns;    /* ... when the state began; 0: not known */
	uint32_t has_agent;   /* an agent made this; else a reader did for itself */
	uint32_t n_left_out;  /* cgroups that are not among the rows, because there are too many */
	uint32_t n_ejected;   /* times that the kernel unloaded the scheduler */
	uint32_t note;	      /* string: what a person should know about the state, or "" */
	uint32_t config_note; /* string: a configuration that was not accepted, or "" */
	uint32_t has_counters;
	uint32_t is_partial; /* the scheduler is only for tasks that ask for it: so are the rows */
	uint32_t pad;
	uint64_t counters[CGFIFO_NR_STATS];
};

enum snapshot_flag {
	ROW_USAGE = 1u << 0,   /* usage_ns is filled in */
	ROW_READY = 1u << 1,   /* nr_ready is filled in: else nobody knows who would like to run */
	ROW_WANTED = 1u << 2,  /* a rule asks for something */
	ROW_FAILED = 1u << 3,  /* ... which is not in force */
	ROW_LIMITED = 1u << 4, /* limit is filled in */
	ROW_THROTTLED = 1u << 5, /* ... and nothing is left just now */
	ROW_YIELDS = 1u << 6,	 /* cpu.idle: it gets what its siblings leave */
};

struct snapshot_row {
	uint64_t cgid;
	uint64_t usage_ns;    /* CPU time of its own tasks, not those of its children */
	uint32_t parent;      /* row; the root's is itself */
	uint32_t flags;	      /* enum snapshot_flag */
	uint32_t weight;      /* in force */
	uint32_t own_weight;  /* its cpu.weight; 0: not known */
	uint32_t conf_weight; /* what the agent asks for, 0: nothing */
	uint32_t slice_us;    /* what the agent asks for, 0: nothing */
	uint32_t policy;      /* what the agent asks for: enum cgfifo_policy */
	uint32_t source;      /* enum verdict_source, of weight */
	uint32_t nr_ready;    /* its own tasks that run or would like to */
	uint32_t nr_tasks;    /* its own tasks, 0: not known */
	uint32_t name;	      /* string, for people */
	uint32_t path;	      /* string */
	uint32_t origin;      /* string: FILE:LINE of the rule, or "" */
	/* Strings: what runtimes and the kubelet say; "": not known. Escape them before showing. */
	uint32_t container;
	uint32_t image;
	uint32_t pod_namespace;
	uint32_t pod_name;
	uint32_t isolate;	   /* what the agent asks for: enum cgfifo_isolate */
	struct cgfifo_limit limit; /* by the scheduler: its own, with what was used of it */
	struct cgfifo_waits waits; /* by the scheduler: of its own tasks */
};

_Static_assert(sizeof(struct snapshot_row) ==
		       88 + sizeof(struct cgfifo_limit) + sizeof(struct cgfifo_waits),
	       "row");

struct snapshot;

struct snapshot *snapshot_free(struct snapshot *s);
DEFINE_CLEANUP(struct snapshot *, snapshot_free);

const struct snapshot_header *snapshot_header(const struct snapshot *s);
size_t snapshot_n_rows(const struct snapshot *s);
struct snapshot_row *snapshot_row(const struct snapshot *s, size_t i);
/* Never NULL: an offset that is out of range is "". */
const char *snapshot_string(const struct snapshot *s, uint32_t offset);

/* CPUs that its limit is; 0: none, or one that the scheduler is just taking in or lifting. */
double snapshot_quota(const struct snapshot_row *row);

/* Whose wish a row is, for people: FILE:LINE of the rule, or what sets one by hand, which no file
 * has. */
const char *snapshot_asker(const struct snapshot *s, const struct snapshot_row *row);

/* Making one: begin, add rows and strings, end. */
struct snapshot *snapshot_new(void);
struct snapshot_header *snapshot_edit_header(struct snapshot *s);
/* A zeroed row, or NULL when there are too many. Earlier answers become invalid. */
struct snapshot_row *snapshot_add_row(struct snapshot *s);
/* Its offset; 0 ("") when there are too many. */
uint32_t snapshot_add_string(struct snapshot *s, const char *text);

/* As bytes, in the order in which they are to be sent. The caller frees *ret. */
void snapshot_serialize(const struct snapshot *s, void **ret, size_t *ret_size);

/* From bytes that anybody may have sent. -EBADMSG: no snapshot. -ENODATA: not all of one. -EPROTO:
 * of another version. */
int snapshot_parse(const void *data, size_t size, struct snapshot **ret);

/* Read one from a socket until its end. -ETIMEDOUT: it stands still. Also as snapshot_parse(). */
int snapshot_receive(int fd, struct snapshot **ret);

#endif
