// SPDX-License-Identifier: GPL-2.0-only
/* policy/annotation: what pods ask for, and that they get no more than they may. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "config/load.h"
#include "policy/resolve.h"
#include "util/cleanup.h"
#include "util/text.h"

#define POD "/kubepods.slice/kubepods-pod0c5bffe2beed3ef86c707b479cb884d8.slice"
#define APP                                                                                        \
	POD "/cri-containerd-9ace65714a810cf8d4f40a9d391701ac4e0d1e92570b47fd06cdc7f494110302"     \
	    ".scope"

static const char yaml[] = "version: 1\n"
			   "defaults: {weight: 70}\n"
			   "classes:\n"
			   "  gold: {weight: 800, slice: 1ms}\n"
			   "  batch: {weight: 20}\n"
			   "  thin: {slice: 20ms}\n"
			   "rules:\n"
			   "  - match: {pod: {namespace: ruled}}\n"
			   "    class: batch\n"
			   "kubernetes:\n"
			   "  namespaces:\n"
			   "    default: {max_weight: 100, classes: [batch, gold]}\n"
			   "    prod:\n"
			   "      max_weight: 400\n"
			   "      min_weight: 10\n"
			   "      classes: [gold, thin]\n"
			   "      raw_weights: true\n"
			   "    ruled: {max_weight: 300, raw_weights: true}\n"
			   "    wide: {max_weight: 10000, raw_weights: true, classes: [gold]}\n"
			   "    none: {}\n";

static struct config *config;

static void setup(void)
{
	_cleanup_(diags_done) struct diags diags = {};

	cr_assert_eq(config_parse_text("f.yaml", yaml, strlen(yaml), &config, &diags), 0, "%s",
		     diags.n ? diags.items[0].message : "");
}

static void teardown(void)
{
	config = config_free(config);
}

TestSuite(annotation, .init = setup, .fini = teardown);

/* All steps, one a line. */
static void expect_steps(const struct verdict *v, const char *steps, const char *what)
{
	char all[4096] = "", line[1024];

	for (unsigned int i = 0; i < v->n_steps; i++) {
		verdict_step_text(&v->steps[i], line, sizeof(line));
		strcat(strcat(all, line), "\n");
	}
	cr_expect_str_eq(all, steps, "%s:\n%s", what, all);
}

