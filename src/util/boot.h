/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which boot of this machine wrote a file that says nothing any more after it: ids of cgroups and
 * times of CLOCK_BOOTTIME are given anew. Most such files are in /run, which ends with the boot,
 * but nobody has to keep them there. Non-logging.
 */
#ifndef UTIL_BOOT_H
#define UTIL_BOOT_H

#include <stdbool.h>

#define BOOT_LINE_MAX 64

/* The last line of such a file; "" where the kernel does not tell. Returns buf. */
const char *boot_line(char buf[BOOT_LINE_MAX]);

/* Cuts it off. false: another boot wrote this. A text without it is taken for this boot's. */
bool boot_take_line(char *text);

#endif
