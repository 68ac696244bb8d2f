/* SPDX-License-Identifier: GPL-2.0-only */
/* A kernel that refuses one system call to this process from here on. */
#ifndef TEST_REFUSE_H
#define TEST_REFUSE_H

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* nr: SYS_...; arg: which of its arguments must be value, below 2^32, from 0 on; -1: whatever they
 * are. error: what it answers then, such as EIO. May be called for several. False: there is no
 * seccomp here. */
static bool refuse_call_with(unsigned int nr, int arg, unsigned int value, unsigned int error)
{
	const unsigned int at = arg < 0 ? offsetof(struct seccomp_data, nr)
					: offsetof(struct seccomp_data, args[arg]);
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, arg < 0 ? nr : value, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static inline bool refuse_call(unsigned int nr, unsigned int error)
{
	return refuse_call_with(nr, -1, 0, error);
}

#endif
