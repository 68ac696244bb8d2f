/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ways to put a weight in force, behind one interface. Non-logging: apply.c says what
 * happened, once.
 *
 *   weight-sched.c    the scheduler's own table, by cgroup id; cpu.weight is left alone
 *   weight-systemd.c  cpu.weight of a unit, through the manager that owns it (if it can be reached)
 *   weight-cgroup.c   cpu.weight of any other cgroup, through libcgroup
 *   weight-file.c     the same without libcgroup
 *   weight-remote.c   cpu.weight of all, by asking another process that may do the above
 */
#ifndef APPLY_BACKEND_H
#define APPLY_BACKEND_H

#include <stdbool.h>
#include <stdint.h>

#include "../bpf/cgfifo.h"
#include "sched/sched.h"
#include "util/cleanup.h"

/* What the administrator should know of how weights are written here. */
enum backend_note {
	NOTE_NONE,
	NOTE_NO_BUS,	/* no bus leads to systemd: units' files are written */
	NOTE_REFUSED,	/* nor may it be asked */
	NOTE_NO_WRITER, /* nobody is there who may write */
	NOTE_NO_ANSWER, /* or gives no answer, or none that makes sense */
	NR_NOTES,
};

/* Whose weight. */
struct target {
	uint64_t id;
	const char *path;
	const char *unit; /* the system unit whose cgroup this is, or NULL */
};

/* What set() leaves behind, besides the weight. */
struct trace {
	uint64_t undo; /* what was there before; WEIGHT_NONE: nothing */
	uint64_t mark; /* for is_lost(); 0: none */
};

struct backend {
	/* What set() would write over. NULL: it writes over nothing. */
	int (*read)(struct backend *b, const struct target *t, uint64_t *ret);

	/*
	 * Put conf in force. *ret is not touched by backends that leave no trace, and may be NULL
	 * for those.
	 * -ENOENT: the cgroup is gone, or has no cpu controller.
	 */
	int (*set)(struct backend *b, const struct target *t, const struct cgfifo_conf *conf,
		   struct trace *ret);

	/*
	 * Take back what set() did with this weight. 1: done. 0: somebody wrote another value
	 * since, which was left alone.
	 */
	int (*unset)(struct backend *b, const struct target *t, uint32_t weight, uint64_t undo);

	/*
	 * Has the cgroup got a new cpu controller since, which knows nothing of this weight? NULL:
	 * events tell, or somebody else takes care of it.
	 */
	bool (*is_lost)(struct backend *b, const struct target *t, uint64_t mark);

	void (*free)(struct backend *b);

	enum backend_note note; /* as far as is known by now */
};

struct backend *backend_free(struct backend *b);
DEFINE_CLEANUP(struct backend *, backend_free);

/* A sentence; NULL for NOTE_NONE. */
const char *backend_note_text(enum backend_note note);

/* s is borrowed. */
struct backend *backend_new_sched(struct sched *s);
/* files is borrowed: it writes where no bus leads to systemd, or it refuses. */
struct backend *backend_new_systemd(struct backend *files);
/* root_fd is borrowed. */
struct backend *backend_new_cgroup(int root_fd);

/*
 * For units and for others: asks who is at the other end of what connect() answers, a socket of
 * packets or a negative errno; see weight-serve.h. It connects when there is something to write,
 * and stays connected: while systemd stops the agent, nobody could be started any more to take
 * things back. -ENOTCONN: there is nobody, -ETIMEDOUT: no answer; then it does not ask for a while,
 * which is -EAGAIN. root_fd is borrowed.
 */
struct backend *backend_new_remote(int root_fd, int (*connect)(void));

#endif
