/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The scheduler as the agent sees it: load it, or take over one that an earlier agent left
 * running; set the weight of a cgroup; read what happened and what everybody got; unload it.
 *
 * Only this folder knows libbpf and the skeleton. Functions here do not log; those that can fail
 * in a way a person must act on fill a message. All return 0 or a negative errno.
 */
#ifndef SCHED_SCHED_H
#define SCHED_SCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../bpf/cgfifo.h"

/* Where the link and the maps are pinned, so that they outlive the agent. */
#define SCHED_PIN_DIR "/sys/fs/bpf/cgfifo"

/* Long enough for what the kernel or libbpf had to say. */
#define SCHED_MSG_LEN 512

struct sched;

/* Is the scheduler part of this program? Without clang, bpftool or libbpf it is built without. */
bool sched_is_built(void);

/*
 * Can this kernel run the scheduler? 0: yes. -EOPNOTSUPP: no, and ret_why (SCHED_MSG_LEN bytes)
 * says what is missing and what would help. Needs no privilege.
 */
int sched_probe(char *ret_why);

/* The same by the types that the kernel shows, of which there are some megabytes: loading asks
 * itself. After sched_probe(). */
int sched_probe_types(char *ret_why);

/*
 * Files of cgroups whose value the scheduler reads when it is loaded or when the cgroup is made,
 * and of which it does not see on this kernel what is written later: the kernel does not tell
 * (6.17, 6.19), and the function that could be watched instead was built into another. Answers how
 * many. Needs no privilege.
 */
#define SCHED_MAX_UNSEEN 3
size_t sched_unseen(const char *ret[SCHED_MAX_UNSEEN]);

/* The name of the sched_ext scheduler that is loaded now, ours or not ("cgfifo" is ours).
 * -ENOENT: none. -EOPNOTSUPP: the kernel has no sched_ext. */
int sched_loaded_name(char *ret_name, size_t size);

/* Loads the scheduler in our place and pins it under pin_dir: 0, or a negative errno and ret_why
 * (SCHED_MSG_LEN bytes) says what is wrong. */
typedef int (*sched_load_fn)(const char *pin_dir, char *ret_why);

/*
 * Load and attach the scheduler, pinned under pin_dir; or, when one with our ABI is pinned there
 * and still attached, take it over without a gap (sched_was_adopted() tells). partial: it is to
 * schedule only tasks that ask for SCHED_EXT, and the kernel's fair class all others. One with
 * another ABI, or that is partial where this is not to be or the reverse, is replaced. One that
 * runs and may be ours is waited for, for two seconds at most: it may be about to be pinned.
 * -EBUSY: another sched_ext scheduler runs, ret_why names it. -EPROTO: what load has loaded is of
 * another version. The result is released with sched_free(), which leaves the scheduler running.
 * Only loading needs capabilities; a process without them has it done by load (else NULL).
 */
int sched_start(const char *pin_dir, bool partial, sched_load_fn load, struct sched **ret,
		char *ret_why);

/* Open the pinned maps of a running scheduler to read from them; nothing can be changed through
 * the result. -ENOENT: nothing is pinned. -EPROTO: pinned by another version. */
int sched_open_readonly(const char *pin_dir, struct sched **ret);

/*
 * Make pin_dir where it is missing, and give it and what is pinned in it to this user, who can then
 * take over, replace and remove the scheduler. Takes CAP_CHOWN, and the folder above being ours.
 */
int sched_hand_over(const char *pin_dir, uid_t uid, gid_t gid);

/* Was pin_dir removed? A process that has it under another name still finds it there, and nothing
 * can be pinned in it any more. */
bool sched_dir_is_dead(const char *pin_dir);

bool sched_was_adopted(const struct sched *s);

/* Does it schedule only tasks that ask for it? */
bool sched_is_partial(const struct sched *s);

/* Unpin and detach: the kernel's own scheduler is back when this returns. Idempotent. */
int sched_stop(struct sched *s);

/* Close the file descriptors. NULL is fine. Does not unload. */
struct sched *sched_free(struct sched *s);

/*
 * Put conf in force for one cgroup at once; all members 0 takes it back. -ENOENT: no slot stands
 * for this cgroup: it is gone, or its cpu controller is off.
 */
int sched_set_conf(struct sched *s, uint64_t cgid, const struct cgfifo_conf *conf);

/* A file descriptor that polls readable when events wait. */
int sched_events_fd(const struct sched *s);

/* Calls fn for each waiting event; a negative answer of fn stops and is returned. Compare
 * CGFIFO_STAT_lost_events before and after: when it moved, read all slots anew. */
int sched_events_dispatch(struct sched *s, int (*fn)(const struct cgfifo_event *e, void *userdata),
			  void *userdata);

/* The slots, live: i is below their number (0 without a scheduler), and the scheduler goes on
 * writing. One is in use when its cgid is not 0. The mapping lives as long as s. */
size_t sched_nr_slots(const struct sched *s);
const struct cgfifo_slot *sched_slot(const struct sched *s, size_t i);

/* The limits of the slots with the same numbers, live as well; and how long their tasks waited. */
const struct cgfifo_limit *sched_limits(const struct sched *s);
const struct cgfifo_waits *sched_waits(const struct sched *s);

/* Sums over all CPUs. */
int sched_read_counters(struct sched *s, struct cgfifo_counters *ret);

/* Name and explanation of one statistic. */
const char *sched_stat_name(enum cgfifo_stat stat);
const char *sched_stat_help(enum cgfifo_stat stat);

/* 1: our scheduler is loaded and attached. 0: not any more, *ret_exit says why. */
int sched_is_attached(struct sched *s, struct cgfifo_exit *ret_exit);

/* Room for what sched_describe_hog() writes. */
#define SCHED_HOG_LEN 256

/* A sentence about who had a CPU for itself, safe to log. Returns buf (SCHED_HOG_LEN bytes). */
char *sched_describe_hog(const struct cgfifo_hog *hog, char *buf);

/* CPUs that are online now, by the kernel's own list. */
unsigned int sched_nr_online_cpus(void);

#endif
