// SPDX-License-Identifier: GPL-2.0-only
/* The table of cgfifo status, see table.h. */
#include "report/table.h"

#include <inttypes.h>
#include <string.h>

#include "cgroup/cgfs.h"
#include "policy/verdict.h"
#include "report/bar.h"
#include "report/cell.h"
#include "util/alloc.h"
#include "util/text.h"

/* Below this part of its entitlement somebody who wants more is not served well. */
#define UNFAIR_RATIO 0.9

/* All but the name and the bar: WEIGHT FROM ENT% GOT% GOT/ENT, with blanks between. */
#define FIXED_COLUMNS 41
#define NAME_MIN      24
#define NAME_MAX_COLS 60
#define BAR_MIN	      8

/* Lines about what is not in force. */
#define MAX_FAILED 10

struct widths {
	size_t name;
	size_t bar; /* 0: no room */
};

static void print_duration(FILE *f, uint64_t ns)
{
	uint64_t sec = ns / 1000000000u;

	if (sec < 120)
		fprintf(f, "%" PRIu64 " s", sec);
	else if (sec < 2 * 3600)
		fprintf(f, "%" PRIu64 " min", sec / 60);
	else if (sec < 2 * 86400)
		fprintf(f, "%" PRIu64 " h", sec / 3600);
	else
		fprintf(f, "%" PRIu64 " days", sec / 86400);
}

static size_t count_flag(const struct snapshot *s, uint32_t flag)
{
	size_t n = 0;

	for (size_t i = 0; i < snapshot_n_rows(s); i++)
		n += (snapshot_row(s, i)->flags & flag) != 0;
	return n;
}

static void print_text(FILE *f, const char *before, const char *text)
{
	_cleanup_free_ char *shown = NULL;

	if (text[0] == '\0')
		return;
	shown = text_printable(text, 1024);
	fprintf(f, "%s%s\n", before, shown);
}

void table_print_state(FILE *f, const struct snapshot *s)
{
	static const char *const states[] = {
		[STATE_NONE] = "The kernel's own scheduler runs, cgfifo does not",
		[STATE_SCHED] = "cgfifo schedules this machine",
		[STATE_FALLBACK] = "Fall back: the kernel's own scheduler, weights in cpu.weight",
		[STATE_OTHER] = "A sched_ext scheduler runs that cannot be looked into",
	};
	const struct snapshot_header *h = snapshot_header(s);
	size_t n_wanted = count_flag(s, ROW_WANTED);

	fputs(h->is_partial ? "cgfifo is partial: it schedules only tasks that ask for SCHED_EXT"
			    : states[h->state],
	      f);
	if (h->since_ns && h->time_ns > h->since_ns) {
		fputs(", for ", f);
		print_duration(f, h->time_ns - h->since_ns);
	}
	fprintf(f, ". %" PRIu32 " CPU%s, %zu cgroup%s", h->nr_cpus, text_plural(h->nr_cpus),
		snapshot_n_rows(s), text_plural(snapshot_n_rows(s)));
	if (h->has_agent)
		fprintf(f, ", %zu with a rule", n_wanted);
	fputs(".\n", f);
	if (h->state == STATE_SCHED && !h->has_agent)
		fputs("The agent does not run: weights stay as they are, and new cgroups have "
		      "their cpu.weight.\n",
		      f);
	print_text(f, "  note: ", snapshot_string(s, h->note));
	print_text(f, "  configuration: ", snapshot_string(s, h->config_note));
	if (h->n_left_out)
		fprintf(f, "  note: %" PRIu32 " more cgroups are not looked at.\n", h->n_left_out);
}

static struct widths choose_widths(const struct snapshot *s, const struct view_line *lines,
				   size_t n, size_t columns)
{
	size_t longest = NAME_MIN, room;
	struct widths w = {};

	for (size_t i = 0; i < n; i++) {
		const char *name = snapshot_string(s, snapshot_row(s, lines[i].row)->name);
		size_t length = cell_width(name) + 2u * lines[i].indent;

		if (length > longest)
			longest = length;
	}
	if (longest > NAME_MAX_COLS)
		longest = NAME_MAX_COLS;
	if (columns < FIXED_COLUMNS + NAME_MIN)
		columns = FIXED_COLUMNS + NAME_MIN;
	room = columns - FIXED_COLUMNS;
	/* A bar only where names have room; a third of what both have is enough for it. */
	w.bar = room > NAME_MIN + BAR_MIN ? room / 3 : 0;
	w.name = room - (w.bar ? w.bar + 2 : 0);
	if (w.bar && w.name > longest) {
		w.bar += w.name - longest;
		w.name = longest;
	}
	if (w.bar > BAR_MAX)
		w.bar = BAR_MAX;
	return w;
}

/*
 * Who did not want more got what they wanted, and a ratio would say nothing. Without a cpu
 * controller there is no weight either: their tasks compete one by one.
 */
