// SPDX-License-Identifier: GPL-2.0-only
/* See fake-tables.h. */
#include "fake-tables.h"

#include <bpf/bpf.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../bpf/cgfifo.h"
#include "cgroup/cgfs.h"
#include "util/alloc.h"
#include "util/cleanup.h"

char bpffs[96], pins[112];

void mount_bpffs(const struct fake_agent *a)
{
	snprintf(bpffs, sizeof(bpffs), "%s/bpf", a->run.dir);
	snprintf(pins, sizeof(pins), "%s/pins", bpffs);
	cr_assert_eq(mkdir(bpffs, 0700), 0);
	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("bpf", bpffs, "bpf", 0, NULL) < 0)
		cr_skip_test("no bpf file system can be mounted here: %s", strerror(errno));
	cr_assert_eq(mkdir(pins, 0700), 0);
}

void add_table(const char *name, const void *value, size_t size)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	_cleanup_free_ char *path = xasprintf("%s/%s", pins, name);
	_cleanup_close_ int fd =
		bpf_map_create(BPF_MAP_TYPE_ARRAY, name, sizeof(int), size, 1, &opts);
	int zero = 0;

	if (fd < 0)
		cr_skip_test("no BPF table can be made here: %s", strerror(errno));
	cr_assert_eq(bpf_map_update_elem(fd, &zero, value, 0), 0);
	cr_assert_eq(bpf_obj_pin(fd, path), 0, "%s", path);
}

static uint64_t id_of(const struct fake_agent *a, const char *path)
{
	uint64_t id = 0;

	cr_assert_eq(cgfs_id(a->tree.fd, path, &id), 0);
	return id;
}

void add_tables(const struct fake_agent *a, uint32_t abi)
{
	_cleanup_free_ struct cgfifo_slot *slots = xcalloc(CGFIFO_MAX_SLOTS, sizeof(*slots));
	_cleanup_free_ struct cgfifo_limit *limits = xcalloc(CGFIFO_MAX_SLOTS, sizeof(*limits));
	_cleanup_free_ struct cgfifo_waits *waits = xcalloc(CGFIFO_MAX_SLOTS, sizeof(*waits));
	_cleanup_free_ struct cgfifo_cpu *cpus = aligned_alloc(64, CGFIFO_MAX_CPUS * sizeof(*cpus));
	struct cgfifo_shared shared = {.info = {.abi = abi, .nr_cpus = 2}};

	slots[0] = (struct cgfifo_slot){.cgid = id_of(a, "/"), .flags = CGFIFO_SLOT_LIVE};
	slots[1] = (struct cgfifo_slot){.cgid = id_of(a, "/top"), .weight = 100, .own_weight = 100};
	slots[7] = (struct cgfifo_slot){
		.cgid = id_of(a, "/top/gold"),
		.weight = 300,
		.own_weight = 100,
		.conf_weight = 300,
		.usage_ns = 123456789,
		.nr_queued = 2,
		.nr_running = 1,
		.flags = CGFIFO_SLOT_LIVE | CGFIFO_SLOT_LIMITED | CGFIFO_SLOT_THROTTLED,
	};
	limits[7] = (struct cgfifo_limit){.quota_ns = 50000000, .period_ns = 100000000};
	waits[7] = (struct cgfifo_waits){.sum_ns = 5000, .nr_class = {3}};
	memset(cpus, 0, CGFIFO_MAX_CPUS * sizeof(*cpus));
	shared.counters.value[0] = 5;
	cpus[0].counters.value[0] = 7;
	cpus[CGFIFO_MAX_CPUS - 1].counters.value[0] = 11;
	add_table("shared", &shared, sizeof(shared));
	add_table("slots", slots, CGFIFO_MAX_SLOTS * sizeof(*slots));
	add_table("limits", limits, CGFIFO_MAX_SLOTS * sizeof(*limits));
	add_table("waits", waits, CGFIFO_MAX_SLOTS * sizeof(*waits));
	add_table("cpus", cpus, CGFIFO_MAX_CPUS * sizeof(*cpus));
}

void mount_sched_ext(const char *state, const char *ops)
{
	struct fake kernel = {.dir = "/sys/kernel"};

	if (mount("none", kernel.dir, "tmpfs", 0, NULL) < 0)
		cr_skip_test("nothing can be mounted there: %s", strerror(errno));
	kernel.fd = open(kernel.dir, O_PATH | O_CLOEXEC);
	fake_mkdir(&kernel, "/sched_ext/root");
	fake_write(&kernel, "/sched_ext", "state", state);
	fake_write(&kernel, "/sched_ext/root", "ops", ops);
	close(kernel.fd);
}
