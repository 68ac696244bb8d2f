// SPDX-License-Identifier: GPL-2.0-only
/* policy/resolve: from YAML and a path to a decision and its reason. */
#include <criterion/criterion.h>
#include <string.h>

#include "config/load.h"
#include "policy/resolve.h"

static const char yaml[] = "version: 1\n"
			   "defaults: {slice: 3ms}\n"
			   "classes:\n"
			   "  gold: {weight: 800, slice: 1ms}\n"
			   "  thin: {slice: 20ms}\n"
			   "rules:\n"
			   "  - name: front\n"
			   "    match: {unit: web.service}\n"
			   "    class: gold\n"
			   "  - match: {unit: db.service}\n"
			   "    class: gold\n"
			   "    weight: 400\n"
			   "  - match: {unit: thin.service}\n"
			   "    class: thin\n"
			   "  - match: {cgroup: /system.slice/*}\n"
			   "    weight: 7\n";

static struct config *parse(const char *text)
{
	_cleanup_(diags_done) struct diags diags = {};
	struct config *c = NULL;

	cr_assert_eq(config_parse_text("f.yaml", text, strlen(text), &c, &diags), 0, "%s",
		     diags.n ? diags.items[0].message : "");
	return c;
}

static struct verdict verdict_for(const struct config *c, const char *path)
{
	struct identity id;

	identity_from_path(path, &id);
	return resolve(c, &id, NULL, path);
}

static void expect(const struct config *c, const char *path, uint32_t weight, uint32_t slice_us,
		   enum verdict_source source, const char *why, const char *origin)
{
	struct verdict v = verdict_for(c, path);
	char text[256];

	cr_expect_eq(v.weight, weight, "%s: weight %u", path, v.weight);
	cr_expect_eq(v.slice_us, slice_us, "%s: slice %u", path, v.slice_us);
	cr_expect_eq(v.source, source, "%s: %s", path, verdict_source_name(v.source));
	verdict_explain(&v, text, sizeof(text));
	cr_expect_str_eq(text, why);
	verdict_origin(&v, text, sizeof(text));
	cr_expect_str_eq(text, origin);
}

Test(resolve, first_match_wins_and_says_why)
{
	_cleanup_(config_freep) struct config *c = parse(yaml);

	expect(c, "/system.slice/web.service", 800, 1000, SOURCE_CLASS,
	       "rule \"front\" at f.yaml:7, class gold", "f.yaml:7");
	expect(c, "/system.slice/db.service", 400, 1000, SOURCE_RULE, "rule at f.yaml:10",
	       "f.yaml:10");
	expect(c, "/system.slice/thin.service", 0, 20000, SOURCE_OWN, "rule at f.yaml:13",
	       "f.yaml:13");
	expect(c, "/system.slice/other.service", 7, 3000, SOURCE_RULE, "rule at f.yaml:15",
	       "f.yaml:15");
}

Test(resolve, what_no_rule_matches_is_left_alone)
{
	_cleanup_(config_freep) struct config *c = parse(yaml);
	struct verdict v;

	expect(c, "/user.slice/x.scope", 0, 0, SOURCE_OWN, "no rule, its own cpu.weight", "");
	expect(c, "/", 0, 0, SOURCE_OWN, "no rule, its own cpu.weight", "");
	v = verdict_for(c, "/user.slice");
	cr_expect(verdict_is_empty(&v));
	v = verdict_for(c, "/system.slice/thin.service");
	cr_expect_not(verdict_is_empty(&v), "a slice is something");
}

Test(resolve, defaults_fill_what_a_rule_leaves_open)
{
	_cleanup_(config_freep) struct config *c = parse("version: 1\n"
							 "defaults: {weight: 50}\n"
							 "rules:\n"
							 "  - match: {unit: a.service}\n"
							 "    slice: 2ms\n"
							 "  - match: {unit: b.service}\n"
							 "    weight: 60\n");

	expect(c, "/system.slice/a.service", 50, 2000, SOURCE_DEFAULT, "rule at f.yaml:4, defaults",
	       "f.yaml:4");
	expect(c, "/system.slice/b.service", 60, 0, SOURCE_RULE, "rule at f.yaml:6", "f.yaml:6");
	expect(c, "/system.slice/c.service", 0, 0, SOURCE_OWN, "no rule, its own cpu.weight", "");
}

Test(resolve, reasons_are_cut_not_overrun)
{
	_cleanup_(config_freep) struct config *c = parse(yaml);
	struct verdict v = verdict_for(c, "/system.slice/web.service");
	char text[8];

	verdict_explain(&v, text, sizeof(text));
	cr_expect_str_eq(text, "rule \"f");
	verdict_origin(&v, text, sizeof(text));
	cr_expect_str_eq(text, "f.yaml:");
}

Test(resolve, the_steps_in_the_order_in_which_they_count)
{
	_cleanup_(config_freep) struct config *c = parse(yaml);
	struct verdict v = verdict_for(c, "/system.slice/db.service");
	char all[1024] = "", line[256];

	for (unsigned int i = 0; i < v.n_steps; i++) {
		verdict_step_text(&v.steps[i], line, sizeof(line));
		strcat(strcat(all, line), "\n");
	}
	cr_expect_str_eq(all,
			 "defaults at f.yaml:2: slice 3ms\n"
			 "class gold at f.yaml:4: weight 800, slice 1ms\n"
			 "rule at f.yaml:10: weight 400\n",
			 "%s", all);
	cr_expect_not(verdict_is_bounded(&v));
}

