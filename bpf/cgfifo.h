/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The contract between the scheduler (bpf/) and the agent (src/).
 *
 * Everything that crosses the border is here: limits, configuration records, the slot table,
 * events, the exit record and the list of statistics. Only fixed-size integers, explicit padding
 * and asserted sizes, because the two sides are built by different compilers and may even come
 * from different versions: cgfifo_info.abi tells them apart. Each struct says who writes it.
 *
 * Raise CGFIFO_ABI with every change of a layout or of a meaning in this file.
 */
#ifndef CGFIFO_H
#define CGFIFO_H

#ifdef __bpf__
#include "vmlinux.h"
#else
#include <linux/types.h>
#endif

#define CGFIFO_ABI 11

/* Cgroups that can have a share of their own at one time; the rest count as their nearest
 * ancestor that has one. A power of two. */
#ifndef CGFIFO_MAX_SLOTS /* the model takes more */
#define CGFIFO_MAX_SLOTS 8192
#endif
#define CGFIFO_MAX_CPUS 512
/* Sets of CPUs have a word for each 64 CPUs: one, or with CGFIFO_WIDE enough for all. What depends
 * on it stands last in what the agent reads. */
#define CGFIFO_WORD_CPUS 64
#ifdef CGFIFO_WIDE
#define CGFIFO_SET_WORDS (CGFIFO_MAX_CPUS / CGFIFO_WORD_CPUS)
#else
#define CGFIFO_SET_WORDS 1
#endif

struct cgfifo_cpuset {
	__u64 word[CGFIFO_SET_WORDS];
};
/* Levels below the root that get a share of their own; deeper cgroups count as their ancestor. */
#define CGFIFO_MAX_DEPTH 32

/* The slot of the root cgroup. */
#define CGFIFO_ROOT_SLOT 0
#define CGFIFO_NO_SLOT	 0xffffffffu

/*
 * Two things have a number for each slot: the cgroup itself, as one of its parent's children, and
 * the tasks directly in it, which compete with its child cgroups as if they were one more.
 */
#define CGFIFO_NODE(slot) (2 * (slot))
#define CGFIFO_SELF(slot) (2 * (slot) + 1)
#define CGFIFO_SLOT_OF(n) ((n) >> 1)
#define CGFIFO_IS_SELF(n) ((n) & 1)
#define CGFIFO_NR_MEMBERS (2 * CGFIFO_MAX_SLOTS)

/* cpu.weight's range and default (Documentation/admin-guide/cgroup-v2.rst). */
#define CGFIFO_WEIGHT_MIN 1
#define CGFIFO_WEIGHT_MAX 10000
#define CGFIFO_WEIGHT_DFL 100

/* A task runs at most this long before the order is consulted again. */
#define CGFIFO_SLICE_DFL_US 3000
#define CGFIFO_SLICE_MIN_US 100
#define CGFIFO_SLICE_MAX_US 100000

#define CGFIFO_NAME_LEN	  256
#define CGFIFO_REASON_LEN 128
#define CGFIFO_MSG_LEN	  1024

/* In which order the tasks directly in a cgroup run. */
enum cgfifo_policy {
	CGFIFO_POLICY_UNSET, /* CGFIFO_POLICY_FIFO */
	CGFIFO_POLICY_FIFO,  /* first in, first out: nice levels do not count */
	CGFIFO_POLICY_FAIR,  /* each gets what its nice level is worth, as in the fair class */
};

/* With whom the tasks of a cgroup and those below share the hardware threads of a core. */
enum cgfifo_isolate {
	CGFIFO_ISOLATE_UNSET, /* CGFIFO_ISOLATE_NONE */
	CGFIFO_ISOLATE_NONE,  /* with all, but for those that are isolated themselves */
	CGFIFO_ISOLATE_CORE,  /* with nobody else */
};

/*
 * What the agent wants for one cgroup, keyed by cgroup id (the inode number of its directory).
 * Agent -> scheduler. A member that is 0 means "not set": the cgroup's own cpu.weight, the
 * default slice.
 */
struct cgfifo_conf {
	__u32 weight;	/* CGFIFO_WEIGHT_MIN..MAX, or 0 */
	__u32 slice_us; /* CGFIFO_SLICE_MIN_US..MAX_US, or 0 */
	__u32 policy;	/* enum cgfifo_policy */
	__u32 isolate;	/* enum cgfifo_isolate */
};

/*
 * The argument of the program cgfifo_set_conf, the only way a setting enters the scheduler.
 * Agent -> scheduler. Answers 0; -ENOENT when no slot stands for this cgroup (it is gone, or has no
 * cpu controller); -ENOMEM when there is no memory for what the policy needs.
 */
