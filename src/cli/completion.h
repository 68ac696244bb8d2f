/* SPDX-License-Identifier: GPL-2.0-only */
/* Completion scripts from the table of verbs. Non-logging. */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include <stdio.h>

/* shell: "bash", "zsh" or "fish". -EINVAL: another. */
int completion_print(FILE *f, const char *shell);

#endif
