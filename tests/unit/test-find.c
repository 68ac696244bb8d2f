// SPDX-License-Identifier: GPL-2.0-only
/* report/find: what people call things. */
#include <criterion/criterion.h>

#include "report/find.h"
#include "util/cleanup.h"

#define ID "969a52be3852aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

#define OTHER_ID "b69a52be3852aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

#define USERS "/user.slice/user-1000.slice/user@1000.service/app.slice"

static const char *const paths[] = {
	"/",
	"/demo.slice",
	"/demo.slice/db.service",
	"/demo.slice/db.service/libpod-payload-" ID,
	"/system.slice",
	"/system.slice/db.socket",
	"/system.slice/web.service",
	"/system.slice/web.service/db",
	"/kubepods/pod0c5bffe2beed3ef86c707b479cb884d8",
	"/machine.slice/libpod-" OTHER_ID ".scope",
	USERS "/web.service",
	USERS "/mine.service",
	"/system.slice/web.service/libpod-payload-" OTHER_ID,
};

static struct snapshot *s;

static void setup(void)
{
	static const char *const names[] = {"/",
					    "demo.slice",
					    "db.service",
					    "podman 969a52be3852",
					    "system.slice",
					    "db.socket",
					    "web.service",
					    "db",
					    "pod prod/api",
					    "podman cache",
					    "web.service (user 1000)",
					    "mine.service (user 1000)",
					    "podman b69a52be3852"};

	s = snapshot_new();
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		struct snapshot_row *row = snapshot_add_row(s);

		row->path = snapshot_add_string(s, paths[i]);
		row->name = snapshot_add_string(s, names[i]);
	}
	snapshot_row(s, 2)->container = snapshot_add_string(s, "quad");
	snapshot_row(s, 3)->container = snapshot_add_string(s, "quad");
	snapshot_row(s, 8)->pod_namespace = snapshot_add_string(s, "prod");
	snapshot_row(s, 8)->pod_name = snapshot_add_string(s, "api");
	snapshot_row(s, 9)->container = snapshot_add_string(s, "cache");
}

static void teardown(void)
{
	snapshot_free(s);
}

TestSuite(find, .init = setup, .fini = teardown);

/* The one that is found; -1: none, -2: several. */
static int find(const char *name)
{
	_cleanup_free_ size_t *rows = NULL;
	size_t n = find_rows(s, name, &rows);

	return n == 0 ? -1 : n == 1 ? (int)rows[0] : -2;
}

Test(find, path)
{
	cr_expect_eq(find("/demo.slice"), 1);
	cr_expect_eq(find("/system.slice/web.service/db"), 7);
	cr_expect_eq(find("/"), 0);
}

Test(find, unit)
{
	cr_expect_eq(find("db.service"), 2);
	cr_expect_eq(find("db"), 2, "the service, and not what a service calls a part of itself");
	cr_expect_eq(find("db.socket"), 5);
	cr_expect_eq(find("web"), 6);
}

Test(find, container)
{
	cr_expect_eq(find("969a"), 3);
	cr_expect_eq(find(ID), 3);
	cr_expect_eq(find("podman 969a52be3852"), 3);
}

/* Whoever may make cgroups of their own gives them names. */
Test(find, things_of_the_host_come_first)
{
	cr_expect_eq(find("web"), 6);
	cr_expect_eq(find("web.service (user 1000)"), 10);
	cr_expect_eq(find("mine"), 11);
	cr_expect_eq(find("b69a"), 9);
}

Test(find, like)
{
	cr_expect_eq(find("*.socket"), 5);
	cr_expect_eq(find("socke"), 5);
	cr_expect_eq(find("/demo.slice/**"), -2);
	cr_expect_eq(find("system"), -2);
	cr_expect_eq(find("nothing"), -1);
}

Test(find, what_runtimes_and_the_kubelet_say)
{
	cr_expect_eq(find("cache"), 9);
	cr_expect_eq(find("podman cache"), 9);
	cr_expect_eq(find("quad"), 2, "the unit that it is all of has its weight");
	cr_expect_eq(find("prod/api"), 8);
	cr_expect_eq(find("pod prod/api"), 8);
	cr_expect_eq(find("test/api"), -1);
}
