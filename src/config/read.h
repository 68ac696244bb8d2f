/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One file into struct config: the tree of yaml.h meets the tables of schema.h. Non-logging.
 */
#ifndef CONFIG_READ_H
#define CONFIG_READ_H

#include "config/config.h"
#include "config/diag.h"
#include "config/source.h"

/*
 * Adds what a file says to c: values replace those that c has, key by key; rules go before those
 * that c has. Mistakes go to diags, and c then holds part of the file only.
 */
void config_read(struct config *c, const struct source *src, struct diags *diags);

#endif
