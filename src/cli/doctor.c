// SPDX-License-Identifier: GPL-2.0-only
/* One function per question, see doctor.h. */
#include "cli/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../bpf/cgfifo.h"
#include "cgroup/cgfs.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/parse.h"
#include "util/text.h"

#define MAX_FINDINGS 64
#define FILE_MAX     (1024 * 1024)

#define CONTROLLERS "sys/fs/cgroup/cgroup.controllers"
/* As for other verbs, see reading_open_cgroups(); paths are below the root here. */
static const char host_root[] = CGFS_HOST "/";

/* While one machine is examined. */
struct patient {
	int root_fd;
	const char *host; /* before a path that is the host's; "" but in its container */
	const char *release;
	struct findings *findings;
};

void doctor_add(struct findings *f, enum doctor_level level, const char *check, char *text,
		char *fix)
{
	struct finding *found = VEC_PUSH(f, MAX_FINDINGS);

	if (!found) {
		free(text);
		free(fix);
		return;
	}
	*found = (struct finding){.level = level, .check = check, .text = text, .fix = fix};
}

void findings_done(struct findings *f)
{
	VEC_FOREACH (found, f) {
		free(found->text);
		free(found->fix);
	}
	VEC_DONE(f);
}

const char *doctor_level_name(enum doctor_level level)
{
	static const char *const names[DOCTOR_N_LEVELS] = {"ok", "note", "problem"};

	return names[level];
}

static void ok(struct patient *p, const char *check, char *text)
{
	doctor_add(p->findings, DOCTOR_OK, check, text, NULL);
}

static void problem(struct patient *p, const char *check, char *text, const char *fix)
{
	doctor_add(p->findings, DOCTOR_PROBLEM, check, text, xstrdup(fix));
}

static bool exists(const struct patient *p, const char *path)
{
	return faccessat(p->root_fd, path, F_OK, 0) == 0;
}

/* The same of the host's. */
static bool host_has(const struct patient *p, const char *path)
{
	_cleanup_free_ char *full = xasprintf("%s%s", p->host, path);

	return exists(p, full);
}

/* The first line; "" for a file that is not there. The caller's. */
static char *first_line(const struct patient *p, const char *path)
{
	char *line = NULL;

	return file_read_line(p->root_fd, path, &line) < 0 ? xstrdup("") : line;
}

