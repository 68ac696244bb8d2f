// SPDX-License-Identifier: GPL-2.0-only
/* apply/plan: from wanted and applied to changes, in order. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/plan.h"
#include "fake-cgroup.h"

static struct fake f;
static struct tree *tree;
static struct wanted_list wanted;
static struct idmap applied;
static struct plan plan;
static struct rule rule_a = {.origin = {"a.yaml", 1}}, rule_b = {.origin = {"b.yaml", 2}};

static void setup(void)
{
	fake_init(&f);
	tree = tree_new(f.fd, 100);
	cr_assert_eq(tree_scan(tree), 0);
}

static void teardown(void)
{
	struct applied *a;

	idmap_for_each (&applied, pos, a)
		free(a);
	idmap_done(&applied);
	wanted_done(&wanted);
	plan_done(&plan);
	tree_free(tree);
	fake_done(&f);
}

TestSuite(plan, .init = setup, .fini = teardown);

static void exists(uint64_t id)
{
	char name[16];

	snprintf(name, sizeof(name), "%u", (unsigned int)id);
	cr_assert_eq(tree_add(tree, id, tree_root(tree)->id, name), 1);
}

static void want(uint64_t id, uint32_t weight, uint32_t slice_us, const struct rule *rule)
{
	struct verdict v = {
		.weight = weight, .slice_us = slice_us, .source = SOURCE_RULE, .rule = rule};

	wanted_add(&wanted, id, "/x", NULL, &v);
}

static struct applied *have(uint64_t id, uint32_t weight, uint32_t slice_us, char *origin)
{
	struct applied *a = calloc(1, sizeof(*a));

	*a = (struct applied){.id = id,
			      .conf = {.weight = weight, .slice_us = slice_us},
			      .source = SOURCE_RULE,
			      .origin = origin,
			      .in_force = true};
	idmap_put(&applied, id, a);
	return a;
}

/* "set 7, unset 8" */
static const char *changes(void)
{
	static const char *const names[] = {
		[CHANGE_FORGET] = "forget",
		[CHANGE_UNSET] = "unset",
		[CHANGE_REASON] = "reason",
		[CHANGE_SET] = "set",
	};
	static char buf[512];
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < plan.changes.n; i++) {
		const struct change *c = &plan.changes.items[i];

		n += (size_t)snprintf(buf + n, sizeof(buf) - n, "%s%s %u", i ? ", " : "",
				      names[c->kind], (unsigned int)c->id);
		cr_expect_eq(c->applied, idmap_get(&applied, c->id));
		cr_expect_eq(c->wanted != NULL, c->kind == CHANGE_SET || c->kind == CHANGE_REASON);
	}
	return buf;
}

Test(plan, nothing_to_do)
{
	exists(700001001);
	plan_all(&plan, &wanted, &applied, tree);
	cr_expect_str_eq(changes(), "", "a cgroup without a rule");
	want(700001001, 300, 0, &rule_a);
	have(700001001, 300, 0, "a.yaml:1");
	plan_all(&plan, &wanted, &applied, tree);
	cr_expect_str_eq(changes(), "", "what is in force already");
}

Test(plan, new_and_changed)
{
	for (uint64_t id = 700001001; id <= 700001006; id++)
		exists(id);
	want(700001003, 300, 0, &rule_a); /* new */
	want(700001001, 300, 0, &rule_a); /* another weight */
	want(700001002, 300, 0, &rule_a); /* another slice */
	want(700001004, 300, 0, &rule_a); /* the same for another reason */
	want(700001005, 300, 0, &rule_a); /* the same, but lost */
	want(700001006, 300, 0, &rule_a); /* another policy */
	have(700001001, 200, 0, "a.yaml:1");
	have(700001002, 300, 700001000, "a.yaml:1");
	have(700001004, 300, 0, "b.yaml:2");
	have(700001005, 300, 0, "a.yaml:1")->stale = true;
	have(700001006, 300, 0, "a.yaml:1")->conf.policy = CGFIFO_POLICY_FAIR;
	plan_all(&plan, &wanted, &applied, tree);
	cr_expect_str_eq(
		changes(),
		"set 700001003, set 700001001, set 700001002, reason 700001004, set 700001005, "
		"set 700001006",
		"in the order of the list");
}

Test(plan, taking_away_comes_first)
{
	exists(700001001);
	exists(700001002);
	want(700001001, 300, 0, &rule_a);
	have(700001002, 300, 0, "a.yaml:1");
	plan_all(&plan, &wanted, &applied, tree);
	cr_expect_str_eq(changes(), "unset 700001002, set 700001001");
}

Test(plan, gone_cgroups_are_forgotten)
{
	have(700001001, 300, 0, "a.yaml:1");
	plan_all(&plan, &wanted, &applied, tree);
	cr_expect_str_eq(changes(), "forget 700001001");
}

Test(plan, each_plan_for_itself)
{
	exists(700001001);
	have(700001001, 300, 0, "a.yaml:1");
	want(700001001, 300, 0, &rule_a);
	plan_all(&plan, &wanted, &applied, tree);
	cr_expect_str_eq(changes(), "");
	wanted_done(&wanted);
	plan_all(&plan, &wanted, &applied, tree);
	cr_expect_str_eq(changes(), "unset 700001001", "the last one's marks do not count");
}

Test(plan, one_cgroup_only)
{
	exists(700001001);
	exists(700001002);
	have(700001002, 300, 0, "a.yaml:1");
	want(700001001, 300, 0, &rule_b);
	plan_one(&plan, 700001001, &wanted.items[0], &applied);
	cr_expect_str_eq(changes(), "set 700001001", "700001002 is not asked about");
	plan_done(&plan);
	plan_one(&plan, 700001002, NULL, &applied);
	cr_expect_str_eq(changes(), "unset 700001002");
	plan_done(&plan);
	plan_one(&plan, 700001001, NULL, &applied);
	cr_expect_str_eq(changes(), "", "nothing wanted, nothing there");
}

Test(plan, a_name_that_is_known_only_now)
{
	struct verdict v = {.weight = 300, .source = SOURCE_RULE, .rule = &rule_a};
	char path_name[] = "podman 9ace65714a81";

	exists(700001001);
	have(700001001, 300, 0, "a.yaml:1")->name = path_name;
	wanted_add(&wanted, 700001001, "/x", path_name, &v);
	plan_all(&plan, &wanted, &applied, tree);
	cr_expect_str_eq(changes(), "");
	wanted_add(&wanted, 700001001, "/x", "podman web", &v);
	plan_one(&plan, 700001001, &wanted.items[1], &applied);
	cr_expect_str_eq(changes(), "reason 700001001");
}
