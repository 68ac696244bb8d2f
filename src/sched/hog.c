// SPDX-License-Identifier: GPL-2.0-only
/* Who had a CPU for itself, in words. */
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>

#include "sched/sched.h"
#include "util/cleanup.h"
#include "util/text.h"

static const char *class_of(uint32_t policy)
{
	switch (policy) {
	case SCHED_FIFO:
		return "SCHED_FIFO";
	case SCHED_RR:
		return "SCHED_RR";
	default:
		return "SCHED_DEADLINE";
	}
}

char *sched_describe_hog(const struct cgfifo_hog *hog, char *buf)
{
	char comm[CGFIFO_COMM_LEN + 1];
	_cleanup_free_ char *shown = NULL;

	snprintf(comm, sizeof(comm), "%.*s", CGFIFO_COMM_LEN, hog->comm);
	shown = text_escape(comm, TEXT_ESCAPE_MAX);
	snprintf(buf, SCHED_HOG_LEN,
		 "%s (PID %" PRIu32 ", %s) had CPU %" PRIu32 " for itself for %.1f s", shown,
		 hog->pid, class_of(hog->policy), hog->cpu, (double)hog->took_ns / 1e9);
	return buf;
}
