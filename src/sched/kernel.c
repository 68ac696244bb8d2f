// SPDX-License-Identifier: GPL-2.0-only
#include "sched/kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "sched/sched.h"
#include "util/cleanup.h"
#include "util/file.h"

#define SCHED_EXT_DIR "/sys/kernel/sched_ext"
#define WAIT_STEP_MS  5
#define WAIT_STEPS    400

static bool kernel_is_disabled(void)
{
	_cleanup_free_ char *state = NULL;

	return file_read_line(AT_FDCWD, SCHED_EXT_DIR "/state", &state) < 0 ||
	       strcmp(state, "disabled") == 0;
}

int kernel_wait_disabled(void)
{
	for (int i = 0; i < WAIT_STEPS; i++) {
		if (kernel_is_disabled())
			return 0;
		/* Unloading takes some 20 ms and offers nothing to wait for. */
		poll(NULL, 0, WAIT_STEP_MS);
	}
	return -ETIMEDOUT;
}

static int probe_says(char *ret_why, const char *what, const char *remedy)
{
	struct utsname u = {};

	uname(&u);
	snprintf(ret_why, SCHED_MSG_LEN, "kernel %s %s; %s", u.release, what, remedy);
	return -EOPNOTSUPP;
}

int sched_probe(char *ret_why)
{
	_cleanup_free_ char *realtime = NULL, *jit = NULL;

	if (access(SCHED_EXT_DIR "/state", F_OK) < 0)
		return probe_says(ret_why, "has no sched_ext",
				  "it takes 6.12 or later with CONFIG_SCHED_CLASS_EXT=y");
	if (access("/sys/kernel/btf/vmlinux", R_OK) < 0)
		return probe_says(ret_why, "does not show its types in /sys/kernel/btf/vmlinux",
				  "it takes CONFIG_DEBUG_INFO_BTF=y");
	if (file_read_line(AT_FDCWD, "/sys/kernel/realtime", &realtime) == 0 &&
	    strcmp(realtime, "1") == 0)
		return probe_says(ret_why, "is a PREEMPT_RT kernel, where sched_ext is refused",
				  "boot the ordinary kernel");
	/* Not readable for everybody; an unreadable one says nothing. */
	if (file_read_line(AT_FDCWD, "/proc/sys/net/core/bpf_jit_enable", &jit) == 0 &&
	    strcmp(jit, "0") == 0)
		return probe_says(ret_why, "has its BPF compiler switched off",
				  "sysctl net.core.bpf_jit_enable=1");
	return 0;
}

int sched_loaded_name(char *ret_name, size_t size)
{
	_cleanup_free_ char *state = NULL, *ops = NULL;
	int r;

	r = file_read_line(AT_FDCWD, SCHED_EXT_DIR "/state", &state);
	if (r < 0)
		return -EOPNOTSUPP;
	if (strcmp(state, "disabled") == 0 || strcmp(state, "disabling") == 0)
		return -ENOENT;
	/* A snap may not read the name. */
	r = file_read_line(AT_FDCWD, SCHED_EXT_DIR "/root/ops", &ops);
	snprintf(ret_name, size, "%s", r < 0 ? "unknown" : ops);
	return 0;
}

unsigned int sched_nr_online_cpus(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : (unsigned int)n;
}
