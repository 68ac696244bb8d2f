// SPDX-License-Identifier: GPL-2.0-only
/* Machines that grow: the table, what grows too fast, and CSV. */
#include <inttypes.h>

#include "counted.h"
#include "scale.h"

static double switches_per_ms(const struct scale_row *row)
{
	return (double)row->sum.switches * 1e6 / (double)row->measured_ns;
}

void scale_print_head(FILE *f, const struct scale_load *load)
{
	fprintf(f,
		"%s: %s, %u cgroups for each CPU\n"
		"       switches          ------------------- for each switch "
		"--------------------\n"
		"CPUs    in a ms   levels",
		load->name, load->summary, SCALE_CGROUPS);
	for (const struct scale_figure *g = scale_figures; g->name; g++)
		fprintf(f, " %8s", g->name);
	fputc('\n', f);
}

void scale_print_row(FILE *f, const struct scale_row *row)
{
	fprintf(f, "%4u %10.1f %8u", row->nr_cpus, switches_per_ms(row), row->levels);
	for (const struct scale_figure *g = scale_figures; g->name; g++)
		fprintf(f, " %8.2f", g->of(row));
	fputc('\n', f);
}

uint32_t scale_judge(FILE *f, const struct scale_row *rows, size_t nr)
{
	const struct scale_row *from = NULL, *to = &rows[nr - 1];
	uint32_t faster = 0;
	double growth;

	for (size_t i = 0; i < nr; i++)
		if (rows[i].nr_cpus == COUNTED_NARROW_CPUS)
			from = &rows[i];
	if (!from || from == to)
		return 0;
	for (const struct scale_figure *g = scale_figures; g->name; g++) {
		growth = scale_growth(g, from, to);
		if (growth <= 1)
			continue;
		fprintf(f, "%s: from %u to %u CPUs %.2f times what log n grows\n", g->name,
			from->nr_cpus, to->nr_cpus, growth);
		faster++;
	}
	return faster;
}

void scale_csv_head(FILE *f)
{
	fprintf(f, "load,cpus,cgroups,levels,seconds,switches");
	for (const struct scale_figure *g = scale_figures; g->name; g++)
		fprintf(f, ",%s", g->name);
	fputc('\n', f);
}

void scale_csv_row(FILE *f, const struct scale_load *load, const struct scale_row *row)
{
	fprintf(f, "%s,%u,%u,%u,%g,%" PRIu64, load->name, row->nr_cpus,
		SCALE_CGROUPS * row->nr_cpus, row->levels, (double)row->measured_ns / 1e9,
		row->sum.switches);
	for (const struct scale_figure *g = scale_figures; g->name; g++)
		fprintf(f, ",%.4f", g->of(row));
	fputc('\n', f);
}