static bool has_word(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = text; (at = strstr(at, word)); at++)
		if ((at == text || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
			return true;
	return false;
}

static bool is_debian_13(const struct patient *p)
{
	_cleanup_free_ char *text = NULL;

	return file_read(p->root_fd, "etc/os-release", FILE_MAX, &text, NULL) == 0 &&
	       strstr(text, "VERSION_CODENAME=trixie") != NULL;
}

static void check_sched_ext(struct patient *p)
{
	_cleanup_free_ char *realtime = first_line(p, "sys/kernel/realtime");

	if (!exists(p, "sys/kernel/sched_ext/state"))
		problem(p, "kernel",
			xasprintf("kernel %s has no sched_ext: weights go into cpu.weight",
				  p->release),
			is_debian_13(p) ? "apt install -t trixie-backports linux-image-amd64"
					: "boot a kernel of 6.12 or later with "
					  "CONFIG_SCHED_CLASS_EXT=y");
	else if (strcmp(realtime, "1") == 0)
		problem(p, "kernel",
			xasprintf("kernel %s is PREEMPT_RT, where sched_ext is refused",
				  p->release),
			"boot the ordinary kernel of your distribution");
	else
		ok(p, "kernel", xasprintf("kernel %s has sched_ext", p->release));
}

static void check_bpf(struct patient *p)
{
	_cleanup_free_ char *jit = first_line(p, "proc/sys/net/core/bpf_jit_enable");
	_cleanup_free_ char *mounts = NULL, *bpffs = xasprintf(" /%ssys/fs/bpf bpf ", p->host);

	if (exists(p, "sys/kernel/btf/vmlinux"))
		ok(p, "btf", xstrdup("the kernel describes its types"));
	else
		problem(p, "btf", xstrdup("there is no /sys/kernel/btf/vmlinux"),
			"boot a kernel with CONFIG_DEBUG_INFO_BTF=y");
	if (strcmp(jit, "0") == 0)
		problem(p, "jit", xstrdup("the kernel's BPF compiler is switched off"),
			"sysctl net.core.bpf_jit_enable=1");
	if (file_read(p->root_fd, "proc/self/mounts", FILE_MAX, &mounts, NULL) == 0 &&
	    !strstr(mounts, bpffs))
		problem(p, "bpffs", xstrdup("no BPF file system: the scheduler cannot be kept"),
			"mount -t bpf bpf /sys/fs/bpf");
}

static void check_lockdown(struct patient *p)
{
	_cleanup_free_ char *mode = first_line(p, "sys/kernel/security/lockdown");

	if (strstr(mode, "[confidentiality]"))
		problem(p, "lockdown",
			xstrdup("the kernel is locked down so far that BPF may not read it"),
			"boot with lockdown=integrity instead of lockdown=confidentiality");
	else
		ok(p, "lockdown", xstrdup("lockdown does not keep BPF out"));
}

static void check_other_scheduler(struct patient *p)
{
	_cleanup_free_ char *state = first_line(p, "sys/kernel/sched_ext/state");
	_cleanup_free_ char *ops = first_line(p, "sys/kernel/sched_ext/root/ops");
	_cleanup_free_ char *shown = text_escape(ops[0] ? ops : "unknown", TEXT_ESCAPE_MAX);

	if (!state[0])
		return;
	if (strcmp(state, "enabled") != 0)
		ok(p, "scheduler", xstrdup("no sched_ext scheduler is loaded"));
	else if (strcmp(ops, "cgfifo") == 0)
		ok(p, "scheduler", xstrdup("cgfifo is loaded"));
	else
		problem(p, "scheduler",
			xasprintf("another sched_ext scheduler is loaded: %s", shown),
			"systemctl disable --now scx.service scx_loader.service");
}

static void check_cpus(struct patient *p)
{
	_cleanup_free_ char *possible = first_line(p, "sys/devices/system/cpu/possible");
	const char *last = strrchr(possible, '-');
	uint32_t n;

	if (last && parse_u32(last + 1, 0, UINT32_MAX - 1, &n) == 0 && n + 1 > CGFIFO_MAX_CPUS)
		problem(p, "cpus",
			xasprintf("up to %u CPUs, and cgfifo can do with %d", n + 1,
				  CGFIFO_MAX_CPUS),
			"boot with nr_cpus=512");
}

static void check_controller(struct patient *p, const char *group, const char *who)
{
	_cleanup_free_ char *path =
		xasprintf("%ssys/fs/cgroup%s/cgroup.subtree_control", p->host, group);
	_cleanup_free_ char *controllers = NULL;

	if (!exists(p, path))
		return;
	controllers = first_line(p, path);
	if (has_word(controllers, "cpu"))
		ok(p, "controller", xasprintf("%s can have weights", who));
	else
		doctor_add(p->findings, DOCTOR_NOTE, "controller",
			   xasprintf("%s have no weights until one of them has a rule: the cpu "
				     "controller is off in %s",
				     who, group[0] ? group : "/"),
			   NULL);
}

static void check_cgroups(struct patient *p)
{
	_cleanup_free_ char *path = xasprintf("%s" CONTROLLERS, p->host);
	_cleanup_free_ char *controllers = first_line(p, path);

	if (!exists(p, path)) {
		problem(p, "cgroups", xstrdup("/sys/fs/cgroup is not cgroup v2"),
			"boot with systemd.unified_cgroup_hierarchy=1");
		return;
	}
	if (!has_word(controllers, "cpu")) {
		problem(p, "cgroups", xstrdup("cgroup v2 has no cpu controller"),
			"boot a kernel with CONFIG_CGROUP_SCHED=y, without cgroup_disable=cpu");
		return;
	}
	ok(p, "cgroups", xstrdup("cgroup v2 with the cpu controller"));
	check_controller(p, "/system.slice", "services");
	check_controller(p, "/machine.slice", "containers and machines");
	check_controller(p, "/user.slice", "users");
}

static void check_runtimes(struct patient *p)
{
	static const struct {
		const char *name, *path;
	} runtimes[] = {
		{"podman", "run/podman/podman.sock"},
		{"docker", "run/docker.sock"},
		{"containerd", "run/containerd/containerd.sock"},
		{"k3s", "run/k3s/containerd/containerd.sock"},
		{"CRI-O", "run/crio/crio.sock"},
		{"kubelet", "var/lib/kubelet/config.yaml"},
		{"machined", "run/systemd/machines"},
	};
	char names[128] = "";
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(runtimes); i++)
		if (host_has(p, runtimes[i].path))
			n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%s", n ? ", " : "",
					      runtimes[i].name);
	if (n)
		ok(p, "runtimes", xasprintf("container runtimes: %s", names));
	else
		doctor_add(p->findings, DOCTOR_NOTE, "runtimes",
			   xstrdup("no container runtime serves a socket; containers are found by "
				   "their cgroups all the same"),
			   NULL);
}

void doctor_build(bool has_scheduler, struct findings *ret)
{
	if (!has_scheduler)
		doctor_add(ret, DOCTOR_PROBLEM, "build",
			   xstrdup("this cgfifo was built without its scheduler: weights go into "
				   "cpu.weight"),
			   xstrdup("build it where clang >= 17, bpftool and libbpf >= 1.5 are"));
}

void doctor_examine(int root_fd, const char *release, struct findings *ret)
{
	struct patient p = {.root_fd = root_fd, .host = "", .release = release, .findings = ret};
	_cleanup_free_ char *in_host = xasprintf("%s" CONTROLLERS, host_root + 1);

	if (!exists(&p, CONTROLLERS) && exists(&p, in_host))
		p.host = host_root + 1;
	check_sched_ext(&p);
	check_bpf(&p);
	check_lockdown(&p);
	check_other_scheduler(&p);
	check_cpus(&p);
	check_cgroups(&p);
	check_runtimes(&p);
}