/* One annotation on a pod in a namespace; "!" before a step: refused or bounded. */
static const struct {
	const char *namespace, *key, *value;
	uint32_t weight, slice_us;
	const char *steps;
} cases[] = {
	{"prod", "cgfifo.io/class", "gold", 400, 1000,
	 "annotation cgfifo.io/class \"gold\", allowed at f.yaml:13: weight 800, slice 1ms\n"
	 "bound max_weight at f.yaml:14: weight 800 -> 400\n"},
	{"wide", "cgfifo.io/class", "gold", 800, 1000,
	 "annotation cgfifo.io/class \"gold\", allowed at f.yaml:19: weight 800, slice 1ms\n"},
	{"prod", "cgfifo.io/class", "thin", 0, 20000,
	 "annotation cgfifo.io/class \"thin\", allowed at f.yaml:13: slice 20ms\n"},
	{"default", "cgfifo.io/class", "batch", 20, 0,
	 "annotation cgfifo.io/class \"batch\", allowed at f.yaml:12: weight 20\n"},
	{"prod", "cgfifo.io/class", "batch", 0, 0,
	 "annotation cgfifo.io/class \"batch\" does not count: not among the classes of this pod's "
	 "namespace\n"},
	{"none", "cgfifo.io/class", "gold", 0, 0,
	 "annotation cgfifo.io/class \"gold\" does not count: not among the classes of this pod's "
	 "namespace\n"},
	{"other", "cgfifo.io/class", "gold", 0, 0,
	 "annotation cgfifo.io/class \"gold\" does not count: the configuration does not list this "
	 "pod's namespace\n"},

	{"prod", "cgfifo.io/weight", "300", 300, 0,
	 "annotation cgfifo.io/weight \"300\", allowed at f.yaml:13: weight 300\n"},
	{"prod", "cgfifo.io/weight", "900", 400, 0,
	 "annotation cgfifo.io/weight \"900\", allowed at f.yaml:13: weight 900\n"
	 "bound max_weight at f.yaml:14: weight 900 -> 400\n"},
	{"prod", "cgfifo.io/weight", "1", 10, 0,
	 "annotation cgfifo.io/weight \"1\", allowed at f.yaml:13: weight 1\n"
	 "bound min_weight at f.yaml:15: weight 1 -> 10\n"},
	{"wide", "cgfifo.io/weight", "4294967295", 10000, 0,
	 "annotation cgfifo.io/weight \"4294967295\", allowed at f.yaml:19: weight 4294967295\n"
	 "bound max_weight at f.yaml:19: weight 4294967295 -> 10000\n"},
	{"wide", "cgfifo.io/weight", "4294967296", 10000, 0,
	 "annotation cgfifo.io/weight \"4294967296\", allowed at f.yaml:19: weight 4294967295\n"
	 "bound max_weight at f.yaml:19: weight 4294967295 -> 10000\n"},
	{"wide", "cgfifo.io/weight", "99999999999999999999999", 10000, 0,
	 "annotation cgfifo.io/weight \"99999999999999999999999\", allowed at f.yaml:19: "
	 "weight 4294967295\n"
	 "bound max_weight at f.yaml:19: weight 4294967295 -> 10000\n"},
	{"wide", "cgfifo.io/weight", "0", 0, 0,
	 "annotation cgfifo.io/weight \"0\" does not count: not a whole number from 1 to "
	 "10000\n"},
	{"default", "cgfifo.io/weight", "50", 0, 0,
	 "annotation cgfifo.io/weight \"50\" does not count: this pod's namespace has no "
	 "raw_weights\n"},
	{"other", "cgfifo.io/weight", "50", 0, 0,
	 "annotation cgfifo.io/weight \"50\" does not count: the configuration does not list this "
	 "pod's namespace\n"},
	{"ruled", "cgfifo.io/weight", "200", 200, 0,
	 "defaults at f.yaml:2: weight 70\n"
	 "class batch at f.yaml:5: weight 20\n"
	 "rule at f.yaml:8: no weight\n"
	 "annotation cgfifo.io/weight \"200\", allowed at f.yaml:18: weight 200\n"},
	{"ruled", "cgfifo.io/weight", "much", 20, 0,
	 "defaults at f.yaml:2: weight 70\n"
	 "class batch at f.yaml:5: weight 20\n"
	 "rule at f.yaml:8: no weight\n"
	 "annotation cgfifo.io/weight \"much\" does not count: not a whole number from 1 to "
	 "10000\n"},

	/* about something else */
	{"prod", "cgfifo.io/weight.app", "300", 0, 0, ""},
	{"prod", "cgfifo.io/weights", "300", 0, 0, ""},
	{"prod", "cgfifo.io/", "300", 0, 0, ""},
};

Test(annotation, table)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct pair pair = {(char *)cases[i].key, (char *)cases[i].value};
		struct facts facts = {
			.pod_namespace = (char *)cases[i].namespace,
			.annotations = {.items = &pair, .n = 1},
		};
		struct identity id;
		struct verdict v;

		identity_from_path(POD, &id);
		v = resolve(config, &id, &facts, POD);
		cr_expect_eq(v.weight, cases[i].weight, "case %zu: weight %u", i, v.weight);
		cr_expect_eq(v.slice_us, cases[i].slice_us, "case %zu: slice %u", i, v.slice_us);
		cr_expect_eq(verdict_is_bounded(&v),
			     strstr(cases[i].steps, " -> ") || strstr(cases[i].steps, "not count"),
			     "case %zu", i);
		expect_steps(&v, cases[i].steps, cases[i].value);
	}
}

static struct verdict ask(const char *path, const char *container, const struct pairs *annotations)
{
	struct facts facts = {
		.container = (char *)container,
		.pod_namespace = "prod",
		.annotations = *annotations,
	};
	struct identity id;

	identity_from_path(path, &id);
	return resolve(config, &id, &facts, path);
}

static const struct pairs three = {
	.items = (struct pair[]){{"cgfifo.io/class", "gold"},
				 {"cgfifo.io/weight", "300"},
				 {"cgfifo.io/weight.app", "50"}},
	.n = 3,
};