struct cgfifo_conf_request {
	__u64 cgid;
	struct cgfifo_conf conf;
};

/*
 * The tasks of a cgroup wait in two FIFOs: those that may run on every CPU, and those bound to
 * some (by a cpuset or by taskset), so that a CPU finds one that it may run without a search. They
 * take turns. With the policy fair both wait in one queue, in its order.
 */
enum cgfifo_kind {
	CGFIFO_FREE,
	CGFIFO_BOUND,
	CGFIFO_NR_KINDS,
};

enum cgfifo_slot_flag {
	CGFIFO_SLOT_LIVE = 1u << 0,	 /* stands for a cgroup that exists */
	CGFIFO_SLOT_IDLE = 1u << 1,	 /* its own tasks have no work; it may count still */
	CGFIFO_SLOT_LIMITED = 1u << 2,	 /* it has a limit of its own (cpu.max) */
	CGFIFO_SLOT_THROTTLED = 1u << 3, /* ... and has used it up */
	CGFIFO_SLOT_YIELDS = 1u << 4,	 /* runs only where no sibling wants to (cpu.idle) */
	CGFIFO_SLOT_FAIR = 1u << 5,	 /* its policy is CGFIFO_POLICY_FAIR */
	CGFIFO_SLOT_SORTED = 1u << 6,	 /* ... or was: some of its tasks may wait in that order */
	CGFIFO_SLOT_ISOLATED = 1u << 7,	 /* CGFIFO_ISOLATE_CORE */
};

/*
 * One cgroup. Scheduler -> agent, except where noted; the agent reads it through a mapping, so
 * every member that it reads is one aligned word.
 */
struct cgfifo_slot {
	/* Who it is: changes when a cgroup is made or removed. */
	__u64 cgid;	   /* 0: this slot is free */
	__u32 parent;	   /* slot of the nearest ancestor that has one; the root's is itself */
	__u32 flags;	   /* enum cgfifo_slot_flag */
	__u32 level;	   /* distance from the root cgroup */
	__u32 nr_refs;	   /* the cgroup itself, its tasks and its child slots */
	__u32 weight;	   /* in force: the agent's, else the cgroup's own cpu.weight */
	__u32 own_weight;  /* the cgroup's own cpu.weight */
	__u32 conf_weight; /* the agent's, 0: none */
	__u32 slice_ns;

	/* What its own tasks do, not those of its children: changes with every pick. */
	__u64 usage_ns;
	__u64 wait_mark; /* counts enqueues, tells a failed pick whether to believe itself */
	__u64 served_at; /* when the first began to wait, or one was last picked, in ns; where bound
			  * ones wait: when that was last so of all CPUs for which they do */
	__u32 nr_queued; /* those that wait in a FIFO */
	__u32 nr_running; /* those on a CPU */

	/* The nearest slot with a limit, itself or above; CGFIFO_ROOT_SLOT: there is none. */
	__u32 limited_by;
	__u32 limits_seen; /* when that was so, see limit_above() */
	/* The nearest slot that is isolated, likewise, see core_domain(). */
	__u32 domain;
	__u32 domain_seen;
	__u32 pad[2];

	/* Of its own tasks, too; longer on large machines, see slot_size of struct cgfifo_info. */
	struct cgfifo_cpuset mask[CGFIFO_NR_KINDS]; /* that may find one to run in a FIFO */
	struct cgfifo_cpuset turn; /* on which the bound ones are next, when both kinds wait */
	struct cgfifo_cpuset
		served; /* that have picked one since served_at, while bound ones wait */
};

/*
 * What a cgroup and all below it may use of the CPUs: cpu.max. In ns. Scheduler -> agent; a table
 * beside the slots, with the same numbers, and of meaning with CGFIFO_SLOT_LIMITED.
 */
struct cgfifo_limit {
	__u64 quota_ns; /* in each period */
	__u64 period_ns;
	__u64 burst_ns; /* what may be saved up of quotas that were not used (cpu.max.burst) */
	__s64 left_ns;	/* that may still be handed out now; below 0: later periods pay */
	__s64 first_ns; /* that could be when the period began */
	__u64 ends_at;	/* end of the period, by the monotonic clock */
	__u64 shut_at;	/* when it was throttled the last time */

	__u64 nr_periods;    /* periods in which it ran */
	__u64 nr_throttled;  /* times that it was throttled */
	__u64 throttled_ns;  /* for how long, until it was last let go on */
	__u64 nr_bursts;     /* periods in which it used more than its quota */
	__u64 burst_used_ns; /* how much more, summed up */
};