static bool shows_ratio(const struct snapshot_row *row, const struct sample *sample)
{
	return row->weight && sample->wants_more && sample->entitled > 0;
}

static void print_ratio(FILE *f, const struct snapshot_row *row, const struct sample *sample,
			bool colour)
{
	char cell[CELL_RATIO_LEN];
	double ratio;

	if (!shows_ratio(row, sample)) {
		fprintf(f, "  %7s", "-");
		return;
	}
	ratio = sample->got / sample->entitled;
	if (colour && ratio < UNFAIR_RATIO)
		fprintf(f, "  \033[31m%7s\033[0m", cell_ratio(ratio, cell));
	else
		fprintf(f, "  %7s", cell_ratio(ratio, cell));
}

static void print_line(FILE *f, const struct snapshot *s, const struct view_line *line,
		       const struct sample *sample, const struct widths *w,
		       const struct table_options *options)
{
	const struct snapshot_row *row = snapshot_row(s, line->row);
	const char *source = verdict_source_name(row->source);
	char bar[BAR_LEN];

	/* However deep: a quarter of the column is left for the name. */
	size_t indent = 2u * line->indent;
	if (indent > w->name * 3 / 4)
		indent = w->name * 3 / 4;
	fprintf(f, "%*s", (int)indent, "");
	cell_print(f, snapshot_string(s, row->name), w->name - indent, options->utf8);

	if (row->weight)
		fprintf(f, "  %6" PRIu32, row->weight);
	else
		fprintf(f, "  %6s", "-");
	fprintf(f, "  %-7.7s%s", source, row->flags & ROW_FAILED ? "!" : " ");
	if (row->weight)
		cell_print_percent(f, sample->entitled);
	else
		fprintf(f, "  %5s", "-");
	if (sample->is_unknown)
		fprintf(f, "  %5s", "-");
	else
		cell_print_percent(f, sample->got);
	print_ratio(f, row, sample, options->colour);
	bar_make(sample->got, shows_ratio(row, sample) ? sample->entitled : 0, w->bar,
		 options->utf8, bar);
	fprintf(f, "%s%s\n", bar[0] ? "  " : "", bar);
}

static void print_failed(FILE *f, const struct snapshot *s, const struct view_line *lines, size_t n)
{
	size_t n_failed = 0;

	for (size_t i = 0; i < n; i++) {
		const struct snapshot_row *row = snapshot_row(s, lines[i].row);
		_cleanup_free_ char *path = NULL, *shown = NULL;

		if (!(row->flags & ROW_FAILED) || ++n_failed > MAX_FAILED)
			continue;
		path = text_printable(snapshot_string(s, row->path), CGROUP_PATH_MAX);
		shown = text_printable(snapshot_asker(s, row), 512);
		fprintf(f, "! %s: what %s asks for is not in force, see the log\n", path, shown);
	}
	if (n_failed > MAX_FAILED)
		fprintf(f, "! and %zu more\n", n_failed - MAX_FAILED);
}

static void print_hidden(FILE *f, const struct snapshot *s, const struct view_line *lines, size_t n)
{
	size_t n_hidden = count_flag(s, ROW_WANTED);

	for (size_t i = 0; i < n; i++)
		n_hidden -= (snapshot_row(s, lines[i].row)->flags & ROW_WANTED) != 0;
	if (n_hidden > 0)
		fprintf(f, "%zu cgroup%s with a rule %s idle; --all shows %s.\n", n_hidden,
			text_plural(n_hidden), n_hidden == 1 ? "is" : "are",
			n_hidden == 1 ? "it" : "them");
}

/* Why there is no line. */
static const char *nothing(const struct snapshot *s, const struct sample *samples,
			   const struct table_options *options)
{
	if (options->view.filter)
		return "No cgroup matches.\n";
	if (snapshot_n_rows(s) > 0 && samples[0].is_unknown)
		return "Nobody knows who used what meanwhile.\n";
	return "Nothing runs, and no rule is in force.\n";
}

void table_print(FILE *f, const struct snapshot *s, const struct sample *samples,
		 const struct table_options *options)
{
	_cleanup_free_ struct view_line *lines = NULL;
	size_t n = view_make(s, samples, &options->view, &lines);
	struct widths w = choose_widths(s, lines, n, options->columns);

	if (n == 0) {
		fputs(nothing(s, samples, options), f);
		return;
	}
	fprintf(f, "%-*s  %6s  %-7s   %5s  %5s  %7s\n", (int)w.name, "NAME", "WEIGHT", "FROM",
		"ENT%", "GOT%", "GOT/ENT");
	for (size_t i = 0; i < n; i++)
		print_line(f, s, &lines[i], &samples[lines[i].row], &w, options);
	print_failed(f, s, lines, n);
	if (!options->view.filter)
		print_hidden(f, s, lines, n);
}