Test(annotation, each_is_for_one_cgroup)
{
	struct verdict v = ask(POD, NULL, &three);

	cr_expect_eq(v.weight, 300, "a number says more than a class: %u", v.weight);
	cr_expect_eq(v.slice_us, 1000, "and the class still says the slice");
	v = ask(APP, "app", &three);
	cr_expect_eq(v.weight, 50, "%u", v.weight);
	cr_expect_eq(v.source, SOURCE_ANNOTATION);
	v = ask(APP, "side", &three);
	cr_expect(verdict_is_empty(&v) && v.n_steps == 0);
	v = ask(APP, NULL, &three);
	cr_expect(verdict_is_empty(&v), "the pod's sandbox has no name");
	v = ask(APP "/deeper", "app", &three);
	cr_expect(verdict_is_empty(&v), "what a container does inside is its own business");
	v = ask("/user.slice/user-1.slice/user@1.service/user-libpod_pod_"
		"9ace65714a810cf8d4f40a9d391701ac4e0d1e92570b47fd06cdc7f494110302.slice",
		NULL, &three);
	cr_expect(verdict_is_empty(&v), "no user's pod speaks for a namespace");
}

/* Whatever is written there, it changes nothing, and can be shown. */
Test(annotation, hostile_values_are_refused)
{
	static const char *const values[] = {
		"",
		" ",
		"1e999",
		"-1",
		" 0x10",
		"0x10",
		"0",
		"007",
		"+5",
		"5 ",
		"5\n",
		"\033[2J",
		"300;reboot",
		"NaN",
		"{\"weight\": 300}",
		"\xff\xfe",
		"\xe2\x80\xae",
	};
	char huge[FACTS_MAX_TEXT + 1], line[1024];

	memset(huge, '9', sizeof(huge));
	huge[FACTS_MAX_TEXT] = '\0';
	for (size_t i = 0; i <= ARRAY_SIZE(values); i++) {
		const char *value = i < ARRAY_SIZE(values) ? values[i] : huge;
		struct pair pair = {"cgfifo.io/weight", (char *)value};
		struct pairs one = {.items = &pair, .n = 1};
		struct verdict v = ask(POD, NULL, &one);
		size_t bad;

		/* the huge one is a number, and is cut */
		cr_expect(value == huge ? v.weight == 400 : verdict_is_empty(&v), "%zu: %u", i,
			  v.weight);
		cr_expect(verdict_is_bounded(&v), "%zu", i);
		verdict_step_text(&v.steps[0], line, sizeof(line));
		cr_expect(text_is_utf8(line, strlen(line), &bad), "%zu", i);
		cr_expect(strlen(line) < 900, "%zu", i);
		for (const char *p = line; *p; p++)
			cr_expect((unsigned char)*p >= ' ', "%zu: %s", i, line);
	}
}

Test(annotation, reasons)
{
	struct verdict v = ask(POD, NULL, &three);
	char text[512];

	verdict_explain(&v, text, sizeof(text));
	cr_expect_str_eq(text, "annotation cgfifo.io/weight \"300\", which f.yaml:13 allows");
	verdict_origin(&v, text, sizeof(text));
	cr_expect_str_eq(text, "f.yaml:13");
	v = ask(POD, NULL, &(struct pairs){.items = three.items, .n = 1});
	verdict_explain(&v, text, sizeof(text));
	cr_expect_str_eq(text, "annotation cgfifo.io/class \"gold\", cut to 400 by max_weight at "
			       "f.yaml:14");
}

/* A container has its slice from the pod's class, and its weight from its own annotation. */
Test(annotation, reason_of_the_weight_is_not_that_of_an_inherited_slice)
{
	struct pair pairs[] = {{"cgfifo.io/class", "gold"}, {"cgfifo.io/weight.app", "900"}};
	struct pairs asked = {.items = pairs, .n = ARRAY_SIZE(pairs)};
	struct verdict v = ask(APP, "app", &asked), around = ask(POD, NULL, &asked);
	char text[512];

	verdict_inherit(&v, &around);
	cr_expect_eq(v.slice_us, 1000);
	verdict_explain(&v, text, sizeof(text));
	cr_expect_str_eq(text,
			 "annotation cgfifo.io/weight.app \"900\", cut to 400 by max_weight "
			 "at f.yaml:14",
			 "%s", text);

	v = ask(APP, "side", &asked);
	verdict_inherit(&v, &around);
	verdict_explain(&v, text, sizeof(text));
	cr_expect_str_eq(text, "annotation cgfifo.io/class \"gold\", which f.yaml:13 allows", "%s",
			 text);
}
