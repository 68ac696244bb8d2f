// SPDX-License-Identifier: GPL-2.0-only
/* The smallest sched_ext scheduler: it has a name, and leaves all else to the kernel. */
#include "compat.bpf.h"

char _license[] SEC("license") = "GPL";

SEC(".struct_ops.link")
struct sched_ext_ops foreign = {
	.name = "foreign",
};
