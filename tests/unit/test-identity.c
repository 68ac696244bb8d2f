// SPDX-License-Identifier: GPL-2.0-only
/* identity/: every form of path that was recorded, and those that somebody may forge. */
#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identity/identity.h"
#include "util/cleanup.h"
#include "util/text.h"

#define A     "9ace65714a810cf8d4f40a9d391701ac4e0d1e92570b47fd06cdc7f494110302"
#define P     "c8596d403789a745fa9e07cd134dc78ac8cfacb48453a822def7682d52ae27f6"
#define UUID  "0b2e4d4c-7f4e-4e3f-9f0c-5c2a6d0a1b2c"
#define USERS "/user.slice/user-1000.slice/user@1000.service"

/* kind runtime own|part unit[!][(uid)] id pod-uid, with - for nothing; "!": the unit's own. */
static const struct {
	const char *path, *facts, *name;
} cases[] = {
	{"/", "root none own - - -", "/"},
	{"", "root none own - - -", "/"},

	/* systemd */
	{"/system.slice", "slice none own system.slice! - -", "system.slice"},
	{"/system.slice/tmp.mount", "unit none own tmp.mount! - -", "tmp.mount"},
	{"/system.slice/docker.socket", "unit none own docker.socket! - -", "docker.socket"},
	{"/system.slice/a.service", "unit none own a.service! - -", "a.service"},
	{"/system.slice/a.service/sub/x", "unit none part a.service - -", "a.service/sub/x"},
	{"/system.slice/_b.service", "unit none own b.service! - -", "b.service"},
	{"/system.slice/foo\\x2dbar.service", "unit none own foo\\x2dbar.service! - -",
	 "foo-bar.service"},
	{"/system.slice/a\\x2ab\\x2Fc.service", "unit none own a\\x2ab\\x2Fc.service! - -",
	 "a*b\\\\x2Fc.service"},
	{"/system.slice/system-getty.slice/getty@tty1.service",
	 "unit none own getty@tty1.service! - -", "getty@tty1.service"},
	{USERS, "unit none own user@1000.service! - -", "user@1000.service"},
	{USERS "/app.slice", "slice none own app.slice!(1000) - -", "app.slice (user 1000)"},
	{USERS "/app.slice/x.service", "unit none own x.service!(1000) - -",
	 "x.service (user 1000)"},
	{USERS "/app.slice/x.service/y", "unit none part x.service(1000) - -", "x.service/y"},

	/* podman */
	{"/machine.slice/libpod-" A ".scope", "container podman own libpod-" A ".scope! " A " -",
	 "podman 9ace65714a81"},
	{"/machine.slice/libpod-" A ".scope/container",
	 "container podman part libpod-" A ".scope " A " -", "podman 9ace65714a81"},
	{"/machine.slice/libpod-conmon-" A ".scope", "unit none own libpod-conmon-" A ".scope! - -",
	 "libpod-conmon-" A ".scope"},
	{"/machine.slice/machine-libpod_pod_" P ".slice",
	 "pod podman own machine-libpod_pod_" P ".slice! - " P, "pod c8596d403789"},
	{"/machine.slice/machine-libpod_pod_" P ".slice/libpod-" A ".scope",
	 "container podman own libpod-" A ".scope! " A " " P, "podman 9ace65714a81"},
	{"/batch.slice/q.service/libpod-payload-" A, "container podman own q.service " A " -",
	 "podman 9ace65714a81"},
	{"/batch.slice/q.service/runtime", "unit none part q.service - -", "q.service/runtime"},
	{USERS "/user.slice/libpod-" A ".scope",
	 "container podman own libpod-" A ".scope!(1000) " A " -", "podman 9ace65714a81"},
	{USERS "/user.slice/podman-865.scope", "unit none own podman-865.scope!(1000) - -",
	 "podman-865.scope (user 1000)"},

	/* docker, containerd */
	{"/system.slice/docker-" A ".scope", "container docker own docker-" A ".scope! " A " -",
	 "docker 9ace65714a81"},
	{"/docker/" A, "container docker own - " A " -", "docker 9ace65714a81"},
	{"/default/c1", "container containerd own - c1 -", "containerd c1"},
	{"/default", "other none own - - -", "default"},
	{"/a/default/c1", "other none own - - -", "c1"},
	{"/system.slice/nerdctl-" A ".scope",
	 "container containerd own nerdctl-" A ".scope! " A " -", "containerd 9ace65714a81"},

	/* Kubernetes, systemd and cgroupfs drivers */
	{"/kubepods.slice/kubepods-burstable.slice", "slice none own kubepods-burstable.slice! - -",
	 "kubepods-burstable.slice"},
	{"/kubepods.slice/kubepods-pod0c5bffe2beed3ef86c707b479cb884d8.slice",
	 "pod cri own kubepods-pod0c5bffe2beed3ef86c707b479cb884d8.slice! - "
	 "0c5bffe2beed3ef86c707b479cb884d8",
	 "pod 0c5bffe2beed"},
	{"/kubepods.slice/kubepods-burstable.slice/"
	 "kubepods-burstable-podcafc8828_8264_eda4_966f_037aa724e18b.slice/cri-containerd-" A
	 ".scope",
	 "container containerd own cri-containerd-" A ".scope! " A
	 " cafc8828-8264-eda4-966f-037aa724e18b",
	 "containerd 9ace65714a81"},
	{"/kubelet.slice/kubelet-kubepods.slice/"
	 "kubelet-kubepods-pod0c5bffe2beed3ef86c707b479cb884d8.slice/crio-" A ".scope",
	 "container cri-o own crio-" A ".scope! " A " 0c5bffe2beed3ef86c707b479cb884d8",
	 "cri-o 9ace65714a81"},
	{"/kubepods/besteffort/podcafc8828-8264-eda4-966f-037aa724e18b",
	 "pod cri own - - cafc8828-8264-eda4-966f-037aa724e18b", "pod cafc8828-826"},
	{"/kubepods/podcafc8828-8264-eda4-966f-037aa724e18b/" A "/deeper",
	 "container cri part - " A " cafc8828-8264-eda4-966f-037aa724e18b", "cri 9ace65714a81"},

	{"/kubepods.slice/kubepods-besteffort.slice/"
	 "kubepods-besteffort-pod0c5bffe2beed3ef86c707b479cb884d8.slice/docker-" A ".scope",
	 "container docker own docker-" A ".scope! " A " 0c5bffe2beed3ef86c707b479cb884d8",
	 "docker 9ace65714a81"},
	{"/kubepods/burstable/podcafc8828-8264-eda4-966f-037aa724e18b/crio-" A,
	 "container cri-o own - " A " cafc8828-8264-eda4-966f-037aa724e18b", "cri-o 9ace65714a81"},
	{"/kubepods/burstable/podcafc8828-8264-eda4-966f-037aa724e18b/crio-conmon-" A,
	 "other none own - - cafc8828-8264-eda4-966f-037aa724e18b", "crio-conmon-" A},
	{"/kubepods.slice/kubepods-pod0c5bffe2beed3ef86c707b479cb884d8.slice/crio-conmon-" A
	 ".scope",
	 "unit none own crio-conmon-" A ".scope! - 0c5bffe2beed3ef86c707b479cb884d8",
	 "crio-conmon-" A ".scope"},
	{"/root.slice/root-kubepods.slice/root-kubepods-burstable.slice/"
	 "root-kubepods-burstable-podcafc8828_8264_eda4_966f_037aa724e18b.slice",
	 "pod cri own "
	 "root-kubepods-burstable-podcafc8828_8264_eda4_966f_037aa724e18b.slice! - "
	 "cafc8828-8264-eda4-966f-037aa724e18b",
	 "pod cafc8828-826"},

	/* podman's cgroupfs driver, docker's own things, rootless docker, other namespaces */
	{"/libpod_parent/libpod-" A, "container podman own - " A " -", "podman 9ace65714a81"},
	{"/libpod_parent/libpod-conmon-" A, "other none own - - -", "libpod-conmon-" A},
	{"/docker/buildkit", "other none own - - -", "buildkit"},
	{"/moby/" A, "container docker own - " A " -", "docker 9ace65714a81"},
	{USERS "/user.slice/docker-" A ".scope",
	 "container docker own docker-" A ".scope!(1000) " A " -", "docker 9ace65714a81"},

	/* Bottlerocket's host and bootstrap containers */
	{"/default/admin", "container containerd own - admin -", "containerd admin"},
	{"/default/boot.setup", "container containerd own - boot.setup -", "containerd boot.setup"},
	{"/default/admin/init.scope", "container containerd part - admin -", "containerd admin"},

	/* snaps */
	{"/system.slice/snap.lxd.daemon.service", "unit snap own snap.lxd.daemon.service! - -",
	 "snap.lxd.daemon.service"},
	{"/system.slice/snap.cgfifo.hook.configure-" UUID ".scope",
	 "unit snap own snap.cgfifo.hook.configure-" UUID ".scope! - -",
	 "snap.cgfifo.hook.configure.scope"},
	{USERS "/app.slice/snap.firefox.firefox-" UUID ".scope",
	 "unit snap own snap.firefox.firefox-" UUID ".scope!(1000) - -",
	 "snap.firefox.firefox.scope (user 1000)"},
	{USERS "/snap.firefox.firefox." UUID ".scope",
	 "unit snap own snap.firefox.firefox." UUID ".scope!(1000) - -",
	 "snap.firefox.firefox.scope (user 1000)"},
	{"/system.slice/snap.x.service", "unit none own snap.x.service! - -", "snap.x.service"},
	{"/system.slice/snap-core24-423.mount", "unit none own snap-core24-423.mount! - -",
	 "snap-core24-423.mount"},
	{"/system.slice/a-" UUID ".scope", "unit none own a-" UUID ".scope! - -",
	 "a-" UUID ".scope"},

	/* nspawn, machined, LXC */
	{"/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/libvirt/vcpu0",
	 "container machine part machine-qemu\\x2d1\\x2dvm.scope qemu-1-vm -", "machine qemu-1-vm"},
	{"/lxc/l1", "container lxc own - l1 -", "lxc l1"},
	{"/lxc.payload/l1/ns", "container lxc part - l1 -", "lxc l1"},
	{"/machine.slice/systemd-nspawn@a\\x2db.service/payload",
	 "container nspawn part systemd-nspawn@a\\x2db.service a-b -", "nspawn a-b"},
	{"/machine.slice/machine-vm\\x2d1.scope",
	 "container machine own machine-vm\\x2d1.scope! vm-1 -", "machine vm-1"},
	{"/lxc.payload.l1", "container lxc own - l1 -", "lxc l1"},
	{"/lxc.payload.l1/system.slice/postgresql.service", "container lxc part - l1 -", "lxc l1"},
	{"/lxc.monitor.l1", "other none own - - -", "lxc.monitor.l1"},

	/* What is inside somebody's thing is theirs, whatever they call it. */
	{"/system.slice/a.service/postgresql.service", "unit none part a.service - -",
	 "a.service/postgresql.service"},
	{"/system.slice/a.service/docker-" A ".scope", "unit none part a.service - -",
	 "a.service/docker-" A ".scope"},
	{"/machine.slice/libpod-" A ".scope/container/docker-" P ".scope",
	 "container podman part libpod-" A ".scope " A " -", "podman 9ace65714a81"},
	{USERS "/user@0.service/postgresql.service", "unit none part user@0.service(1000) - -",
	 "user@0.service/postgresql.service"},
	{USERS "/app.slice/user-libpod_pod_" P ".slice",
	 "pod podman own user-libpod_pod_" P ".slice!(1000) - " P, "pod c8596d403789"},

	{"/batch/postgresql.service", "other none own - - -", "postgresql.service"},
	{"/batch/system.slice/postgresql.service", "other none own - - -", "postgresql.service"},
	{"/batch/docker-" A ".scope", "other none own - - -", "docker-" A ".scope"},
	{"/batch/machine-vm.scope", "other none own - - -", "machine-vm.scope"},
	{"/batch/kubepods-pod0c5bffe2beed3ef86c707b479cb884d8.slice", "other none own - - -",
	 "kubepods-pod0c5bffe2beed3ef86c707b479cb884d8.slice"},
	{"/batch/" P, "other none own - - -", P},
	{"/batch/" P "/libpod-" A, "other none part - - -", "libpod-" A},
	{"/batch/libpod-" A, "container podman own - " A " -", "podman 9ace65714a81"},
	{"/docker/buildkit/x/libpod-" A, "other none part - - -", "libpod-" A},
	{"/libpod_parent/" P, "pod podman own - - " P, "pod c8596d403789"},
	{"/libpod_parent/" P "/libpod-" A, "container podman own - " A " " P,
	 "podman 9ace65714a81"},

	/* Nearly. */
	{"/system.slice/docker-9ace.scope", "unit none own docker-9ace.scope! - -",
	 "docker-9ace.scope"},
	{"/machine.slice/libpod-9ace.scope", "unit none own libpod-9ace.scope! - -",
	 "libpod-9ace.scope"},
	{"/.slice", "other none own - - -", ".slice"},
	{"/a b.service", "other none own - - -", "a b.service"},
	{"/machine.slice/machine-libpod_pod_xyz.slice",
	 "slice none own machine-libpod_pod_xyz.slice! - -", "machine-libpod_pod_xyz.slice"},
	{USERS "/user-libpod_pod_xyz.slice", "slice none own user-libpod_pod_xyz.slice!(1000) - -",
	 "user-libpod_pod_xyz.slice (user 1000)"},
	{"/kubepods/podg0c5bffe2beed3ef86c707b479cb884d8", "other none own - - -",
	 "podg0c5bffe2beed3ef86c707b479cb884d8"},
	{"/kubepods/pod0c5bffe2beed3ef86c707b479cb884", "other none own - - -",
	 "pod0c5bffe2beed3ef86c707b479cb884"},
	{"/kubepods/podxyz", "other none own - - -", "podxyz"},
	{"/notkubepods-pod0c5bffe2beed3ef86c707b479cb884d8.slice",
	 "slice none own notkubepods-pod0c5bffe2beed3ef86c707b479cb884d8.slice! - -",
	 "notkubepods-pod0c5bffe2beed3ef86c707b479cb884d8.slice"},

	/* Meant to harm whoever reads them. */
	{"/x/\033[31mred", "other none own - - -", "\\x1b[31mred"},
	{"/x/two\nlines", "other none own - - -", "two\\nlines"},
	{"/x/\xff\xfe", "other none own - - -", "\\xff\\xfe"},
	{"/system.slice/\\x1b\\x5b31mred.service", "unit none own \\x1b\\x5b31mred.service! - -",
	 "\\x1b[31mred.service"},
	{"/system.slice/a\\x00b.service", "unit none own a\\x00b.service! - -",
	 "a\\\\x00b.service"},
	{"////", "root none own - - -", "/"},
	{"/x//", "other none own - - -", "/"},
};

