// SPDX-License-Identifier: GPL-2.0-only
/*
 * See privilege.h. By the system calls themselves, whose layout the kernel keeps: libcap would be
 * one more library for two calls.
 */
#include "util/privilege.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* In a unit without any, the call that gives them up may be forbidden as well. */
static bool has_any(const struct __user_cap_data_struct *now, size_t size)
{
	static const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];

	return memcmp(now, none, size) != 0;
}

int privilege_give_up(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct now[_LINUX_CAPABILITY_U32S_3] = {};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || syscall(SYS_capget, &header, now) < 0)
		return -errno;
	if (!has_any(now, sizeof(now)))
		return 0;
	memset(now, 0, sizeof(now));
	return syscall(SYS_capset, &header, now) < 0 ? -errno : 0;
}

void privilege_limit(size_t memory)
{
	setrlimit(RLIMIT_AS, &(struct rlimit){memory, memory});
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
}
