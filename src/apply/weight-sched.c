// SPDX-License-Identifier: GPL-2.0-only
/* Weights in the scheduler's own table, see backend.h. */
#include "apply/backend.h"
#include "util/alloc.h"
#include "util/cleanup.h"

struct sched_backend {
	struct backend backend;
	struct sched *sched;
};

static int sched_set(struct backend *b, const struct target *t, const struct cgfifo_conf *conf,
		     struct trace *ret)
{
	return sched_set_conf(((struct sched_backend *)b)->sched, t->id, conf);
}

static int sched_unset(struct backend *b, const struct target *t, uint32_t weight, uint64_t undo)
{
	const struct cgfifo_conf none = {};
	int r = sched_set_conf(((struct sched_backend *)b)->sched, t->id, &none);

	return r < 0 ? r : 1;
}

static void sched_backend_free(struct backend *b)
{
	free(b);
}

struct backend *backend_new_sched(struct sched *s)
{
	struct sched_backend *b = xcalloc(1, sizeof(*b));

	b->sched = s;
	b->backend = (struct backend){
		.set = sched_set,
		.unset = sched_unset,
		.free = sched_backend_free,
	};
	return &b->backend;
}
