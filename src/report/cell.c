// SPDX-License-Identifier: GPL-2.0-only
/* Cells of tables, see cell.h. */
#include "report/cell.h"

#include <stdint.h>
#include <string.h>
#include <wchar.h>

#include "util/text.h"

/* Bytes and columns of the first character. What the locale does not know takes one, as does a byte
 * that is none. */
static size_t step(const char *text, size_t n, size_t *ret_columns)
{
	uint32_t c;
	size_t len = text_decode(text, n, &c);
	int columns = len ? wcwidth((wchar_t)c) : 1;

	*ret_columns = columns < 0 ? 1 : (size_t)columns;
	return len ? len : 1;
}

size_t cell_width(const char *text)
{
	size_t n = strlen(text), width = 0, columns;

	for (size_t at = 0; at < n;) {
		at += step(text + at, n - at, &columns);
		width += columns;
	}
	return width;
}

void cell_print(FILE *f, const char *text, size_t width, bool utf8)
{
	size_t n = strlen(text), all = cell_width(text), at = 0, used = 0, len, columns;

	if (all <= width) {
		fprintf(f, "%s%*s", text, (int)(width - all), "");
		return;
	}
	while (len = step(text + at, n - at, &columns), used + columns < width) {
		at += len;
		used += columns;
	}
	fprintf(f, "%.*s%s%*s", (int)at, text, utf8 ? "…" : "~", (int)(width - 1 - used), "");
}

/* Five columns, whatever the value. */
void cell_print_percent(FILE *f, double fraction)
{
	fprintf(f, "  %5.*f", fraction < 9.9995 ? 1 : 0, fraction * 100);
}

char *cell_ratio(double ratio, char *buf)
{
	if (ratio < 9999.995)
		snprintf(buf, CELL_RATIO_LEN, "%.2f", ratio);
	else
		snprintf(buf, CELL_RATIO_LEN, ">9999");
	return buf;
}
