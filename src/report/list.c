// SPDX-License-Identifier: GPL-2.0-only
/* The table of cgfifo list, see list.h. */
#include "report/list.h"

#include <inttypes.h>

#include "identity/identity.h"
#include "policy/verdict.h"
#include "report/cell.h"
#include "report/json.h"
#include "report/object.h"
#include "util/alloc.h"
#include "util/text.h"

#define NAME_MIN 20
#define NAME_MAX 60
/* KIND WEIGHT FROM, with the blanks before each, and those before RULE. */
#define FIXED_COLUMNS 34
#define RULE_COLUMNS  26

/* Nothing was measured, so nobody got anything: the order is that of names. */
static size_t make_lines(const struct snapshot *s, const struct view_options *view,
			 struct view_line **ret)
{
	_cleanup_free_ struct sample *samples = xcalloc(snapshot_n_rows(s) + 1, sizeof(*samples));

	return view_make(s, samples, view, ret);
}

static size_t name_width(const struct snapshot *s, const struct view_line *lines, size_t n,
			 size_t columns)
{
	size_t width = NAME_MIN, room = NAME_MIN;

	for (size_t i = 0; i < n; i++) {
		size_t w = cell_width(snapshot_string(s, snapshot_row(s, lines[i].row)->name)) +
			   2u * lines[i].indent;

		width = w > width ? w : width;
	}
	if (columns > FIXED_COLUMNS + RULE_COLUMNS + NAME_MIN)
		room = columns - FIXED_COLUMNS - RULE_COLUMNS;
	width = width > room ? room : width;
	return width > NAME_MAX ? NAME_MAX : width;
}

static void print_line(FILE *f, const struct snapshot *s, const struct view_line *line,
		       size_t width, bool utf8)
{
	const struct snapshot_row *row = snapshot_row(s, line->row);
	bool failed = row->flags & ROW_FAILED;
	const char *asker = failed ? snapshot_asker(s, row) : snapshot_string(s, row->origin);
	_cleanup_free_ char *origin = text_printable(asker, 512);
	size_t indent = 2u * line->indent;
	struct identity id;

	identity_from_path(snapshot_string(s, row->path), &id);
	indent = indent > width * 3 / 4 ? width * 3 / 4 : indent;
	fprintf(f, "%*s", (int)indent, "");
	cell_print(f, snapshot_string(s, row->name), width - indent, utf8);
	fprintf(f, "  %-9s", identity_kind_name(id.kind));
	if (row->weight)
		fprintf(f, "  %6" PRIu32, row->weight);
	else
		fprintf(f, "  %6s", "-");
	if (origin[0])
		fprintf(f, "  %-10s  %s%s\n", verdict_source_name(row->source), origin,
			failed ? " (not in force)" : "");
	else
		fprintf(f, "  %s\n", verdict_source_name(row->source));
}

size_t list_print(FILE *f, const struct snapshot *s, const struct table_options *options)
{
	_cleanup_free_ struct view_line *lines = NULL;
	size_t n = make_lines(s, &options->view, &lines), width;

	if (n == 0)
		return 0;
	width = name_width(s, lines, n, options->columns);
	fprintf(f, "%-*s  %-9s  %6s  %-10s  %s\n", (int)width, "NAME", "KIND", "WEIGHT", "FROM",
		"RULE");
	for (size_t i = 0; i < n; i++)
		print_line(f, s, &lines[i], width, options->utf8);
	return n;
}

size_t list_print_json(FILE *f, const struct snapshot *s, const struct view_options *view)
{
	_cleanup_free_ struct view_line *lines = NULL;
	size_t n = make_lines(s, view, &lines);
	struct object o = {.f = f};

	object_number(&o, "version", 1);
	object_key(&o, "cgroups");
	fputc('[', f);
	for (size_t i = 0; i < n; i++) {
		fputs(i ? ",\n" : "\n", f);
		json_print_row(f, s, lines[i].row, NULL);
	}
	fputs(n ? "\n]" : "]", f);
	object_end(&o);
	fputc('\n', f);
	return n;
}
