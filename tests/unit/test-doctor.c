// SPDX-License-Identifier: GPL-2.0-only
/* cli/doctor: machines with one thing missing each. */
#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "fake-cgroup.h"

static struct fake fake;
static struct findings found;

/* A machine on which all is well. */
static void setup(void)
{
	fake_init(&fake);
	fake_mkdir(&fake, "/sys/kernel/sched_ext/root");
	fake_write(&fake, "/sys/kernel/sched_ext", "state", "disabled\n");
	fake_mkdir(&fake, "/sys/kernel/btf");
	fake_write(&fake, "/sys/kernel/btf", "vmlinux", "x");
	fake_mkdir(&fake, "/sys/kernel/security");
	fake_write(&fake, "/sys/kernel/security", "lockdown", "none [integrity] confidentiality\n");
	fake_mkdir(&fake, "/sys/fs/cgroup/system.slice");
	fake_write(&fake, "/sys/fs/cgroup", "cgroup.controllers", "cpuset cpu io memory\n");
	fake_write(&fake, "/sys/fs/cgroup/system.slice", "cgroup.subtree_control", "cpu memory\n");
	fake_mkdir(&fake, "/sys/devices/system/cpu");
	fake_write(&fake, "/sys/devices/system/cpu", "possible", "0-511\n");
	fake_mkdir(&fake, "/proc/self");
	fake_write(&fake, "/proc/self", "mounts", "bpf /sys/fs/bpf bpf rw 0 0\n");
	fake_mkdir(&fake, "/run/podman");
	fake_write(&fake, "/run/podman", "podman.sock", "");
	fake_mkdir(&fake, "/etc");
}

static void teardown(void)
{
	findings_done(&found);
	fake_done(&fake);
}

TestSuite(doctor, .init = setup, .fini = teardown);

static size_t examine(void)
{
	size_t n = 0;

	findings_done(&found);
	doctor_examine(fake.fd, "7.3.4-test", &found);
	VEC_FOREACH (f, &found)
		n += f->level == DOCTOR_PROBLEM;
	return n;
}

/* A build without clang says so; one with it says nothing. */
Test(doctor, build)
{
	doctor_build(true, &found);
	cr_expect_eq(found.n, 0);
	doctor_build(false, &found);
	cr_assert_eq(found.n, 1);
	cr_expect_eq(found.items[0].level, DOCTOR_PROBLEM);
	cr_expect(strstr(found.items[0].text, "built without its scheduler"));
	cr_expect(strstr(found.items[0].fix, "clang"));
}

/* Exactly one problem, with this text and this fix. */
static void expect_problem(const char *text, const char *fix)
{
	cr_expect_eq(examine(), 1);
	VEC_FOREACH (f, &found) {
		if (f->level != DOCTOR_PROBLEM)
			continue;
		cr_expect_not_null(strstr(f->text, text), "%s", f->text);
		cr_expect_not_null(strstr(f->fix, fix), "%s", f->fix);
	}
}

Test(doctor, all_is_well)
{
	cr_expect_eq(examine(), 0);
	cr_expect_str_eq(found.items[0].text, "kernel 7.3.4-test has sched_ext");
	cr_expect_str_eq(found.items[found.n - 1].text, "container runtimes: podman");
	VEC_FOREACH (f, &found)
		cr_expect_eq(f->level, DOCTOR_OK, "%s", f->text);
}

Test(doctor, kernel_without_sched_ext)
{
	fake_rmdir(&fake, "/sys/kernel/sched_ext/root");
	unlinkat(fake.fd, "sys/kernel/sched_ext/state", 0);
	expect_problem("kernel 7.3.4-test has no sched_ext", "CONFIG_SCHED_CLASS_EXT=y");
	fake_write(&fake, "/etc", "os-release", "ID=debian\nVERSION_CODENAME=trixie\n");
	expect_problem("has no sched_ext", "trixie-backports");
}

