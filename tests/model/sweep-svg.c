// SPDX-License-Identifier: GPL-2.0-only
/*
 * A sweep as a picture. One row per bar, one dot per run: to the right is further from the oracle,
 * on a logarithmic scale; the line in the middle is what is allowed. Where in its row a dot is says
 * how many CPUs the run had, few above, many below.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>

#include "sweep.h"
#include "util/cleanup.h"

#define LEFT   150
#define RIGHT  210
#define PLOT   560
#define ROW    44
#define TOP    64
#define LO     0.01 /* ratios, at the ends of the scale */
#define HI     1000.0
#define MET    "#2a78d6"
#define MISSED "#d03b3b"

static double x_of(double ratio)
{
	double clipped = fmin(fmax(ratio, LO), HI);

	return LEFT + PLOT * log(clipped / LO) / log(HI / LO);
}

static void write_style(FILE *out)
{
	fputs("<style>\n"
	      "svg { background: #fcfcfb; font: 12px system-ui, sans-serif; }\n"
	      "text { fill: #52514e; }\n"
	      ".name { fill: #0b0b0b; font-weight: 600; }\n"
	      ".grid { stroke: #e4e3df; }\n"
	      ".bar { stroke: #0b0b0b; }\n"
	      "path { stroke-width: 5; stroke-linecap: round; stroke-opacity: 0.5; }\n"
	      "@media (prefers-color-scheme: dark) {\n"
	      "svg { background: #1a1a19; }\n"
	      "text { fill: #c3c2b7; }\n"
	      ".name { fill: #fff; }\n"
	      ".grid { stroke: #383835; }\n"
	      ".bar { stroke: #fff; }\n"
	      "}\n"
	      "</style>\n",
	      out);
}

static void write_scale(FILE *out, double height)
{
	for (double ratio = LO; ratio <= HI * 1.5; ratio *= 10) {
		fprintf(out, "<line class='%s' x1='%.1f' x2='%.1f' y1='%d' y2='%.0f'/>\n",
			fabs(ratio - 1) < 0.5 ? "bar" : "grid", x_of(ratio), x_of(ratio), TOP - 6,
			height - 12);
		fprintf(out, "<text x='%.1f' y='%d' text-anchor='middle'>%g</text>\n", x_of(ratio),
			TOP - 12, ratio);
	}
}

/* The dots of those that met the bar, or that did not; as the round ends of strokes without length,
 * because there are thousands. Answers how many. */
static size_t write_dots(const struct sweep *sweep, size_t start, size_t end, double y, bool met,
			 FILE *out)
{
	const struct sweep_sample *s;
	size_t n = 0;

	fprintf(out, "<path stroke='%s' d='", met ? MET : MISSED);
	for (size_t i = start; i < end; i++) {
		s = &sweep->samples.items[i];
		if ((s->figure.ratio <= 1) != met)
			continue;
		fprintf(out, "M%.0f %.0fh0", x_of(s->figure.ratio),
			y + 7 + (ROW - 14) * log2(s->nr_cpus) / 8);
		n++;
	}
	fputs("'/>\n", out);
	return n;
}

static void write_row(const struct sweep *sweep, size_t start, size_t end, double y, FILE *out)
{
	const struct sweep_sample *worst = sweep_row_worst(sweep, start, end);
	size_t met;

	fprintf(out, "<text class='name' x='12' y='%.0f'>%s</text>", y + ROW / 2.0 - 3,
		worst->which->name);
	fprintf(out, "<text x='12' y='%.0f'>%s</text>\n", y + ROW / 2.0 + 12, worst->bar->name);
	write_dots(sweep, start, end, y, false, out);
	met = write_dots(sweep, start, end, y, true, out);
	fprintf(out, "<text x='%d' y='%.0f'>met in %zu of %zu</text>", LEFT + PLOT + 16,
		y + ROW / 2.0 - 3, met, end - start);
	fprintf(out, "<text x='%d' y='%.0f'>worst %.2f, seed %" PRIu64 "</text>\n",
		LEFT + PLOT + 16, y + ROW / 2.0 + 12, worst->figure.ratio, worst->seed);
}

int sweep_write_svg(const struct sweep *sweep, const char *path)
{
	_cleanup_fclose_ FILE *out = fopen(path, "we");
	size_t rows = 0, end;
	double height, y = TOP;

	if (!out)
		return -errno;
	for (size_t i = 0; i < sweep->samples.n; i = sweep_row_end(sweep, i))
		rows++;
	height = TOP + ROW * (double)rows + 20;
	fprintf(out,
		"<!-- SPDX-License-Identifier: GPL-2.0-only -->\n"
		"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %.0f'>\n",
		LEFT + PLOT + RIGHT, height);
	write_style(out);
	fprintf(out,
		"<text x='12' y='22'><tspan class='name'>%s</tspan>: distance from the oracle, as "
		"a multiple "
		"of what is allowed; a dot per run, those with more CPUs lower</text>\n",
		sweep->sched->name);
	write_scale(out, height);
	for (size_t i = 0; i < sweep->samples.n; i = end, y += ROW) {
		end = sweep_row_end(sweep, i);
		write_row(sweep, i, end, y, out);
	}
	fputs("</svg>\n", out);
	return ferror(out) ? -EIO : 0;
}
