// SPDX-License-Identifier: GPL-2.0-only
/* Bars of block characters, see bar.h. */
#include "report/bar.h"

#include <string.h>

/* A rounding error away from a full cell is a full cell. */
static size_t cells(double fraction, double width)
{
	if (!(fraction > 0))
		return 0;
	return (size_t)((fraction > 1 ? 1 : fraction) * width + 1e-6);
}

static char *put(char *to, const char *text)
{
	size_t n = strlen(text);

	memcpy(to, text, n + 1);
	return to + n;
}

char *bar_make(double got, double entitled, size_t width, bool utf8, char *buf)
{
	/* From nothing to seven eighths of a cell. */
	static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	size_t full, owed, drawn;
	char *p = buf;

	*p = '\0';
	if (width > BAR_MAX)
		width = BAR_MAX;
	full = cells(got, (double)width);
	owed = cells(entitled, (double)width);
	for (drawn = 0; drawn < full; drawn++)
		p = put(p, utf8 ? "█" : "#");
	if (utf8 && full < width) {
		size_t rest = cells(got, (double)width * 8) - full * 8;

		p = put(p, eighths[rest & 7]);
		drawn += (rest & 7) != 0;
	}
	for (; drawn < owed; drawn++)
		p = put(p, utf8 ? "░" : ".");
	return buf;
}