Test(resolve, what_is_set_by_hand_goes_first)
{
	_cleanup_(config_freep) struct config *c = parse(yaml);
	struct verdict v = verdict_for(c, "/system.slice/web.service");
	char text[256];

	verdict_override(&v, 1234);
	cr_expect_eq(v.weight, 1234);
	cr_expect_eq(v.slice_us, 1000, "the rest is the rule's");
	cr_expect_eq(v.source, SOURCE_SET);
	verdict_explain(&v, text, sizeof(text));
	cr_expect_str_eq(text, "set by hand");
	verdict_origin(&v, text, sizeof(text));
	cr_expect_str_eq(text, "");
	verdict_step_text(&v.steps[v.n_steps - 1], text, sizeof(text));
	cr_expect_str_eq(text, "set by hand: weight 1234");
}

Test(resolve, a_slice_reaches_what_is_inside)
{
	_cleanup_(config_freep) struct config *c = parse(yaml);
	struct verdict web = verdict_for(c, "/system.slice/web.service");
	struct verdict inside = verdict_for(c, "/system.slice/web.service/container");
	struct verdict thin = verdict_for(c, "/system.slice/thin.service");
	struct verdict plain = {};
	char text[128];

	verdict_inherit(&inside, &web);
	cr_expect_eq(inside.slice_us, 1000);
	cr_expect_eq(inside.weight, 0, "the weight is the parent's, and not divided again");
	cr_expect_eq(inside.source, SOURCE_OWN);
	cr_assert_eq(inside.n_steps, 1);
	verdict_step_text(&inside.steps[0], text, sizeof(text));
	cr_expect_str_eq(text, "class gold at f.yaml:4: slice 1ms", "%s", text);
	verdict_origin(&inside, text, sizeof(text));
	cr_expect_str_eq(text, "f.yaml:7");
	verdict_inherit(&thin, &web);
	cr_expect_eq(thin.slice_us, 20000, "it has one");
	verdict_inherit(&web, &plain);
	cr_expect_eq(web.slice_us, 1000);
	cr_expect_null(plain.rule);
	verdict_inherit(&plain, &(struct verdict){.weight = 5, .rule = web.rule});
	cr_expect_null(plain.rule, "nothing is inherited");
}

/* Each where it is nearest, with the reason for each. */
Test(resolve, a_policy_reaches_what_is_inside)
{
	_cleanup_(config_freep) struct config *c = parse("version: 1\n"
							 "defaults: {policy: fair}\n"
							 "rules:\n"
							 "  - match: {unit: web.service}\n"
							 "    slice: 2ms\n"
							 "  - match: {cgroup: /batch}\n"
							 "    policy: fifo\n");
	struct verdict web = verdict_for(c, "/system.slice/web.service");
	struct verdict batch = verdict_for(c, "/batch"), inside = {.slice_us = 1000};
	struct cgfifo_conf conf;
	char text[128];

	cr_expect_eq(web.policy, CGFIFO_POLICY_FAIR);
	verdict_step_text(&web.steps[0], text, sizeof(text));
	cr_expect_str_eq(text, "defaults at f.yaml:2: policy fair", "%s", text);
	cr_expect_eq(batch.policy, CGFIFO_POLICY_FIFO, "a rule goes before the defaults");

	verdict_inherit(&inside, &web);
	cr_expect_eq(inside.slice_us, 1000);
	cr_assert_eq(inside.n_steps, 1);
	verdict_step_text(&inside.steps[0], text, sizeof(text));
	cr_expect_str_eq(text, "defaults at f.yaml:2: policy fair", "%s", text);
	verdict_inherit(&batch, &web);
	conf = verdict_conf(&batch);
	verdict_conf_text(&conf, text, sizeof(text));
	cr_expect_str_eq(text, "slice 2ms, policy fifo", "%s", text);
}

/* All that is inside belongs to who is isolated; isolated by itself it would be from that. */
Test(resolve, isolation_is_for_the_one_that_matches)
{
	_cleanup_(config_freep) struct config *c = parse("version: 1\n"
							 "defaults: {isolate: core}\n"
							 "classes: {open: {isolate: none}}\n"
							 "rules:\n"
							 "  - match: {unit: web.service}\n"
							 "  - match: {unit: db.service}\n"
							 "    class: open\n"
							 "  - match: {unit: batch.service}\n"
							 "    class: open\n"
							 "    isolate: core\n");
	struct verdict web = verdict_for(c, "/system.slice/web.service");
	struct verdict inside = verdict_for(c, "/system.slice/web.service/container");
	struct verdict db = verdict_for(c, "/system.slice/db.service");
	struct verdict batch = verdict_for(c, "/system.slice/batch.service");
	struct cgfifo_conf conf;
	char text[128];

	cr_expect_eq(web.isolate, CGFIFO_ISOLATE_CORE);
	cr_expect(!verdict_is_empty(&web));
	verdict_step_text(&web.steps[0], text, sizeof(text));
	cr_expect_str_eq(text, "defaults at f.yaml:2: isolate core", "%s", text);
	verdict_inherit(&inside, &web);
	cr_expect(verdict_is_empty(&inside));
	cr_expect_eq(verdict_conf(&db).isolate, CGFIFO_ISOLATE_NONE,
		     "a class goes before the defaults");
	conf = verdict_conf(&batch);
	verdict_conf_text(&conf, text, sizeof(text));
	cr_expect_str_eq(text, "isolate core", "%s", text);
	cr_expect_str_eq(verdict_isolate_name(CGFIFO_ISOLATE_UNSET), "");
	cr_expect_str_eq(verdict_isolate_name(CGFIFO_ISOLATE_CORE + 1), "");
}
