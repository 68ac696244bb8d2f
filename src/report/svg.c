// SPDX-License-Identifier: GPL-2.0-only
/* See svg.h. Each measurement is a step: what it says holds for all of its interval. */
#include "report/svg.h"

#define WIDTH  860
#define HEIGHT 130
#define LEFT   44 /* for the scale */
#define BOTTOM 18
#define TOP    6

/* From seconds and fractions to places in the picture. */
struct scale {
	double length; /* seconds */
	double full;   /* the fraction at the top */
};

static double x_of(const struct scale *scale, double seconds)
{
	return LEFT + seconds / scale->length * (WIDTH - LEFT);
}

static double y_of(const struct scale *scale, double fraction)
{
	return TOP + (1 - fraction / scale->full) * (HEIGHT - TOP - BOTTOM);
}

static struct scale make_scale(const struct record *r, const struct record_series *s)
{
	struct scale scale = {.length = r->seconds.items[r->seconds.n - 1], .full = 0.01};

	VEC_FOREACH (p, &s->points) {
		if (p->got > scale.full)
			scale.full = p->got;
		if (p->wants_more && p->entitled > scale.full)
			scale.full = p->entitled;
	}
	if (scale.length <= 0)
		scale.length = 1;
	return scale;
}

/* When the measurement with this number began. */
static double begin_of(const struct record *r, size_t i)
{
	return i == 0 ? 0 : r->seconds.items[i - 1];
}

static void print_grid(FILE *f, const struct scale *scale)
{
	for (int i = 0; i <= 2; i++) {
		double y = y_of(scale, scale->full * i / 2);

		fprintf(f,
			"<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
			"<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.1f&#160;%%</text>\n",
			LEFT, WIDTH, y, y, LEFT - 4, y + 4, scale->full * i / 2 * 100);
	}
	for (int i = 0; i <= 4; i++)
		fprintf(f, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%.0f&#160;s</text>\n",
			x_of(scale, scale->length * i / 4), HEIGHT - 3,
			i == 0	 ? "start"
			: i == 4 ? "end"
				 : "middle",
			scale->length * i / 4);
}

static void print_got(FILE *f, const struct record *r, const struct record_series *s,
		      const struct scale *scale)
{
	double bottom = y_of(scale, 0);

	fprintf(f, "<path class=\"got\" d=\"M%.1f %.1f", x_of(scale, begin_of(r, s->first)),
		bottom);
	for (size_t i = 0; i < s->points.n; i++)
		fprintf(f, "V%.1fH%.1f", y_of(scale, s->points.items[i].got),
			x_of(scale, r->seconds.items[s->first + i]));
	fprintf(f, "V%.1fZ\"/>\n", bottom);
}

/* Only where it had work waiting: else its entitlement is what it could have had. */
static void print_entitled(FILE *f, const struct record *r, const struct record_series *s,
			   const struct scale *scale)
{
	bool drawing = false;

	fputs("<path class=\"ent\" d=\"M0 0", f);
	for (size_t i = 0; i < s->points.n; i++) {
		const struct record_point *p = &s->points.items[i];

		if (p->wants_more && !drawing)
			fprintf(f, "M%.1f %.1f", x_of(scale, begin_of(r, s->first + i)),
				y_of(scale, p->entitled));
		if (p->wants_more)
			fprintf(f, "V%.1fH%.1f", y_of(scale, p->entitled),
				x_of(scale, r->seconds.items[s->first + i]));
		drawing = p->wants_more;
	}
	fputs("\"/>\n", f);
}

static void print_trouble(FILE *f, const struct scale *scale, const struct html_event *events,
			  size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double x = x_of(scale, events[i].seconds);

		if (!events[i].is_trouble)
			continue;
		fprintf(f,
			"<line class=\"trouble\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" "
			"y2=\"%d\"><title>",
			x, x, TOP, HEIGHT - BOTTOM);
		html_text(f, events[i].message);
		fputs("</title></line>\n", f);
	}
}

void svg_print_share(FILE *f, const struct record *r, const struct record_series *s,
		     const struct html_event *events, size_t n_events)
{
	struct scale scale;

	if (r->seconds.n == 0 || s->first + s->points.n > r->seconds.n)
		return;
	scale = make_scale(r, s);
	fprintf(f, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDTH, HEIGHT);
	html_text(f, s->name);
	fprintf(f, ": got %.1f %%, entitled to %.1f %%\">\n", s->got * 100, s->entitled * 100);
	print_grid(f, &scale);
	print_got(f, r, s, &scale);
	print_entitled(f, r, s, &scale);
	print_trouble(f, &scale, events, n_events);
	fputs("</svg>\n", f);
}
