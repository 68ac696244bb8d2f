// SPDX-License-Identifier: GPL-2.0-only
/*
 * sched/, as far as it needs no sched_ext: real BPF tables, pinned in a bpf file system of the
 * test's own, stand for a scheduler that outlived its agent. Needs root; no program is loaded.
 */
#include <bpf/bpf.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "policy/verdict.h"
#include "report/collect.h"
#include "sched/internal.h"
#include "util/alloc.h"

#include "fake-agent.h"
#include "fake-tables.h"

static struct fake_agent a;

static void setup(void)
{
	fake_agent_init(&a);
}

static void teardown(void)
{
	umount2(bpffs, MNT_DETACH);
	fake_agent_done(&a);
}

TestSuite(tables, .init = setup, .fini = teardown, .timeout = 600);

static int open_pinned(struct sched **ret)
{
	return sched_open_readonly(pins, ret);
}

Test(tables, what_is_pinned_is_read)
{
	_cleanup_(sched_freep) struct sched *s = NULL;
	struct cgfifo_counters counters;

	mount_bpffs(&a);
	add_tables(&a, CGFIFO_ABI);
	cr_assert_eq(open_pinned(&s), 0);
	cr_expect(!sched_was_adopted(s));
	cr_expect_eq(sched_slot(s, 7)->weight, 300);
	cr_expect_eq(sched_nr_slots(s), CGFIFO_MAX_SLOTS);
	cr_expect_eq(sched_limits(s)[7].quota_ns, 50000000);
	cr_expect_eq(sched_waits(s)[7].nr_class[0], 3);
	cr_expect_eq(sched_read_counters(s, &counters), 0);
	cr_expect_eq(counters.value[0], 5 + 7 + 11);
	cr_expect_eq(sched_events_fd(s), -EBADF);
}

Test(tables, nothing_is_pinned)
{
	_cleanup_(sched_freep) struct sched *s = NULL;

	mount_bpffs(&a);
	cr_expect_eq(open_pinned(&s), -ENOENT);
	cr_expect_null(s);
}

Test(tables, of_another_version)
{
	_cleanup_(sched_freep) struct sched *s = NULL;

	mount_bpffs(&a);
	add_tables(&a, CGFIFO_ABI + 1);
	cr_expect_eq(open_pinned(&s), -EPROTO);
	cr_expect_null(s);
}

/* It must not be mapped: reading behind its end is a signal. */
Test(tables, of_another_size)
{
	_cleanup_(sched_freep) struct sched *s = NULL;
	_cleanup_free_ char *path = NULL;

	mount_bpffs(&a);
	add_tables(&a, CGFIFO_ABI);
	path = xasprintf("%s/slots", pins);
	cr_assert_eq(unlink(path), 0);
	add_table("slots", "0123456789abcdef", 16);
	cr_expect_eq(open_pinned(&s), -EPROTO);
	cr_expect_null(s);
}

Test(tables, a_stop_removes_the_pins)
{
	struct sched *s = NULL;

	mount_bpffs(&a);
	add_tables(&a, CGFIFO_ABI);
	cr_assert_eq(open_pinned(&s), 0);
	cr_expect_eq(sched_stop(s), 0);
	cr_expect_eq(access(pins, F_OK), -1);
	cr_expect_eq(sched_stop(s), 0, "again");
	sched_free(s);
}

/* The tables of a scheduler that is not there any more. */
static void add_unloaded(void)
{
	struct cgfifo_shared shared = {.info.abi = CGFIFO_ABI, .exit = {.kind = 1, .code = 9}};
	_cleanup_free_ char *path = xasprintf("%s/shared", pins);

	strcpy(shared.exit.reason, "runnable task stall");
	add_tables(&a, CGFIFO_ABI);
	cr_assert_eq(unlink(path), 0);
	add_table("shared", &shared, sizeof(shared));
}

Test(tables, one_that_the_kernel_unloaded)
{
	_cleanup_(sched_freep) struct sched *s = NULL;
	struct cgfifo_exit why = {};

	mount_bpffs(&a);
	add_unloaded();
	cr_assert_eq(open_pinned(&s), 0);
	cr_expect_eq(sched_is_attached(s, &why), 0);
	cr_expect_eq(why.code, 9);
	cr_expect_str_eq(why.reason, "runnable task stall");
}

