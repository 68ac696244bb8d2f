// SPDX-License-Identifier: GPL-2.0-only
/*
 * See privilege.h. By the system calls themselves, whose layout the kernel keeps: libcap would be
 * one more library for two calls.
 */
#include "util/privilege.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

bool privilege_is_none(void)
{
	static const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct now[_LINUX_CAPABILITY_U32S_3] = {};

	return syscall(SYS_capget, &header, now) == 0 && memcmp(now, none, sizeof(now)) == 0;
}

int privilege_give_up(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	/* In a unit without any, the call that gives them up may be forbidden as well. */
	if (privilege_is_none())
		return 0;
	return syscall(SYS_capset, &header, none) < 0 ? -errno : 0;
}

/* A sanitizer maps terabytes for its shadow, and no limit leaves room for that. */
#if defined(__SANITIZE_ADDRESS__)
#define HAS_SHADOW 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define HAS_SHADOW 1
#endif
#endif

void privilege_limit(size_t memory)
{
#ifndef HAS_SHADOW
	setrlimit(RLIMIT_AS, &(struct rlimit){memory, memory});
#endif
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
}