/* Waits are counted by length: those shorter than 8192 ns, and then in steps of two. What is
 * shorter is not told apart, because a task that waits so little starts again soon, and counting
 * has its price, too. */
#define CGFIFO_WAIT_SHIFT   13
#define CGFIFO_WAIT_CLASSES 24 /* the last one is for all that are longer, from 34 s on */

/*
 * How long the tasks directly in a cgroup waited, each time from when one could run to when it did,
 * and so with the time for which a limit was used up. Scheduler -> agent; a table beside the slots,
 * with the same numbers. All stay 0 on a kernel without CONFIG_SCHED_INFO.
 */
struct cgfifo_waits {
	__u64 sum_ns;
	/* Waits shorter than 8192 ns << i, and not shorter than half of that; modulo 2^32. */
	__u32 nr_class[CGFIFO_WAIT_CLASSES];
};

/*
 * The weight with which the tasks directly in a cgroup compete with its child cgroups. A leaf has
 * no child to compete with, so it only matters for the root and for threaded or delegated trees;
 * the kernel's fair class gives each such task the weight of a nice-0 task, which is also 100.
 */
#define CGFIFO_SELF_WEIGHT 100

#define CGFIFO_COMM_LEN 16

/* Who had a CPU for itself, in a class that goes before this scheduler's: SCHED_FIFO, SCHED_RR or
 * SCHED_DEADLINE. */
struct cgfifo_hog {
	__u64 since_ns; /* by the monotonic clock; 0: it has it no more */
	__u64 took_ns;	/* for how long; 0: there is none */
	__u32 cpu;
	__u32 pid;
	__u32 policy; /* as for sched_setscheduler(2) */
	__u32 pad;
	char comm[CGFIFO_COMM_LEN]; /* what it is called */
};

enum cgfifo_event_type {
	CGFIFO_EVENT_CGROUP_NEW = 1,	/* a cgroup has a cpu controller now */
	CGFIFO_EVENT_CGROUP_GONE = 2,	/* ... and has it no more, or was removed */
	CGFIFO_EVENT_CGROUP_WEIGHT = 3, /* somebody wrote cpu.weight */
	CGFIFO_EVENT_EXIT = 4,		/* the scheduler was unloaded, see cgfifo_exit */
	CGFIFO_EVENT_HOG = 5,		/* somebody had a CPU for long, see cgfifo_hog */
};

/* What happened. Scheduler -> agent, through the ring buffer "events". */
struct cgfifo_event {
	__u32 type;   /* enum cgfifo_event_type */
	__u32 weight; /* of CGROUP_NEW and CGROUP_WEIGHT: the cgroup's own cpu.weight */
	__u64 cgid;
	__u64 parent_cgid;
	struct cgfifo_hog hog;	    /* of HOG only */
	char name[CGFIFO_NAME_LEN]; /* last component of its path, of CGROUP_NEW only */
};

/* Why the kernel unloaded the scheduler. Scheduler -> agent, written once at exit. */
struct cgfifo_exit {
	__s64 code;
	__u32 kind; /* enum scx_exit_kind, 0: still loaded */
	__u32 pad;
	struct cgfifo_hog hog; /* who may be to blame; took_ns 0: nobody known */
	char reason[CGFIFO_REASON_LEN];
	char msg[CGFIFO_MSG_LEN];
};

/*
 * The statistics: name, what it counts. The one list from which the counters, their names in
 * tables, JSON and metrics, and the manual are made.
 */
#define CGFIFO_STATS(X)                                                                            \
	X(picks, "cgroups picked from the order")                                                  \
	X(keeps, "slices renewed because nobody was earlier")                                      \
	X(misses, "picks that found no task this CPU may run")                                     \
	X(direct, "wakeups placed straight on a CPU, idle unless the waker's CPU is going away")   \
	X(pinned, "per-CPU kernel threads placed straight on their CPU")                           \
	X(activations, "cgroups that became active")                                               \
	X(departures, "cgroups that left after their lag was paid")                                \
	X(preemptions, "tasks interrupted by one that woke and goes first")                        \
	X(rescues, "picks of one that had waited too long for its share")                          \
	X(throttles, "times that a cgroup had used up its limit")                                  \
	X(core_waits, "times that a CPU had to sleep because of who runs on the same core")        \
	X(core_intruders, "tasks that ran beside an isolated cgroup until that made room")         \
	X(table_full, "cgroups that share their ancestor's slot because the table is full")        \
	X(lost_events, "events that found the ring buffer full")                                   \
	X(strays, "tasks that the scheduler does not know, left to the global queue")

