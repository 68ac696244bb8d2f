// SPDX-License-Identifier: GPL-2.0-only
/* cpu.weight without libcgroup, see backend.h. Meson takes this file or weight-cgroup.c. */
#include "apply/weight-dir.h"
#include "cgroup/cgfs.h"

static int write_file(int dir_fd, const char *path, uint64_t weight)
{
	return cgfs_write_number(dir_fd, "cpu.weight", weight);
}

struct backend *backend_new_cgroup(int root_fd)
{
	return weight_dir_new(root_fd, write_file);
}
