/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which files make up the configuration, and their sum. Non-logging.
 *
 * In each directory there may be cgfifo.yaml and cgfifo.d/NAME.yaml, found as UAPI.6 (the
 * Configuration Files Specification of the UAPI group) says: the cgfifo.yaml of the highest
 * priority is read and no other; then all files of cgfifo.d, sorted by NAME wherever they lie,
 * where of several with the same NAME only that of the highest priority counts. What a later file
 * says replaces what an earlier one said, key by key (weight by weight, not class by class); its
 * rules go before those of earlier ones, because the first match wins. An empty file, or a symlink
 * to /dev/null, switches off the files of its name in directories of lower priority.
 *
 * Mistakes, warnings and notices are added to diags. When there is an error -EINVAL is returned
 * and *ret is left alone: a configuration is taken as a whole or not at all.
 */
#ifndef CONFIG_LOAD_H
#define CONFIG_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "config/config.h"
#include "config/diag.h"

struct config_paths {
	const char *const *dirs; /* lowest priority first, ends with NULL */
	bool trusted_only;	 /* refuse files that not only root and we can write */
};

/* /usr/lib/cgfifo, /run/cgfifo, /etc/cgfifo, ending with NULL. */
extern const char *const config_dirs[];

/* No file at all is a configuration without rules, not an error. */
int config_load(const struct config_paths *paths, struct config **ret, struct diags *diags);

/* Exactly these files, later ones taking precedence. One that does not exist is an error. */
int config_load_files(const char *const *files, size_t n, struct config **ret, struct diags *diags);

/* Text of which name is what messages call it. */
int config_parse_text(const char *name, const char *text, size_t size, struct config **ret,
		      struct diags *diags);

/* The configuration as YAML that would be read as the same, each value with the place where it
 * was written. */
void config_dump(const struct config *c, FILE *f);

#endif
