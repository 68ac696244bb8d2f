/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What only shows once everything is read: names that lead nowhere, bounds that contradict each
 * other, rules that cannot match. Non-logging.
 */
#ifndef CONFIG_CHECK_H
#define CONFIG_CHECK_H

#include "config/config.h"
#include "config/diag.h"
#include "config/source.h"
#include "util/vec.h"

/* The files that c was read from, so that their lines can be shown. */
struct sources {
	VEC(struct source *);
};

void config_check(const struct config *c, const struct sources *sources, struct diags *diags);

#endif
