// SPDX-License-Identifier: GPL-2.0-only
/*
 * cpu.weight through libcgroup, see backend.h: the only file that includes <libcgroup.h>.
 *
 * It only writes. Its reading side visits each of the 60 files of a cgroup's directory, and knows
 * neither ids nor descriptors, so finding and checking the cgroup stays with cgroup/. The path was
 * checked against the id just before; libcgroup opens it once more by name.
 */
#include <errno.h>
#include <libcgroup.h>
#include <string.h>

#include "apply/weight-dir.h"
#include "cgroup/cgfs.h"

static void log_nothing(void *userdata, int level, const char *fmt, va_list ap)
{
}

/*
 * Reads /proc/cgroups and the mounts, once. A sandbox may hide these from us (that of a snap does):
 * then it knows no cgroup. Its messages are for its own tools.
 */
static bool knows_cgroups(void)
{
	static bool asked, knows;

	if (!asked) {
		cgroup_set_logger(log_nothing, -1, NULL);
		knows = cgroup_init() == 0;
		asked = true;
	}
	return knows;
}

static int to_errno(int r)
{
	switch (r) {
	case 0:
		return 0;
	case ECGROUPNOTEXIST:
		return -ENOENT;
	case ECGROUPNOTOWNER:
		return -EPERM;
	case ECGOTHER:
		return cgroup_get_last_errno() > 0 ? -cgroup_get_last_errno() : -EIO;
	default:
		return -EIO;
	}
}

static int write_libcgroup(int dir_fd, const char *path, uint64_t weight)
{
	struct cgroup_controller *cpu;
	struct cgroup *group;
	int r;

	if (!knows_cgroups())
		return cgfs_write_number(dir_fd, "cpu.weight", weight);
	group = cgroup_new_cgroup(path + strspn(path, "/"));
	if (!group)
		return -ENOMEM;
	cpu = cgroup_add_controller(group, "cpu");
	if (!cpu)
		r = -EIO;
	else
		r = to_errno(cgroup_set_value_uint64(cpu, "cpu.weight", weight));
	if (r == 0)
		r = to_errno(cgroup_modify_cgroup(group));
	cgroup_free(&group);
	return r;
}

struct backend *backend_new_cgroup(int root_fd)
{
	return weight_dir_new(root_fd, write_libcgroup);
}