Test(tables, a_snapshot_of_slots)
{
	_cleanup_(snapshot_freep) struct snapshot *snapshot = NULL;
	_cleanup_(sched_freep) struct sched *s = NULL;
	_cleanup_(tree_freep) struct tree *tree = NULL;
	const struct snapshot_row *gold;

	mount_bpffs(&a);
	add_tables(&a, CGFIFO_ABI);
	cr_assert_eq(open_pinned(&s), 0);
	tree = tree_new(a.tree.fd, 100);
	cr_assert_eq(tree_scan(tree), 0);
	snapshot = collect(tree, NULL, NULL, s);
	cr_assert_eq(snapshot_n_rows(snapshot), 3, "who has no slot has no row");
	gold = snapshot_row(snapshot, 2);
	cr_expect_str_eq(snapshot_string(snapshot, gold->path), "/top/gold");
	cr_expect_eq(gold->parent, 1);
	cr_expect_eq(gold->weight, 300);
	cr_expect_eq(gold->own_weight, 100);
	cr_expect_eq(gold->usage_ns, 123456789);
	cr_expect_eq(gold->nr_ready, 3);
	cr_expect_eq(gold->source, SOURCE_UNKNOWN);
	cr_expect_eq(gold->flags, ROW_USAGE | ROW_READY | ROW_LIMITED | ROW_THROTTLED);
	cr_expect_eq(gold->limit.quota_ns, 50000000);
}

/* The agent was killed; root can see what goes on. */
Test(tables, the_verbs_read_them_without_an_agent)
{
	mount_bpffs(&a);
	add_tables(&a, CGFIFO_ABI);
	fake_agent_expect_run(&a, "status --all --interval 200ms", 4, "gold");
	fake_agent_expect_run(&a, "show gold --interval 200ms", 0, "300");
	fake_agent_expect_run(&a, "metrics --interval 200ms", 0, "\ncgfifo_scheduler_up 1\n");
}

/* It was killed, and then the kernel unloaded the scheduler: nobody removed what is pinned. */
Test(tables, the_verbs_do_not_take_tables_for_a_scheduler)
{
	mount_bpffs(&a);
	add_unloaded();
	fake_agent_expect_run(&a, "status --interval 200ms", 3,
			      "the kernel unloaded the scheduler: runnable task stall; ");
	fake_agent_expect_run(&a, "metrics --interval 200ms", 0, "\ncgfifo_scheduler_up 0\n");
}

Test(tables, the_verbs_do_not_read_those_of_another_version)
{
	_cleanup_free_ char *text = NULL;
	const char *said;

	mount_bpffs(&a);
	add_tables(&a, CGFIFO_ABI + 1);
	fake_agent_expect_run(&a, "list", 0, "of another version of cgfifo");
	(void)fake_agent_run(&a, "status --interval 200ms", &text);
	said = strstr(text, "of another version of cgfifo");
	cr_assert_not_null(said, "%s", text);
	cr_expect_null(strstr(said + 1, "of another version of cgfifo"), "twice: %s", text);
}

static const char *nth_name(const char *buf, int n)
{
	const struct inotify_event *e = (const struct inotify_event *)buf;

	for (; n > 0 && e->len; n--)
		e = (const struct inotify_event *)(e->name + e->len);
	return e->name;
}

Test(tables, the_scheduler_comes_after_what_it_uses)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);
	_cleanup_(sched_freep) struct sched *s = NULL;
	_cleanup_close_ int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	_Alignas(struct inotify_event) char buf[4096] = "";
	const enum sched_pin which[] = {PIN_SLOTS, PIN_LINK, PIN_ON_MAX, PIN_ON_SIGNAL};

	mount_bpffs(&a);
	s = sched_new(pins);
	for (size_t i = 0; i < ARRAY_SIZE(which); i++)
		s->fd[which[i]] = bpf_map_create(BPF_MAP_TYPE_ARRAY, "x", 4, 4, 1, &opts);
	if (s->fd[PIN_LINK] < 0)
		cr_skip_test("no BPF table can be made here: %s", strerror(errno));
	cr_assert_geq(inotify_add_watch(fd, pins, IN_CREATE), 0);
	cr_assert_eq(pins_add(s), 0);
	cr_assert_gt(read(fd, buf, sizeof(buf)), 0);
	cr_expect_str_eq(nth_name(buf, 0), "slots");
	cr_expect_str_eq(nth_name(buf, 2), "on_signal");
	cr_expect_str_eq(nth_name(buf, 3), "link");
	cr_expect_eq(pins_add(s), -EEXIST);
}

/* Whoever is killed meanwhile must not leave one that goes on without what tells it of limits. */
Test(tables, the_scheduler_goes_before_what_it_uses)
{
	static const char *const names[] = {"slots", "shared", "link", "on_cpu_max", "on_signal"};
	_cleanup_free_ char *dir = xasprintf("%s/pins", a.run.dir);
	_cleanup_(sched_freep) struct sched *s = sched_new(dir);
	_cleanup_close_ int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	_Alignas(struct inotify_event) char buf[4096] = "";
	const struct inotify_event *first = (const struct inotify_event *)buf;

	cr_assert_eq(mkdir(dir, 0700), 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		fake_write(&a.run, "/pins", names[i], "");
	cr_assert_geq(inotify_add_watch(fd, dir, IN_DELETE), 0);
	pins_remove(s);
	cr_assert_gt(read(fd, buf, sizeof(buf)), 0);
	cr_expect_str_eq(first->name, "link");
	cr_expect_neq(access(dir, F_OK), 0, "all of it is gone");
}

static void add_ring(void)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);
	_cleanup_free_ char *path = xasprintf("%s/events", pins);
	_cleanup_close_ int fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "events", 0, 0,
						(uint32_t)sysconf(_SC_PAGESIZE), &opts);

	cr_assert_eq(bpf_obj_pin(fd, path), 0);
}

