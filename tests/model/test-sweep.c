// SPDX-License-Identifier: GPL-2.0-only
/* Sweeps: what is run, in which order it is kept, what is written. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "sweep.h"
#include "util/cleanup.h"

static struct sweep sweep;
static char error[128];

static void teardown(void)
{
	sweep_done(&sweep);
}

TestSuite(sweep, .fini = teardown);

static void run(const char *which, uint64_t first, uint64_t nr)
{
	int r = sweep_run(&sweep, model_sched_find("tree"), model_case_find(which), first, nr, NULL,
			  error);

	cr_assert_eq(r, 0, "%d: %s", r, error);
}

Test(sweep, samples_are_by_bar_and_seed)
{
	run("herd", 7, 2);
	cr_assert_eq(sweep.samples.n, 4);
	for (size_t i = 0; i < 4; i++) {
		cr_assert_str_eq(sweep.samples.items[i].bar->name, i < 2 ? "most" : "least");
		cr_assert_eq(sweep.samples.items[i].seed, 7 + i % 2);
	}
	cr_assert_eq(sweep_row_end(&sweep, 0), 2);
	cr_assert_eq(sweep_row_end(&sweep, 2), 4);
	sweep.samples.items[3].figure.ratio = 1000;
	cr_assert_eq(sweep_row_worst(&sweep, 2, 4), &sweep.samples.items[3]);
}

/* What a function writes, to free. */
static char *written(int (*write)(const struct sweep *sweep, const char *path))
{
	char path[] = "/tmp/cgfifo-sweep-XXXXXX", *text = xcalloc(1, 1 << 16);
	_cleanup_close_ int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(&sweep, path), 0);
	cr_assert_gt(read(fd, text, (1 << 16) - 1), 0);
	unlink(path);
	return text;
}

static size_t count(const char *text, char c)
{
	size_t n = 0;

	while (*text)
		n += *text++ == c;
	return n;
}

Test(sweep, the_csv_has_a_line_per_sample)
{
	_cleanup_free_ char *csv = NULL;
	char *line, *rest;
	size_t n = 0;

	run("herd", 1, 3);
	rest = csv = written(sweep_write_csv);
	cr_assert_eq(strncmp(csv, "sched,case,bar,seed,cpus,", 25), 0);
	cr_assert_not_null(strstr(csv, "\ntree,herd,least,3,"));
	while (n < 7 && (line = strsep(&rest, "\n"))) {
		cr_assert_eq(count(line, ','), 17, "%s", line);
		n++;
	}
	cr_assert_eq(n, 7);
	cr_assert_str_eq(rest, "");
}

Test(sweep, the_picture_has_a_dot_per_sample)
{
	_cleanup_free_ char *svg = NULL;
	size_t dots = 0;

	run("herd", 1, 3);
	svg = written(sweep_write_svg);
	for (const char *p = svg; (p = strstr(p, "h0")); p++)
		dots++;
	cr_assert_eq(dots, 6);
	cr_assert_not_null(strstr(svg, "met in 3 of 3"));
	cr_assert_not_null(strstr(svg, "</svg>\n"));
}

Test(sweep, the_summary_counts_missed_bars)
{
	_cleanup_fclose_ FILE *null = fopen("/dev/null", "we");

	run("herd", 1, 3);
	cr_assert_eq(sweep_summarize(&sweep, null), 0);
	sweep.samples.items[0].figure.ratio = 1.01;
	cr_assert_eq(sweep_summarize(&sweep, null), 1);
}

Test(sweep, a_file_that_cannot_be_written)
{
	run("children", 1, 1);
	cr_assert_eq(sweep_write_csv(&sweep, "/nonexistent/x"), -ENOENT);
	cr_assert_eq(sweep_write_svg(&sweep, "/nonexistent/x"), -ENOENT);
}

static uint32_t pick_unknown(void *sched, uint32_t cpu, uint64_t now_ns, uint64_t *ret_slice_ns)
{
	return 1000000;
}

Test(sweep, a_broken_scheduler_is_named_with_its_scenario)
{
	struct model_sched rogue = *model_sched_find("tree");
	int r;

	rogue.pick = pick_unknown;
	r = sweep_run(&sweep, &rogue, model_case_find("herd"), 5, 1, NULL, error);
	cr_assert_eq(r, -EPROTO);
	cr_assert_str_eq(error, "herd, seed 5: CPU 0: picked task 1000000, which does not wait");
}