enum cgfifo_stat {
#define X(name, help) CGFIFO_STAT_##name,
	CGFIFO_STATS(X)
#undef X
	CGFIFO_NR_STATS,
};

/* Scheduler -> agent. */
struct cgfifo_counters {
	__u64 value[CGFIFO_NR_STATS];
};

/* A pick on its way: which FIFO, and what has to be put back if nothing comes of it. */
struct cgfifo_pick {
	__u32 slot;
	__u32 kind;		   /* enum cgfifo_kind: which of its FIFOs */
	__u32 tries;		   /* of a search that is going on */
	__u32 own_first;	   /* the task that runs goes before those that wait in its slot */
	__u64 wait_mark;	   /* of the slot, then */
	__u64 slice_ns;		   /* charged in advance */
	__u64 keep_ns;		   /* ... instead, if the one that runs goes on; 0: it may not */
	struct cgfifo_cpuset mask; /* of the FIFO, then */
	struct cgfifo_cpuset own_mask; /* CPUs where what runs may go on, if any */
};

/* Where a CPU last was in the order, at one level of the hierarchy. */
struct cgfifo_clock {
	__u64 start;  /* virtual time of what it picked there */
	__u32 fork;   /* slot in which that was */
	__u32 member; /* what it picked, see vtree.h */
};
/* Levels of which a CPU remembers where it was; deeper ones share a place. */
#define CGFIFO_CLOCKS 8

/* One CPU. Scheduler -> agent. */
struct cgfifo_cpu {
	__u64 prepaid_ns;   /* charged for the last pick, until its task runs */
	__u32 prepaid_slot; /* ... and to which slot */
	__u32 nr_stops;	    /* tasks that stopped here */
	__u32 interrupted;  /* to pick again for one that woke: the first of so many CPUs; or 0 */
	__u32 is_away;	    /* not online, or about to go */
	__u64 rescue_at;    /* when it last looked for those that wait too long, in ns */
	__u32 rescue_slot;  /* the slot that it looks at next */
	__u32 woken;	    /* the slot of the task that woke */
	__u64 slice_end_ns; /* by the monotonic clock, if a timer ends what it runs; else 0 */
	__u64 hog_said_at;  /* when an event told of a hog here, in ns; 0: never */
	struct cgfifo_hog hog; /* who has it now, of another class */
	struct cgfifo_clock clock[CGFIFO_CLOCKS];
	struct cgfifo_counters counters;
	struct cgfifo_pick pick; /* longer on large machines */
	__u64 clock_at;		 /* when the clocks were last set, in ns; nobody else reads it */
} __attribute__((aligned(64)));

/* The first thing a reader looks at. Scheduler side of the loader -> everybody, once. */
struct cgfifo_info {
	__u32 abi;
	__u32 nr_cpus;	  /* CPU ids are below this */
	__u32 nr_slots;	  /* CGFIFO_MAX_SLOTS of the build that loaded it */
	__u32 slot_size;  /* sizeof(struct cgfifo_slot) of that build */
	__u32 is_partial; /* 1: it schedules only tasks that ask for SCHED_EXT */
	__u32 pad;
};

/* What there is one of. */
struct cgfifo_shared {
	struct cgfifo_info info;
	struct cgfifo_exit exit;
	struct cgfifo_counters counters; /* those counted with the lock held; add the CPUs' */
};

_Static_assert(sizeof(struct cgfifo_conf) == 16, "conf");
_Static_assert(sizeof(struct cgfifo_conf_request) == 24, "conf request");
_Static_assert(sizeof(struct cgfifo_slot) == 96 + 4 * sizeof(struct cgfifo_cpuset),
	       "slot: two cache lines, and more on large machines");
_Static_assert(sizeof(struct cgfifo_limit) == 96, "limit");
_Static_assert(sizeof(struct cgfifo_waits) == 104, "waits");
_Static_assert(sizeof(struct cgfifo_hog) == 48, "hog");
_Static_assert(sizeof(struct cgfifo_event) == 72 + CGFIFO_NAME_LEN, "event");
_Static_assert(sizeof(struct cgfifo_exit) == 64 + CGFIFO_REASON_LEN + CGFIFO_MSG_LEN, "exit");
_Static_assert(CGFIFO_SET_WORDS > 1 || sizeof(struct cgfifo_cpu) == 448, "cpu: seven cache lines");
_Static_assert(sizeof(struct cgfifo_info) == 24, "info");

#endif
