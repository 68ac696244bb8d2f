// SPDX-License-Identifier: GPL-2.0-only
/* The list of schedulers that the model can drive. */
#include "sched.h"

#include <stddef.h>
#include <string.h>

extern const struct model_sched model_sched_cgfifo;
extern const struct model_sched model_sched_flat;
extern const struct model_sched model_sched_ideal;
extern const struct model_sched model_sched_tree;

const struct model_sched *const model_scheds[] = {
	&model_sched_cgfifo, &model_sched_flat, &model_sched_ideal, &model_sched_tree, NULL,
};

const struct model_sched *model_sched_find(const char *name)
{
	for (const struct model_sched *const *s = model_scheds; *s; s++)
		if (!strcmp((*s)->name, name))
			return *s;
	return NULL;
}