Test(doctor, realtime_kernel)
{
	fake_write(&fake, "/sys/kernel", "realtime", "1\n");
	expect_problem("PREEMPT_RT", "ordinary kernel");
}

Test(doctor, no_types)
{
	unlinkat(fake.fd, "sys/kernel/btf/vmlinux", 0);
	expect_problem("/sys/kernel/btf/vmlinux", "CONFIG_DEBUG_INFO_BTF=y");
}

Test(doctor, compiler_off)
{
	fake_mkdir(&fake, "/proc/sys/net/core");
	fake_write(&fake, "/proc/sys/net/core", "bpf_jit_enable", "0\n");
	expect_problem("switched off", "sysctl net.core.bpf_jit_enable=1");
}

Test(doctor, no_bpf_file_system)
{
	fake_write(&fake, "/proc/self", "mounts", "proc /proc proc rw 0 0\n");
	expect_problem("no BPF file system", "mount -t bpf bpf /sys/fs/bpf");
}

Test(doctor, locked_down)
{
	fake_write(&fake, "/sys/kernel/security", "lockdown", "none integrity [confidentiality]\n");
	expect_problem("locked down", "lockdown=integrity");
}

Test(doctor, another_scheduler)
{
	fake_write(&fake, "/sys/kernel/sched_ext", "state", "enabled\n");
	fake_write(&fake, "/sys/kernel/sched_ext/root", "ops", "rusty\x1b_1.0\n");
	expect_problem("another sched_ext scheduler is loaded: rusty\\x1b_1.0",
		       "systemctl disable");
	fake_write(&fake, "/sys/kernel/sched_ext/root", "ops", "cgfifo\n");
	cr_expect_eq(examine(), 0);
}

Test(doctor, too_many_cpus)
{
	fake_write(&fake, "/sys/devices/system/cpu", "possible", "0-512\n");
	expect_problem("up to 513 CPUs", "nr_cpus=512");
}

Test(doctor, cgroup_v1)
{
	unlinkat(fake.fd, "sys/fs/cgroup/cgroup.controllers", 0);
	expect_problem("is not cgroup v2", "systemd.unified_cgroup_hierarchy=1");
}

Test(doctor, no_cpu_controller)
{
	fake_write(&fake, "/sys/fs/cgroup", "cgroup.controllers", "cpuset io memory\n");
	expect_problem("no cpu controller", "cgroup_disable=cpu");
}

/* The agent turns it on where a rule needs it: no problem, but good to know. */
Test(doctor, controller_off_in_a_slice)
{
	fake_write(&fake, "/sys/fs/cgroup/system.slice", "cgroup.subtree_control", "cpuset\n");
	cr_expect_eq(examine(), 0);
	cr_expect_eq(found.items[found.n - 2].level, DOCTOR_NOTE);
	cr_expect_not_null(strstr(found.items[found.n - 2].text, "services have no weights"));
}

Test(doctor, an_empty_machine)
{
	struct fake empty;

	fake_init(&empty);
	doctor_examine(empty.fd, "7.3.4-test", &found);
	cr_expect_gt(found.n, 3);
	fake_done(&empty);
}

/* In a host container of Bottlerocket, where the host's root is below. */
Test(doctor, host_container)
{
	static const char cgroups[] = "/.bottlerocket/rootfs/sys/fs/cgroup";

	cr_assert_eq(unlinkat(fake.fd, "sys/fs/cgroup/cgroup.controllers", 0), 0);
	cr_expect_eq(examine(), 1, "no cgroups at all");
	fake_mkdir(&fake, cgroups);
	fake_write(&fake, cgroups, "cgroup.controllers", "cpu\n");
	fake_write(&fake, "/proc/self", "mounts",
		   "bpf /.bottlerocket/rootfs/sys/fs/bpf bpf rw 0 0\n");
	cr_expect_eq(examine(), 0);
}
