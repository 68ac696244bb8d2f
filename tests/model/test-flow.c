// SPDX-License-Identifier: GPL-2.0-only
/* Maximum flow on networks small enough to see. */
#include <criterion/criterion.h>
#include <math.h>

#include "flow.h"

static struct flow f;

static void setup(void)
{
	flow_init(&f, 16);
}

static void teardown(void)
{
	flow_done(&f);
}

TestSuite(flow, .init = setup, .fini = teardown);

static void assert_flow(double want)
{
	double got = flow_run(&f);

	cr_assert_float_eq(got, want, 1e-9, "%.12g, not %.12g", got, want);
}

Test(flow, nothing_is_connected)
{
	flow_edge(&f, FLOW_SOURCE, flow_vertex(&f), 5);
	assert_flow(0);
}

Test(flow, the_narrowest_edge_counts)
{
	uint32_t a = flow_vertex(&f), b = flow_vertex(&f);

	flow_edge(&f, FLOW_SOURCE, a, INFINITY);
	flow_edge(&f, a, b, 0.25);
	flow_edge(&f, b, FLOW_SINK, 1);
	assert_flow(0.25);
	cr_assert(flow_is_before_cut(&f, a));
	cr_assert_not(flow_is_before_cut(&f, b));
}

/* The first path through the middle has to be taken back in part. */
Test(flow, a_path_is_taken_back)
{
	uint32_t a = flow_vertex(&f), b = flow_vertex(&f), c = flow_vertex(&f), d = flow_vertex(&f);

	flow_edge(&f, FLOW_SOURCE, a, 1);
	flow_edge(&f, FLOW_SOURCE, b, 1);
	flow_edge(&f, a, c, 1);
	flow_edge(&f, a, d, 1);
	flow_edge(&f, b, c, 1);
	flow_edge(&f, c, FLOW_SINK, 1);
	flow_edge(&f, d, FLOW_SINK, 1);
	assert_flow(2);
}

Test(flow, capacities_can_change)
{
	uint32_t a = flow_vertex(&f), edge;

	edge = flow_edge(&f, FLOW_SOURCE, a, 1);
	flow_edge(&f, a, FLOW_SINK, 3);
	assert_flow(1);
	assert_flow(1);
	flow_edge_set(&f, edge, 2.5);
	assert_flow(2.5);
	flow_edge_set(&f, edge, 4);
	assert_flow(3);
}

/* Two threads on CPU 0, one on CPU 0 or 1: 3 threads, 2 CPUs, all of both are used. */
Test(flow, threads_on_cpus)
{
	uint32_t pinned = flow_vertex(&f), anywhere = flow_vertex(&f);
	uint32_t cpu0 = flow_vertex(&f), cpu1 = flow_vertex(&f);

	flow_edge(&f, FLOW_SOURCE, pinned, 2);
	flow_edge(&f, FLOW_SOURCE, anywhere, 1);
	flow_edge(&f, pinned, cpu0, INFINITY);
	flow_edge(&f, anywhere, cpu0, INFINITY);
	flow_edge(&f, anywhere, cpu1, INFINITY);
	flow_edge(&f, cpu0, FLOW_SINK, 1);
	flow_edge(&f, cpu1, FLOW_SINK, 1);
	assert_flow(2);
	cr_assert(flow_is_before_cut(&f, pinned));
	cr_assert(flow_is_before_cut(&f, cpu0));
	cr_assert_not(flow_is_before_cut(&f, anywhere));
	cr_assert_not(flow_is_before_cut(&f, cpu1));
}
