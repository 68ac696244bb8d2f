// SPDX-License-Identifier: GPL-2.0-only
/* policy/match: which cgroups a rule is about. */
#include <criterion/criterion.h>

#include "policy/match.h"
#include "util/cleanup.h"

static const struct {
	struct match match;
	const char *path;
	bool applies;
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

	/* what is not in force yet must not widen a rule */
	{{.container = "*"}, "/system.slice/a.service", false},
	{{.unit = "a.service", .container = "*"}, "/system.slice/a.service", false},
	{{.cgroup = "/**", .pod_namespace = "*"}, "/system.slice/a.service", false},
	{{.cgroup = "/**", .pod_name = "*"}, "/system.slice/a.service", false},
	{{.cgroup = "/**", .pod_labels = {.n = 1}}, "/system.slice/a.service", false},
	{{}, "/system.slice/a.service", false},
};

Test(match, table)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct match *m = &cases[i].match;
		struct identity id;

		identity_from_path(cases[i].path, &id);
		cr_expect_eq(match_applies(m, &id, cases[i].path), cases[i].applies,
			     "case %zu: unit %s cgroup %s on %s", i, m->unit ? m->unit : "-",
			     m->cgroup ? m->cgroup : "-", cases[i].path);
	}
}