static char later[112], why[SCHED_MSG_LEN];

/* All that is pinned of one, for now under another name. */
static void add_later(void)
{
	int zero = 0;

	mount_bpffs(&a);
	snprintf(later, sizeof(later), "%s/later", bpffs);
	add_tables(&a, CGFIFO_ABI);
	add_ring();
	add_table("timers", &zero, sizeof(zero));
	add_table("set_conf", &zero, sizeof(zero));
	add_table("link", &zero, sizeof(zero));
	cr_assert_eq(rename(pins, later), 0);
}

static int load_now(const char *pin_dir, char *ret_why)
{
	(void)ret_why;
	return rename(later, pin_dir) < 0 ? -errno : 0;
}

/* An agent was killed while another process loaded for it, and that comes to its pins only now. */
Test(tables, one_that_is_about_to_be_pinned_is_no_other)
{
	_cleanup_(sched_freep) struct sched *s = NULL;
	pid_t pid;

	add_later();
	mount_sched_ext("enabled\n", "cgfifo\n");
	pid = fork();
	cr_assert_geq(pid, 0);
	if (pid == 0) {
		usleep(50 * 1000);
		_exit(load_now(pins, NULL) < 0);
	}
	cr_expect_eq(sched_start(pins, false, NULL, &s, why), 0, "%s", why);
	cr_expect(s && sched_was_adopted(s));
	waitpid(pid, NULL, 0);
}

Test(tables, one_that_another_process_loads)
{
	_cleanup_(sched_freep) struct sched *s = NULL;

	add_later();
	mount_sched_ext("disabled\n", "");
	cr_expect_eq(sched_start(pins, false, load_now, &s, why), 0, "%s", why);
	cr_expect(s && !sched_was_adopted(s));
}

/* Of a version that has one table less than this one, or calls it otherwise. */
static int load_other(const char *pin_dir, char *ret_why)
{
	_cleanup_free_ char *path = xasprintf("%s/waits", pin_dir);
	int r = load_now(pin_dir, ret_why);

	return r < 0 ? r : unlink(path);
}

Test(tables, one_that_a_process_of_another_version_loads)
{
	_cleanup_(sched_freep) struct sched *s = NULL;

	add_later();
	mount_sched_ext("disabled\n", "");
	cr_expect_eq(sched_start(pins, false, load_other, &s, why), -EPROTO);
	cr_expect_neq(access(pins, F_OK), 0, "it does not go on");
}

Test(tables, one_that_another_process_loads_for_all_tasks)
{
	_cleanup_(sched_freep) struct sched *s = NULL;

	add_later();
	mount_sched_ext("disabled\n", "");
	cr_expect_eq(sched_start(pins, true, load_now, &s, why), -EINVAL);
	cr_expect_not_null(strstr(why, "without --partial"), "%s", why);
	cr_expect_neq(access(pins, F_OK), 0, "it does not go on");
}

Test(tables, another_one_is_another_one)
{
	_cleanup_(sched_freep) struct sched *s = NULL;

	mount_bpffs(&a);
	mount_sched_ext("enabled\n", "lavd\n");
	cr_expect_eq(sched_start(pins, false, NULL, &s, why), -EBUSY);
	cr_expect_not_null(strstr(why, "\"lavd\" is running"), "%s", why);
}

/* It runs, whoever may look into it. */
Test(tables, status_of_a_scheduler_that_cannot_be_read)
{
	_cleanup_free_ char *shared = NULL;

	mount_bpffs(&a);
	add_tables(&a, CGFIFO_ABI + 1);
	mount_sched_ext("enabled\n", "cgfifo\n");
	fake_agent_expect_run(&a, "status --interval 200ms", 4,
			      "cgfifo is loaded, of another version and without its agent");
	shared = xasprintf("%s/shared", pins);
	cr_assert_eq(unlink(shared), 0);
	fake_agent_expect_run(&a, "status --interval 200ms", 4, "only root can read what it does");
	mount_sched_ext("enabled\n", "simple\n");
	fake_agent_expect_run(&a, "status --interval 200ms", 3,
			      "another sched_ext scheduler is loaded: simple");
}
