// SPDX-License-Identifier: GPL-2.0-only
/* The page, its words and its tables; the pictures are in svg.c. See html.h. */
#include "report/html.h"

#include <inttypes.h>
#include <string.h>

#include "report/svg.h"
#include "util/cleanup.h"
#include "util/text.h"

/* Who used less than this all the time is only in the table. */
#define CHART_MIN  0.002
#define MAX_CHARTS 24
#define MAX_ROWS   500
#define MAX_EVENTS 500

static const char style[] =
	"<style>\n"
	":root{color-scheme:light dark;--ink:#1b1f24;--soft:#667;--line:#d5d9e0;--got:#2f6fb2;"
	"--ent:#c25a00;--bad:#b3261e;--page:#fff}\n"
	"@media(prefers-color-scheme:dark){:root{--ink:#e6e8eb;--soft:#9aa3ad;--line:#3a4049;"
	"--got:#69a8e8;--ent:#f0a050;--bad:#ff8a80;--page:#16181c}}\n"
	"body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page);"
	"max-width:60em;margin:2em auto;padding:0 1em}\n"
	"h1{font-size:1.5em}h2{font-size:1.2em;margin-top:2em}h3{font-size:1em;margin:1.5em 0 "
	".2em}\n"
	"table{border-collapse:collapse;width:100%}\n"
	"th,td{text-align:left;padding:.25em .6em;border-bottom:1px solid var(--line)}\n"
	"td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}\n"
	".soft{color:var(--soft)}.bad{color:var(--bad);font-weight:600}\n"
	"svg{width:100%;height:auto}svg text{fill:var(--soft);font-size:11px}\n"
	".got{fill:var(--got);fill-opacity:.35;stroke:var(--got)}\n"
	".ent{fill:none;stroke:var(--ent);stroke-width:1.5;stroke-dasharray:5 3}\n"
	".grid{stroke:var(--line)}.trouble{stroke:var(--bad);stroke-dasharray:2 2}\n"
	".key-got{color:var(--got)}.key-ent{color:var(--ent)}\n"
	"</style>\n";

void html_text(FILE *f, const char *text)
{
	_cleanup_free_ char *shown = text_printable(text, SIZE_MAX);

	for (const char *c = shown; *c; c++)
		switch (*c) {
		case '&':
			fputs("&amp;", f);
			break;
		case '<':
			fputs("&lt;", f);
			break;
		case '>':
			fputs("&gt;", f);
			break;
		case '"':
			fputs("&quot;", f);
			break;
		default:
			fputc(*c, f);
		}
}

static void print_head(FILE *f, const struct record *r, const struct html_about *about)
{
	double length = r->seconds.n ? r->seconds.items[r->seconds.n - 1] : 0;

	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>CPU shares on ",
	      f);
	html_text(f, about->host);
	fputs("</title>\n", f);
	fputs(style, f);
	fputs("</head>\n<body>\n<h1>CPU shares on ", f);
	html_text(f, about->host);
	fprintf(f, "</h1>\n<p>%.0f seconds from ", length);
	html_text(f, about->begin);
	fprintf(f, ", %zu measurements. %" PRIu32 " CPUs, Linux ", r->seconds.n, about->nr_cpus);
	html_text(f, about->kernel);
	fputs(", cgfifo ", f);
	html_text(f, about->version);
	fputs(". ", f);
	html_text(f, about->state);
	fputs("</p>\n", f);
}

/* What somebody needs to know who has never heard of it. */
static void print_legend(FILE *f)
{
	fputs("<p class=\"soft\">Each container and service has a weight. While several want the "
	      "CPU, "
	      "each is <b>entitled</b> to a part that is its weight among those of its neighbours; "
	      "what one does not use, the others share. <b>Got</b> is what it really used. Both "
	      "are "
	      "in percent of the whole machine. <b>Got / entitled</b> counts only the time in "
	      "which "
	      "it had work waiting: 1.00 is fair, less means that it was not served well, and "
	      "&ldquo;&ndash;&rdquo; that it always had all it wanted.</p>\n",
	      f);
}

/* A cell with a percentage. */
static void print_percent(FILE *f, int digits, double fraction, bool is_known)
{
	if (is_known)
		fprintf(f, "<td class=\"n\">%.*f</td>", digits, fraction * 100);
	else
		fputs("<td class=\"n\">&ndash;</td>", f);
}

static void print_ratio(FILE *f, double ratio)
{
	if (ratio < 0)
		fputs("<td class=\"n\">&ndash;</td>", f);
	else
		fprintf(f, "<td class=\"n%s\">%.2f</td>", ratio < 0.9 ? " bad" : "", ratio);
}

