// SPDX-License-Identifier: GPL-2.0-only
/* policy/match: which cgroups a rule is about. */
#include <criterion/criterion.h>

#include "policy/match.h"
#include "util/cleanup.h"

#define A      "9ace65714a810cf8d4f40a9d391701ac4e0d1e92570b47fd06cdc7f494110302"
#define UID    "0c5bffe2beed3ef86c707b479cb884d8"
#define PODMAN "/machine.slice/libpod-" A ".scope"
#define USERS  "/user.slice/user-1.slice/user@1.service"
#define POD    "/kubepods.slice/kubepods-pod" UID ".slice"
#define IN_POD POD "/cri-containerd-" A ".scope"

#define PAIRS(...)                                                                                 \
	{.items = (struct pair[]){__VA_ARGS__},                                                    \
	 .n = sizeof((struct pair[]){__VA_ARGS__}) / sizeof(struct pair)}
#define LABELS(...)                                                                                \
	{.items = (struct label[]){__VA_ARGS__},                                                   \
	 .n = sizeof((struct label[]){__VA_ARGS__}) / sizeof(struct label)}

static const struct facts web = {
	.container = "web-1",
	.labels = PAIRS({"tier", "api"}, {"empty", ""}),
};
static const struct facts pod = {
	.pod_namespace = "prod",
	.pod_name = "api-7d9f",
	.pod_labels = PAIRS({"tier", "api"}),
};
static const struct facts in_pod = {
	.container = "app",
	.pod_namespace = "prod",
	.pod_name = "api-7d9f",
	.pod_labels = PAIRS({"tier", "api"}),
};

/* 80 bytes: containerd allows names of 76, LXC as many as a directory's name has. */
#define LONG "long-name-of-a-container--and-still-longer-so-that-no-number-is-taken-for-it-end"

static const struct {
	struct match match;
	const char *path;
	bool applies;
	const struct facts *facts;
} cases[] = {
	/* a unit is its own cgroup, not what is in it */
	{{.unit = "a.service"}, "/system.slice/a.service", true},
	{{.unit = "a.service"}, "/b.slice/b-c.slice/a.service", true},
	{{.unit = "a.service"}, "/system.slice/a.service/sub", false},
	{{.unit = "a.service"}, "/system.slice/b.service", false},
	{{.unit = "*.service"}, "/system.slice/b.service", true},
	{{.unit = "system.slice"}, "/system.slice", true},
	{{.unit = "system.slice"}, "/system.slice/b.service", false},
	{{.unit = "*"}, "/", false},
	{{.unit = "*"}, "/plain", false},
	{{.unit = "a\\x2db.service"}, "/system.slice/a\\x2db.service", true},
	{{.unit = "libpod-*"}, "/batch.slice/q.service/libpod-payload-x", false},

	/* what users and services call theirs is not a unit of the system */
	{{.unit = "a.service"}, "/user.slice/user-1.slice/user@1.service/a.service", false},
	{{.unit = "user@1.service"}, "/user.slice/user-1.slice/user@1.service", true},
	{{.unit = "a.service"}, "/system.slice/b.service/a.service", false},

	/* a path reaches all of them */
	{{.cgroup = "/system.slice/a.service"}, "/system.slice/a.service", true},
	{{.cgroup = "/system.slice/*"}, "/system.slice/a.service", true},
	{{.cgroup = "/system.slice/*"}, "/system.slice/a.service/b", false},
	{{.cgroup = "/user.slice/**/a.service"},
	 "/user.slice/user-1.slice/user@1.service/a.service",
	 true},
	{{.cgroup = "/**"}, "/plain", true},
	{{.cgroup = "/**"}, "/", false},

	/* all that is given must match */
	{{.unit = "a.service", .cgroup = "/system.slice/*"}, "/system.slice/a.service", true},
	{{.unit = "a.service", .cgroup = "/other.slice/*"}, "/system.slice/a.service", false},
	{{.unit = "b.service", .cgroup = "/system.slice/*"}, "/system.slice/a.service", false},

	/* a container, by its name and labels */
	{{.container = "web-*"}, PODMAN, true, &web},
	{{.container = "db"}, PODMAN, false, &web},
	{{.container = "*"}, PODMAN, false},
	{{.container = "*"}, PODMAN "/container", false, &web},
	{{.container = "*"}, USERS "/user.slice/libpod-" A ".scope", false, &web},
	{{.labels = LABELS({"tier", "a?i"})}, PODMAN, true, &web},
	{{.labels = LABELS({"tier", "*"}, {"x", "*"})}, PODMAN, false, &web},
	{{.labels = LABELS({"empty", "*"})}, PODMAN, true, &web},
	{{.labels = LABELS({"tier", "web"})}, PODMAN, false, &web},
	{{.labels = LABELS({"tier", "*"})}, PODMAN, false},
	{{.container = "web-1", .labels = LABELS({"tier", "api"})}, PODMAN, true, &web},
	{{.container = "web-1"}, "/system.slice/q.service", true, &web},
	{{.container = "*"}, "/system.slice/q.service", false},
	{{.container = "*"}, "/system.slice", false, &web},

	/* where the path has the name, nobody need be asked */
	{{.container = "l1"}, "/lxc.payload.l1", true},
	{{.container = "a" LONG}, "/lxc.payload.a" LONG, true},
	{{.container = "a" LONG}, "/default/a" LONG, true},
	{{.container = "a" LONG}, "/lxc.payload.a" LONG "b", false},
	{{.container = "c1"}, "/default/c1", true},
	{{.container = "l1"}, "/lxc.payload.l1/x", false},
	{{.container = "l1"}, "/l1", false},

	/* a pod, and what is in it */
	{{.pod_namespace = "prod"}, POD, true, &pod},
	{{.pod_namespace = "test"}, POD, false, &pod},
	{{.pod_namespace = "*"}, POD, false},
	{{.pod_name = "api-*"}, POD, true, &pod},
	{{.pod_name = "web-*"}, POD, false, &pod},
	{{.pod_labels = LABELS({"tier", "api"})}, POD, true, &pod},
	{{.pod_labels = LABELS({"tier", "web"})}, POD, false, &pod},
	{{.pod_namespace = "*"}, PODMAN, false, &web},
	{{.pod_namespace = "prod"}, IN_POD, false, &in_pod},
	{{.pod_namespace = "prod", .container = "app"}, IN_POD, true, &in_pod},
	{{.pod_namespace = "test", .container = "app"}, IN_POD, false, &in_pod},
	{{.pod_namespace = "prod", .container = "app"}, POD, false, &pod},
	{{.pod_namespace = "prod", .unit = "*.slice"}, POD, true, &pod},

	/* a condition that is not met must not widen a rule */
	{{.container = "*"}, "/system.slice/a.service", false},
	{{.unit = "a.service", .container = "*"}, "/system.slice/a.service", false},
	{{.cgroup = "/**", .pod_namespace = "*"}, "/system.slice/a.service", false},
	{{.cgroup = "/**", .pod_name = "*"}, "/system.slice/a.service", false, &pod},
	{{.cgroup = "/**", .pod_labels = LABELS({"a", "b"})}, "/system.slice/a.service", false},
	{{}, "/system.slice/a.service", false},
};

Test(match, table)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct match *m = &cases[i].match;
		struct identity id;

		identity_from_path(cases[i].path, &id);
		cr_expect_eq(match_applies(m, &id, cases[i].facts, cases[i].path), cases[i].applies,
			     "case %zu: unit %s cgroup %s on %s", i, m->unit ? m->unit : "-",
			     m->cgroup ? m->cgroup : "-", cases[i].path);
	}
}
