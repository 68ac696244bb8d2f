// SPDX-License-Identifier: GPL-2.0-only
/* How long tasks waited, see waits.h. */
#include "report/waits.h"

#include <stdbool.h>
#include <stdio.h>

/* More of one length than there can be between two readings: a counter that went back. */
#define CLASS_BACK (1u << 31)

/* Is it the same count that goes on? It begins anew with another scheduler, and for a cgroup whose
 * cpu controller was off for a while. */
static bool goes_on(const struct cgfifo_waits *is, const struct cgfifo_waits *was)
{
	for (int i = 0; i < CGFIFO_WAIT_CLASSES; i++)
		if (is->nr_class[i] - was->nr_class[i] >= CLASS_BACK)
			return false;
	return is->sum_ns >= was->sum_ns;
}

struct cgfifo_waits waits_since(const struct cgfifo_waits *is, const struct cgfifo_waits *was)
{
	struct cgfifo_waits since = *is;

	if (!was || !goes_on(is, was))
		return since;
	since.sum_ns -= was->sum_ns;
	for (int i = 0; i < CGFIFO_WAIT_CLASSES; i++)
		since.nr_class[i] -= was->nr_class[i];
	return since;
}

void waits_add(struct cgfifo_waits *to, const struct cgfifo_waits *more)
{
	to->sum_ns += more->sum_ns;
	for (int i = 0; i < CGFIFO_WAIT_CLASSES; i++)
		to->nr_class[i] += more->nr_class[i];
}

uint64_t waits_count(const struct cgfifo_waits *w)
{
	uint64_t n = 0;

	for (int i = 0; i < CGFIFO_WAIT_CLASSES; i++)
		n += w->nr_class[i];
	return n;
}

double waits_mean_usec(const struct cgfifo_waits *w)
{
	uint64_t n = waits_count(w);

	return n ? (double)w->sum_ns / (double)n / 1000 : 0;
}

/* Where a class ends. */
static double class_end_usec(int i)
{
	return (double)(1ull << (CGFIFO_WAIT_SHIFT + i)) / 1000;
}

double waits_quantile_usec(const struct cgfifo_waits *w, double q)
{
	double below = 0, start, want = q * (double)waits_count(w);

	for (int i = 0; i < CGFIFO_WAIT_CLASSES; i++) {
		if (w->nr_class[i] == 0)
			continue;
		start = i ? class_end_usec(i - 1) : 0;
		if (below + w->nr_class[i] >= want)
			return start + (class_end_usec(i) - start) * (want - below) /
					       (double)w->nr_class[i];
		below += w->nr_class[i];
	}
	return 0;
}

char *waits_format(double usec, char *buf)
{
	if (usec < 999.5)
		snprintf(buf, WAITS_FORMAT_LEN, "%.0fus", usec);
	else if (usec < 9950)
		snprintf(buf, WAITS_FORMAT_LEN, "%.1fms", usec / 1000);
	else if (usec < 999500)
		snprintf(buf, WAITS_FORMAT_LEN, "%.0fms", usec / 1000);
	else if (usec < 9950000)
		snprintf(buf, WAITS_FORMAT_LEN, "%.1fs", usec / 1e6);
	else
		snprintf(buf, WAITS_FORMAT_LEN, "%.0fs", usec < 9999e6 ? usec / 1e6 : 9999);
	return buf;
}
