/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What apply.c and write.c share: the applier, and the ways in which it writes a weight for one
 * cgroup. Non-logging, but for what a backend has to note.
 */
#ifndef APPLY_INTERNAL_H
#define APPLY_INTERNAL_H

#include "apply/apply.h"

struct applier {
	struct idmap applied;  /* cgroup id -> struct applied, owned */
	struct backend *sched; /* NULL: fall back */
	struct backend *systemd;
	struct backend *cgroup;
	int root_fd;
	const char *undo_file;	/* NULL: none */
	bool undo_changed;	/* what the file has is out of date */
	bool no_answer;		/* to something in the last run */
	enum backend_note said; /* the last note of a backend that was logged */
};

/* For as long as e stays as it is. */
struct target write_target(const struct applied *e);

/* Who may write this cgroup's cpu.weight. */
struct backend *write_backend(struct applier *a, const struct applied *e);

/* If there is anything to take back: be connected to who does that. When systemd stops us, nobody
 * could be started for it any more, and until then there may be nothing to write. */
void write_meet(struct applier *a);

/* Before this weight is written. What is there before the first write becomes what is to be undone;
 * where something is to be undone already, there are two weights then that may be ours. */
void write_note_before(struct applier *a, struct applied *e, uint32_t weight);

/* e->conf.weight into cpu.weight. -EOPNOTSUPP: there is none, and cpu.weight is as before. */
int write_weight(struct applier *a, struct applied *e);

/* Is this what comes of it when whoever is to write does not answer, or was not asked because of
 * that? Then it may work later, and may even have worked. */
bool write_has_no_answer(int r);

/* cpu.weight as before our first write, as unset() of a backend. Then it is not written any more.
 */
int write_restore(struct applier *a, struct applied *e);

/* Has the unit of e, whose cgroup is gone, been started again, and surely got a weight of ours by
 * then? Then there is nothing to take back. What is to be undone of the new one is what was before
 * e. */
bool write_is_passed_on(struct applier *a, const struct applied *e);

/* Everywhere. 1: done. 0: somebody else had changed it, and it stays. */
int write_take_back(struct applier *a, struct applied *e);

#endif
