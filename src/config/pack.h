/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A configuration as a stream of records of one size, for who must not read YAML. Non-logging.
 *
 * The agent may load programs into the kernel, so it is not the one that reads what people wrote:
 * "cgfifo check --records" does, without any capability, and sends this. A record holds one value
 * with its place; the tables of the schema say what its key means, on both sides. The agent checks
 * each as if anybody had sent it: the kind, the number of the key, the limits of the number, the
 * length and the characters of the text, and at the end whatever config_check() checks.
 *
 * Order: RECORD_BEGIN; what there is to complain about; when that is no error, the files and the
 * values; RECORD_END. A stream without the last one is worth nothing.
 */
#ifndef CONFIG_PACK_H
#define CONFIG_PACK_H

#include <stdint.h>
#include <stdio.h>

#include "config/config.h"
#include "config/diag.h"

/* Raised with every change in this file. */
#define RECORD_VERSION 1

#define RECORD_SIZE	512
#define RECORD_NO_FILE	UINT32_MAX
#define RECORD_PART_MAX 480  /* of a text, with its NUL; longer ones take several records */
#define RECORD_TEXT_MAX 4096 /* of a whole one, without it */

/*
 * 512 MiB. No configuration within its limits takes more: 4096 rules of 76 values at most and 1024
 * namespaces of 261 are 580000, and what 256 files of 256 KiB have in longer texts 140000.
 */
#define RECORD_COUNT_MAX (1 << 20)

enum record_type {
	RECORD_BEGIN = 1, /* value: RECORD_VERSION; text: the program's version */
	RECORD_DIAG,	  /* value: enum diag_severity; text: the headline */
	RECORD_FILE,	  /* text: its name; files have numbers from 0, in this order */
	RECORD_ITEM,	  /* one more of key's items, in which the next ones are; text: its name */
	RECORD_NUMBER,	  /* value of key */
	RECORD_TEXT,	  /* text of key; of a list, one more entry */
	RECORD_LIST,	  /* key was given, a list that may be empty */
	RECORD_LABEL,	  /* text: the name of a label of key, whose glob comes next */
	RECORD_END,	  /* value: 1 if the configuration can be used, else 0 */
};

struct record {
	uint32_t type;
	uint32_t key; /* its number, see schema_at() */
	uint32_t value;
	uint32_t file; /* where it was written, or RECORD_NO_FILE */
	uint32_t line, col;
	uint32_t more; /* the text goes on in the next record, which is the same else */
	uint32_t reserved;
	char text[RECORD_PART_MAX];
};

_Static_assert(sizeof(struct record) == RECORD_SIZE, "record");

/*
 * Writes all of it. c: NULL, or ignored, when diags has errors. What cannot be written shows in
 * ferror(f).
 */
void config_pack(const struct config *c, const struct diags *diags, FILE *f);

/* A complaint that was in the stream: its headline, printable. */
typedef void (*unpack_diag_fn)(enum diag_severity severity, const char *headline, void *userdata);

/*
 * Reads all of it; how long that may take is up to f, see deadline_open(). complain may be NULL.
 * -EINVAL: the configuration has mistakes, and complain was told. -EBADMSG: that is no such stream.
 * -EPROTO: of another version. Or why f cannot be read.
 */
int config_unpack(FILE *f, unpack_diag_fn complain, void *userdata, struct config **ret);

#endif
