// SPDX-License-Identifier: GPL-2.0-only
/* agent/follow: what a cgroup should have by its path, by what is known, and by what is around. */
#include <criterion/criterion.h>
#include <string.h>

#include "agent/state.h"
#include "cgroup/cgfs.h"
#include "config/load.h"

#include "fake-cgroup.h"

#define SCOPE                                                                                      \
	"/machine.slice/libpod-9ace65714a810cf8d4f40a9d391701ac4e0d1e92570b47fd06cdc7f494110302"   \
	".scope"
#define POD "/kubepods.slice/kubepods-pod0c5bffe2beed3ef86c707b479cb884d8.slice"
#define APP                                                                                        \
	POD "/cri-containerd-9ace65714a810cf8d4f40a9d391701ac4e0d1e92570b47fd06cdc7f494110302"     \
	    ".scope"

static const char yaml[] = "version: 1\n"
			   "classes: {gold: {weight: 800, slice: 1ms}}\n"
			   "rules:\n"
			   "  - {match: {container: web}, class: gold}\n"
			   "  - {match: {unit: a.service}, slice: 5ms}\n"
			   "  - {match: {unit: machine.slice}, slice: 7ms}\n"
			   "kubernetes: {namespaces: {prod: {classes: [gold]}}}\n";

static struct fake f;
static struct agent a;

static void setup(void)
{
	static const char *const paths[] = {
		SCOPE "/container/deeper",
		APP,
		"/system.slice/a.service/x",
		"/system.slice/b.service",
	};
	_cleanup_(diags_done) struct diags diags = {};

	fake_init(&f);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		fake_mkdir(&f, paths[i]);
	a.root_fd = f.fd;
	a.tree = tree_new(f.fd, 100);
	cr_assert_eq(tree_scan(a.tree), 0);
	cr_assert_eq(config_parse_text("f.yaml", yaml, strlen(yaml), &a.config, &diags), 0);
	a.sched = (struct sched *)&a; /* there is one: nothing is asked of it here */
}

static void teardown(void)
{
	known_done(&a.known);
	config_free(a.config);
	tree_free(a.tree);
	fake_done(&f);
}

TestSuite(follow, .init = setup, .fini = teardown);

static const struct cgroup_node *node(const char *path)
{
	uint64_t id;

	cr_assert_eq(cgfs_id(f.fd, path, &id), 0, "%s", path);
	return tree_find(a.tree, id);
}

static struct facts *know(const char *path)
{
	struct facts *facts = facts_new();

	known_set(&a.known, known_get(&a.known, node(path)->id), facts);
	return facts;
}

static void expect(const char *path, uint32_t weight, uint32_t slice_us)
{
	struct verdict v = follow_verdict(&a, a.config, node(path), path);

	cr_expect_eq(v.weight, weight, "%s: weight %u", path, v.weight);
	cr_expect_eq(v.slice_us, slice_us, "%s: slice %u", path, v.slice_us);
}

Test(follow, names_count_when_they_are_known)
{
	expect(SCOPE, 0, 0);
	facts_set(&know(SCOPE)->container, "web");
	expect(SCOPE, 800, 1000);
}

Test(follow, a_slice_reaches_the_tasks_inside)
{
	facts_set(&know(SCOPE)->container, "web");
	expect(SCOPE "/container", 0, 1000);
	expect(SCOPE "/container/deeper", 0, 1000);
	expect("/system.slice/a.service/x", 0, 5000);
	expect("/system.slice/b.service", 0, 0);
	expect("/machine.slice", 0, 7000);
	a.sched = NULL;
	expect(SCOPE "/container", 0, 0);
}

/* A slice of systemd's holds things that have nothing to do with each other. */
Test(follow, a_slice_does_not_leave_the_thing)
{
	expect(SCOPE, 0, 0);
	expect(SCOPE "/container", 0, 0);
}

Test(follow, what_a_pod_asks_for_reaches_its_containers)
{
	struct facts *facts = know(POD);

	facts_set(&facts->pod_namespace, "prod");
	pairs_set(&facts->annotations, "cgfifo.io/class", "gold");
	expect(POD, 800, 1000);
	expect(APP, 0, 1000);
}