static void print_row(FILE *f, const struct record_series *s)
{
	fputs("<tr><td title=\"", f);
	html_text(f, s->path);
	fputs("\">", f);
	html_text(f, s->name);
	if (s->weight)
		fprintf(f, "</td><td class=\"n\">%" PRIu32 "%s</td><td title=\"", s->weight,
			s->weight_changed ? "*" : "");
	else
		fputs("</td><td class=\"n\">&ndash;</td><td title=\"", f);
	html_text(f, s->origin);
	fprintf(f, "\">%s</td>", verdict_source_name(s->source));
	print_percent(f, 1, s->entitled, s->weight && !s->is_unknown);
	print_percent(f, 1, s->got, !s->is_unknown);
	print_ratio(f, s->ratio);
	print_percent(f, 0, s->wanting, !s->is_unknown);
	fputs("</tr>\n", f);
}

static void print_table(FILE *f, const struct record *r)
{
	bool changed = false;

	fputs("<h2>Who got what, on average</h2>\n<table>\n<tr><th>Name</th><th "
	      "class=\"n\">Weight</th><th>From</th><th class=\"n\">Entitled %</th><th "
	      "class=\"n\">Got %</th><th class=\"n\">Got / entitled</th><th class=\"n\">Had work "
	      "waiting, % of the time</th></tr>\n",
	      f);
	for (size_t i = 0; i < r->series.n && i < MAX_ROWS; i++) {
		print_row(f, r->series.items[i]);
		changed |= r->series.items[i]->weight_changed;
	}
	fputs("</table>\n", f);
	if (changed)
		fputs("<p class=\"soft\">* The weight changed on the way; this is the last.</p>\n",
		      f);
	if (r->series.n > MAX_ROWS || r->left_out.n_entries)
		fprintf(f, "<p class=\"soft\">and %zu more.</p>\n",
			(r->series.n > MAX_ROWS ? r->series.n - MAX_ROWS : 0) +
				r->left_out.n_entries);
}

static bool is_charted(const struct record_series *s)
{
	return !s->is_slice && !s->has_children && s->got >= CHART_MIN;
}

static void print_charts(FILE *f, const struct record *r, const struct html_about *about)
{
	size_t n = 0, n_hidden = 0;

	fputs("<h2>Share against entitlement over time</h2>\n<p class=\"soft\"><b "
	      "class=\"key-got\">&#9632;</b> got, <b class=\"key-ent\">- -</b> entitled. Dotted "
	      "lines are events that mean trouble.</p>\n",
	      f);
	VEC_FOREACH (item, &r->series) {
		const struct record_series *s = *item;

		if (!is_charted(s))
			continue;
		if (++n > MAX_CHARTS) {
			n_hidden++;
			continue;
		}
		fputs("<h3>", f);
		html_text(f, s->name);
		fputs("</h3>\n", f);
		svg_print_share(f, r, s, about->events, about->n_events);
	}
	if (n == 0)
		fputs("<p>Nobody used the CPU for long.</p>\n", f);
	if (n_hidden)
		fprintf(f, "<p class=\"soft\">%zu more are in the table only.</p>\n", n_hidden);
}

static void print_events(FILE *f, const struct html_about *about)
{
	fputs("<h2>What happened meanwhile</h2>\n", f);
	if (about->events_missing) {
		fputs("<p class=\"soft\">Not known: ", f);
		html_text(f, about->events_missing);
		fputs("</p>\n", f);
		return;
	}
	if (about->n_events == 0) {
		fputs("<p>Nothing: no weight changed, and the scheduler went on.</p>\n", f);
		return;
	}
	fputs("<table>\n<tr><th class=\"n\">After</th><th>What</th></tr>\n", f);
	for (size_t i = 0; i < about->n_events && i < MAX_EVENTS; i++) {
		fprintf(f, "<tr><td class=\"n\">%.1f s</td><td%s>", about->events[i].seconds,
			about->events[i].is_trouble ? " class=\"bad\"" : "");
		html_text(f, about->events[i].message);
		fputs("</td></tr>\n", f);
	}
	fputs("</table>\n", f);
	if (about->n_events > MAX_EVENTS)
		fprintf(f, "<p class=\"soft\">and %zu more.</p>\n", about->n_events - MAX_EVENTS);
}

void html_print(FILE *f, const struct record *r, const struct html_about *about)
{
	print_head(f, r, about);
	print_legend(f);
	print_table(f, r);
	print_charts(f, r, about);
	print_events(f, about);
	fputs("</body>\n</html>\n", f);
}
