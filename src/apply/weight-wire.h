/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an agent that may not write cpu.weight says to one who may, and what it hears: packets of
 * fixed size over a socket that only the agent can reach. A number of a cgroup's weight and whose
 * it is, and nothing else, can be asked for. Non-logging.
 *
 * Both ends come in one package, and each checks what it gets as if anybody had sent it.
 */
#ifndef APPLY_WEIGHT_WIRE_H
#define APPLY_WEIGHT_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "apply/backend.h"
#include "cgroup/cgfs.h"

/* Where systemd listens for it. */
#define WEIGHT_SOCKET "/run/cgfifo/weight.sock"

/* Changes with every change of what follows. */
#define WEIGHT_VERSION 1

enum weight_op {
	WEIGHT_READ = 1, /* what would be written over */
	WEIGHT_SET,	 /* weight */
	WEIGHT_UNSET,	 /* undo, where it still is weight */
};

/* Members that an operation has no use for are 0. */
struct weight_request {
	uint32_t version;
	uint32_t op; /* enum weight_op */
	uint64_t id; /* of the cgroup */
	uint64_t undo;
	uint32_t weight;
	uint32_t zero;
	char path[CGROUP_PATH_MAX];
};

struct weight_reply {
	uint32_t version;
	int32_t result; /* of the backend: a negative errno, 0 or 1 */
	uint64_t undo;	/* what is, or was, there; WEIGHT_NONE: nothing */
	uint64_t mark;	/* of the file that was written; 0: none */
	uint32_t note;	/* enum backend_note */
	uint32_t zero;
};

_Static_assert(sizeof(struct weight_request) == 32 + CGROUP_PATH_MAX, "request");
_Static_assert(sizeof(struct weight_reply) == 32, "reply");

/* For this cgroup. -ENAMETOOLONG: its path does not fit. */
int weight_request_init(struct weight_request *r, enum weight_op op, const struct target *t,
			uint32_t weight, uint64_t undo);

/* n bytes came. -EPROTO: of another version, -EBADMSG: makes no sense. */
int weight_request_check(const struct weight_request *r, size_t n);
int weight_reply_check(const struct weight_reply *r, size_t n);

#endif
