// SPDX-License-Identifier: GPL-2.0-only
/* See top-cells.h. */
#include "cli/top-cells.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/top-model.h"
#include "policy/verdict.h"
#include "report/cell.h"
#include "report/waits.h"
#include "util/cleanup.h"

/* A cell before it is put into its column. */
#define CELL_LEN 32

struct cell_of {
	const struct snapshot_row *row;
	const struct sample *sample;
};

static void cell_weight(const struct cell_of *of, char *cell)
{
	if (of->row->weight)
		snprintf(cell, CELL_LEN, "%" PRIu32, of->row->weight);
}

/* With a mark if what the rule asks for is not in force. */
static void cell_from(const struct cell_of *of, char *cell)
{
	snprintf(cell, CELL_LEN, "%.7s%s", verdict_source_name(of->row->source),
		 of->row->flags & ROW_FAILED ? "!" : "");
}

static void cell_entitled(const struct cell_of *of, char *cell)
{
	if (of->row->weight)
		snprintf(cell, CELL_LEN, "%.1f", of->sample->entitled * 100);
}

static void cell_got(const struct cell_of *of, char *cell)
{
	if (!of->sample->is_unknown)
		snprintf(cell, CELL_LEN, "%.1f", of->sample->got * 100);
}

static void cell_fairness(const struct cell_of *of, char *cell)
{
	double ratio = top_ratio(of->row, of->sample);

	if (ratio >= 0)
		cell_ratio(ratio, cell);
}

static void cell_wait(const struct cell_of *of, char *cell)
{
	if (waits_count(&of->sample->waits))
		waits_format(waits_mean_usec(&of->sample->waits), cell);
}

static void cell_p99(const struct cell_of *of, char *cell)
{
	if (waits_count(&of->sample->waits))
		waits_format(waits_quantile_usec(&of->sample->waits, .99), cell);
}

static void cell_throttled(const struct cell_of *of, char *cell)
{
	if (of->row->flags & ROW_LIMITED)
		snprintf(cell, CELL_LEN, "%.1f", of->sample->throttled * 100);
}

static void cell_tasks(const struct cell_of *of, char *cell)
{
	if (of->row->flags & ROW_READY)
		snprintf(cell, CELL_LEN, "%" PRIu32, of->sample->nr_ready);
	else if (of->row->nr_tasks)
		snprintf(cell, CELL_LEN, "%" PRIu32, of->row->nr_tasks);
}

static const struct {
	const char *heading;
	int width; /* negative: to the left */
	bool wide_only;
	void (*make)(const struct cell_of *of, char *cell);
} columns[] = {
	{"WEIGHT", 6, false, cell_weight},    {"FROM", -8, true, cell_from},
	{"ENT%", 5, false, cell_entitled},    {"GOT%", 5, false, cell_got},
	{"GOT/ENT", 7, false, cell_fairness}, {"WAIT", 5, false, cell_wait},
	{"P99", 5, false, cell_p99},	      {"THR%", 5, false, cell_throttled},
	{"TASKS", 5, false, cell_tasks},
};

/* Blanks before each. */
static int gap(bool wide)
{
	return wide ? 2 : 1;
}

size_t top_cells_width(bool wide)
{
	size_t width = 0;

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		int w = columns[i].width;

		if (wide || !columns[i].wide_only)
			width += (size_t)(gap(wide) + (w < 0 ? -w : w));
	}
	return width;
}

/* One line: the headings, or what a cgroup has in these columns. */
static char *make_line(const struct cell_of *of, bool wide, char *buf)
{
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		char cell[CELL_LEN] = "-";

		if (!wide && columns[i].wide_only)
			continue;
		if (of)
			columns[i].make(of, cell);
		n += (size_t)snprintf(buf + n, TOP_CELLS_LEN - n, "%*s%*s", gap(wide), "",
				      columns[i].width, of ? cell : columns[i].heading);
		if (n >= TOP_CELLS_LEN)
			break;
	}
	return buf;
}

char *top_headings(bool wide, char *buf)
{
	return make_line(NULL, wide, buf);
}

char *top_cells(const struct snapshot_row *row, const struct sample *sample, bool wide, char *buf)
{
	const struct cell_of of = {.row = row, .sample = sample};

	return make_line(&of, wide, buf);
}
