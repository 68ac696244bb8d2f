// SPDX-License-Identifier: GPL-2.0-only
/* Cells of tables, see cell.h. */
#include "report/cell.h"

#include <stdint.h>
#include <string.h>

#include "util/text.h"

void cell_print(FILE *f, const char *text, size_t width, bool utf8)
{
	size_t n = strlen(text), length = text_length(text, n), keep = width;
	const char *dots = utf8 ? "…" : "~";
	size_t at = 0;
	uint32_t c;

	if (length <= width) {
		fprintf(f, "%s%*s", text, (int)(width - length), "");
		return;
	}
	for (keep = width - 1; keep > 0; keep--) {
		size_t step = text_decode(text + at, n - at, &c);

		at += step ? step : 1;
	}
	fprintf(f, "%.*s%s", (int)at, text, dots);
}

size_t cell_width(const char *text)
{
	return text_length(text, strlen(text));
}

/* Five columns, whatever the value. */
void cell_print_percent(FILE *f, double fraction)
{
	fprintf(f, "  %5.*f", fraction < 9.9995 ? 1 : 0, fraction * 100);
}