static const char *facts_of(const struct identity *id)
{
	static char buf[1024];
	char uid[32] = "";

	if (id->user_unit)
		snprintf(uid, sizeof(uid), "(%u)", id->user_id);
	snprintf(buf, sizeof(buf), "%s %s %s %s%s%s %s %s", identity_kind_name(id->kind),
		 identity_runtime_name(id->runtime), id->own ? "own" : "part",
		 id->unit[0] ? id->unit : "-", id->unit_own ? "!" : "", uid,
		 id->container_id[0] ? id->container_id : "-", id->pod_uid[0] ? id->pod_uid : "-");
	return buf;
}

Test(identity, table)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct identity id;

		identity_from_path(cases[i].path, &id);
		cr_expect_str_eq(facts_of(&id), cases[i].facts, "%s\n is %s\nnot %s", cases[i].path,
				 facts_of(&id), cases[i].facts);
		cr_expect_str_eq(id.name, cases[i].name, "%s\n is called %s\nnot %s", cases[i].path,
				 id.name, cases[i].name);
	}
}

/* Whatever the path: a name to show, on one line, in UTF-8, not too long. */
Test(identity, any_path_has_a_printable_name)
{
	static const char *const words[] = {
		"/",
		"a",
		".service",
		".slice",
		"user@1000.service",
		"libpod-",
		A,
		".scope",
		"pod",
		"_",
		"\\x2d",
		"\033",
		"\xc3",
		"\xa9",
		"kubepods",
		"-pod",
		"lxc.payload.",
		"systemd-nspawn@",
		"default",
		"docker",
		"\n",
		"machine-",
		"\xe2\x80\xae",
		"....",
	};
	char path[4096];

	srand(1);
	for (int round = 0; round < 50000; round++) {
		struct identity id;
		size_t bad;

		path[0] = '\0';
		for (int n = rand() % 24; n > 0; n--)
			strcat(path, words[(size_t)rand() % ARRAY_SIZE(words)]);
		identity_from_path(path, &id);
		cr_assert_neq(id.name[0], '\0', "%s", path);
		cr_assert(text_is_utf8(id.name, strlen(id.name), &bad), "%s", path);
		for (const char *p = id.name; *p; p++)
			cr_assert((unsigned char)*p >= ' ' && *p != 0x7f, "%s", path);
	}
}

Test(identity, long_names_are_cut_between_characters)
{
	char path[2 * NAME_MAX];
	struct identity id;
	size_t bad, n = 0;

	path[n++] = '/';
	for (int i = 0; i < 120; i++, n += 2)
		memcpy(path + n, "\xc3\xa9", 3);
	identity_from_path(path, &id);
	cr_expect_eq(strlen(id.name), IDENTITY_NAME_MAX - 2, "even, as the characters are");
	cr_expect(text_is_utf8(id.name, strlen(id.name), &bad));
}
