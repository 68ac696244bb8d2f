// SPDX-License-Identifier: GPL-2.0-only
/* identity/known: what is known about which cgroup, and how it is called. */
#include <criterion/criterion.h>
#include <string.h>

#include "identity/known.h"

#define A "9ace65714a810cf8d4f40a9d391701ac4e0d1e92570b47fd06cdc7f494110302"

static struct facts *named(const char *container)
{
	struct facts *f = facts_new();

	facts_set(&f->container, container);
	return f;
}

Test(known, by_cgroup)
{
	_cleanup_(known_done) struct known k = {};

	cr_expect_null(known_find(&k, 1));
	cr_expect_null(known_facts(&k, 1));
	known_set(&k, known_get(&k, 1), named("web"));
	known_set(&k, known_get(&k, 1), named("db"));
	cr_expect_str_eq(known_facts(&k, 1)->container, "db");
	cr_expect_eq(known_facts(&k, 1), known_facts_for_rules(&k, 1));
	known_remove(&k, 1);
	known_remove(&k, 1);
	cr_expect_null(known_facts(&k, 1));
}

Test(known, a_unit_that_is_one_container)
{
	_cleanup_(known_done) struct known k = {};
	struct known_cgroup *c = known_get(&k, 2);

	c->outer_id = 1;
	known_set(&k, c, named("web"));
	known_set(&k, c, named("db"));
	cr_expect_str_eq(known_facts(&k, 2)->container, "db", "it is called so");
	cr_expect_null(known_facts_for_rules(&k, 2), "but rules do not look inside");
	cr_expect_str_eq(known_facts_for_rules(&k, 1)->container, "db");
	known_remove(&k, 2);
	cr_expect_null(known_facts(&k, 1));
}

/* Both are in the unit for a while: what the later one told is not lost with the earlier one. */
Test(known, a_container_after_another_in_a_unit)
{
	_cleanup_(known_done) struct known k = {};
	struct known_cgroup *a = known_get(&k, 2), *b = known_get(&k, 3);

	a->outer_id = b->outer_id = 1;
	known_set(&k, a, named("web"));
	known_set(&k, b, named("db"));
	known_remove(&k, 2);
	cr_assert_not_null(known_facts_for_rules(&k, 1));
	cr_expect_str_eq(known_facts_for_rules(&k, 1)->container, "db");
	known_remove(&k, 3);
	cr_expect_null(known_facts(&k, 1));
}

Test(known, a_container_beside_another_in_a_unit)
{
	_cleanup_(known_done) struct known k = {};
	struct known_cgroup *a = known_get(&k, 2), *b = known_get(&k, 3);

	a->outer_id = b->outer_id = 1;
	known_set(&k, a, named("web"));
	known_set(&k, b, named("helper"));
	known_remove(&k, 3);
	cr_assert_not_null(known_facts_for_rules(&k, 1));
	cr_expect_str_eq(known_facts_for_rules(&k, 1)->container, "web");
	known_remove(&k, 2);
	cr_expect_null(known_facts(&k, 1));
}

static void expect_name(const char *path, const struct facts *f, const char *name)
{
	char buf[IDENTITY_NAME_MAX];
	struct identity id;

	identity_from_path(path, &id);
	cr_expect_str_eq(known_name(&id, f, buf), name, "%s: %s", path, buf);
}

Test(known, names)
{
	struct facts web = {.container = "web"}, none = {};
	struct facts pod = {.pod_namespace = "prod", .pod_name = "api-1"};
	struct facts evil = {.container = "\033[2Jx\ny"};
	char longest[FACTS_MAX_TEXT + 1];
	struct facts large = {.container = longest};
	char buf[IDENTITY_NAME_MAX];
	struct identity id;

	expect_name("/machine.slice/libpod-" A ".scope", &web, "podman web");
	expect_name("/machine.slice/libpod-" A ".scope", NULL, "podman 9ace65714a81");
	expect_name("/machine.slice/libpod-" A ".scope", &none, "podman 9ace65714a81");
	expect_name("/machine.slice/libpod-" A ".scope", &evil, "podman \\x1b[2Jx\\ny");
	expect_name("/system.slice/q.service", &web, "q.service");
	expect_name("/kubepods/pod0c5bffe2beed3ef86c707b479cb884d8", &pod, "pod prod/api-1");
	expect_name("/kubepods/pod0c5bffe2beed3ef86c707b479cb884d8", &none, "pod 0c5bffe2beed");

	memset(longest, 'x', FACTS_MAX_TEXT);
	longest[FACTS_MAX_TEXT] = '\0';
	identity_from_path("/machine.slice/libpod-" A ".scope", &id);
	known_name(&id, &large, buf);
	cr_expect_lt(strlen(buf), IDENTITY_NAME_MAX);
}
