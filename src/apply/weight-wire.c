// SPDX-License-Identifier: GPL-2.0-only
/* What may be in a packet, see weight-wire.h. */
#include "apply/weight-wire.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "apply/applied.h"

#define MAX_ERRNO 4095

int weight_request_init(struct weight_request *r, enum weight_op op, const struct target *t,
			uint32_t weight, uint64_t undo)
{
	size_t n = strlen(t->path);

	*r = (struct weight_request){
		.version = WEIGHT_VERSION,
		.op = op,
		.id = t->id,
		.weight = weight,
		.undo = undo,
	};
	if (n >= sizeof(r->path))
		return -ENAMETOOLONG;
	memcpy(r->path, t->path, n);
	return 0;
}

static bool is_weight(uint64_t n)
{
	return n >= CGFIFO_WEIGHT_MIN && n <= CGFIFO_WEIGHT_MAX;
}

/* 0 with cpu.idle. */
static bool was_weight(uint64_t n)
{
	return n <= CGFIFO_WEIGHT_MAX || n == WEIGHT_NONE;
}

static bool has_its_numbers(const struct weight_request *r)
{
	switch (r->op) {
	case WEIGHT_READ:
		return r->weight == 0 && r->undo == 0;
	case WEIGHT_SET:
		return is_weight(r->weight) && r->undo == 0;
	case WEIGHT_UNSET:
		return is_weight(r->weight) && was_weight(r->undo);
	default:
		return false;
	}
}

int weight_request_check(const struct weight_request *r, size_t n)
{
	if (n != sizeof(*r))
		return -EBADMSG;
	if (r->version != WEIGHT_VERSION)
		return -EPROTO;
	if (!has_its_numbers(r) || r->zero != 0 || r->id == 0 || r->path[0] != '/' ||
	    !memchr(r->path, '\0', sizeof(r->path)))
		return -EBADMSG;
	return 0;
}

int weight_reply_check(const struct weight_reply *r, size_t n)
{
	if (n != sizeof(*r))
		return -EBADMSG;
	if (r->version != WEIGHT_VERSION)
		return -EPROTO;
	if (r->result > 1 || r->result < -MAX_ERRNO || r->note >= NR_NOTES || r->zero != 0 ||
	    !was_weight(r->undo))
		return -EBADMSG;
	return 0;
}
