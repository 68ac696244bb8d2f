// SPDX-License-Identifier: GPL-2.0-only
/*
 * apply/weight-systemd: what it says on the bus, and what it makes of the answers. The other end is
 * a socket with a manager that has one unit; the real one is in tests/vm/.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include "apply/backend.h"
#include "util/cleanup.h"

/* What the manager keeps, shared with the test. */
struct manager {
	uint64_t weight;
	char cgroup[64]; /* "" while the unit does not run */
	int n_sets;
	int last_runtime; /* of SetUnitProperties */
	bool silent;	  /* does not answer any more */
	bool refuses;	  /* to change something */
	bool guarded;	  /* whatever is for it */
};

static char dir[] = "/tmp/cgfifo-bus-XXXXXX";
static char path[64];
static struct manager *manager;
static struct backend *backend;
static pid_t server;

/* Who writes files, where there is no bus. */
static struct {
	struct backend backend;
	uint64_t weight;
	bool gone; /* the cgroup is */
} files;

static const struct target unit = {.id = 7, .path = "/system.slice/a.service", .unit = "a.service"};

static int get_property(sd_bus_message *m)
{
	const char *interface, *property;

	if (sd_bus_message_read(m, "ss", &interface, &property) < 0 ||
	    strcmp(interface, "org.freedesktop.systemd1.Service") != 0 ||
	    strcmp(sd_bus_message_get_path(m), "/org/freedesktop/systemd1/unit/a_2eservice") != 0)
		return sd_bus_reply_method_errorf(m, SD_BUS_ERROR_UNKNOWN_PROPERTY, "no");
	if (strcmp(property, "ControlGroup") == 0)
		return sd_bus_reply_method_return(m, "v", "s", manager->cgroup);
	if (strcmp(property, "CPUWeight") == 0)
		return sd_bus_reply_method_return(m, "v", "t", manager->weight);
	return sd_bus_reply_method_errorf(m, SD_BUS_ERROR_UNKNOWN_PROPERTY, "no");
}

static int set_properties(sd_bus_message *m)
{
	const char *name, *property;
	uint64_t weight;
	int runtime;

	if (manager->refuses)
		return sd_bus_reply_method_errorf(m, SD_BUS_ERROR_ACCESS_DENIED, "no");
	if (sd_bus_message_read(m, "sba(sv)", &name, &runtime, 1, &property, "t", &weight) < 0 ||
	    strcmp(name, "a.service") != 0 || strcmp(property, "CPUWeight") != 0)
		return sd_bus_reply_method_errorf(m, SD_BUS_ERROR_INVALID_ARGS, "no");
	manager->weight = weight;
	manager->last_runtime = runtime;
	manager->n_sets++;
	return sd_bus_reply_method_return(m, NULL);
}

static int on_message(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	(void)userdata;
	(void)error;
	if (sd_bus_message_is_method_call(m, "org.freedesktop.DBus", "Hello"))
		return sd_bus_reply_method_return(m, "s", ":1.1");
	if (manager->silent)
		return 1;
	if (manager->guarded)
		return sd_bus_reply_method_errorf(m, SD_BUS_ERROR_ACCESS_DENIED, "no");
	if (sd_bus_message_is_method_call(m, "org.freedesktop.DBus.Properties", "Get"))
		return get_property(m);
	if (sd_bus_message_is_method_call(m, "org.freedesktop.systemd1.Manager",
					  "SetUnitProperties"))
		return set_properties(m);
	return 0;
}

static void serve_one(int fd)
{
	sd_id128_t id = {};
	sd_bus *bus;

	cr_assert_geq(sd_bus_new(&bus), 0);
	sd_bus_set_fd(bus, fd, fd);
	sd_bus_set_server(bus, 1, id);
	sd_bus_set_anonymous(bus, 1);
	sd_bus_add_filter(bus, NULL, on_message, NULL);
	if (sd_bus_start(bus) < 0)
		_exit(1);
	for (;;) {
		int r = sd_bus_process(bus, NULL);

		if (r < 0)
			break;
		if (r == 0)
			sd_bus_wait(bus, UINT64_MAX);
	}
	sd_bus_close(bus);
	sd_bus_unref(bus);
}

static void start_server(void)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), c;

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	cr_assert_eq(bind(s, (struct sockaddr *)&addr, sizeof(addr)), 0);
	cr_assert_eq(listen(s, 8), 0);
	server = fork();
	cr_assert_geq(server, 0);
	if (server > 0) {
		close(s);
		return;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while ((c = accept4(s, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0)
		serve_one(c);
	_exit(0);
}

static void stop_server(void)
{
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	unlink(path);
}

static int files_read(struct backend *b, const struct target *t, uint64_t *ret)
{
	if (files.gone)
		return -ENOENT;
	*ret = files.weight;
	return 0;
}

static int files_set(struct backend *b, const struct target *t, const struct cgfifo_conf *conf,
		     struct trace *ret)
{
	*ret = (struct trace){.undo = files.weight, .mark = 4};
	files.weight = conf->weight;
	return 0;
}

static int files_unset(struct backend *b, const struct target *t, uint32_t weight, uint64_t undo)
{
	if (files.gone)
		return -ENOENT;
	if (files.weight != weight)
		return 0;
	files.weight = undo;
	return 1;
}

static bool files_is_lost(struct backend *b, const struct target *t, uint64_t mark)
{
	return mark != 4;
}

static void setup(void)
{
	char address[96];

	cr_assert_not_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/bus", dir);
	snprintf(address, sizeof(address), "unix:path=%s", path);
	setenv("DBUS_SYSTEM_BUS_ADDRESS", address, 1);
	manager = mmap(NULL, sizeof(*manager), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	cr_assert_neq(manager, MAP_FAILED);
	manager->weight = 55;
	snprintf(manager->cgroup, sizeof(manager->cgroup), "%s", unit.path);
	start_server();
	files.weight = 100;
	files.backend = (struct backend){.read = files_read,
					 .set = files_set,
					 .unset = files_unset,
					 .is_lost = files_is_lost};
	backend = backend_new_systemd(&files.backend);
}

static void teardown(void)
{
	backend_free(backend);
	stop_server();
	rmdir(dir);
}

TestSuite(systemd, .init = setup, .fini = teardown, .timeout = 120);

static int set(uint32_t weight, struct trace *ret)
{
	const struct cgfifo_conf conf = {.weight = weight};

	return backend->set(backend, &unit, &conf, ret);
}

Test(systemd, there_and_back)
{
	struct trace trace = {};

	cr_assert_eq(set(300, &trace), 0);
	cr_expect_eq(manager->weight, 300);
	cr_expect_eq(manager->last_runtime, 1, "a reboot forgets it");
	cr_expect_eq(trace.undo, 55);
	cr_expect_eq(backend->unset(backend, &unit, 300, trace.undo), 1);
	cr_expect_eq(manager->weight, 55);
}

Test(systemd, what_somebody_else_set_stays)
{
	struct trace trace = {};

	cr_assert_eq(set(300, &trace), 0);
	manager->weight = 400;
	cr_expect_eq(backend->unset(backend, &unit, 300, trace.undo), 0);
	cr_expect_eq(manager->weight, 400);
	cr_expect_eq(manager->n_sets, 1);
}

/* It keeps its weight without a cgroup. */
Test(systemd, a_unit_that_has_stopped)
{
	struct trace trace = {};

	cr_assert_eq(set(300, &trace), 0);
	manager->cgroup[0] = '\0';
	files.gone = true;
	cr_expect_eq(backend->unset(backend, &unit, 300, trace.undo), 1);
	cr_expect_eq(manager->weight, 55);
}

/* Somebody else called it so, as Nomad does: the unit itself is somewhere else, or not at all. */
Test(systemd, what_is_only_called_like_a_unit)
{
	const struct target other = {.id = 8, .path = "/x.slice/a.service", .unit = "a.service"};
	const struct cgfifo_conf conf = {.weight = 300};

	for (int i = 0; i < 2; i++) {
		struct trace trace = {};
		uint64_t weight = 0;

		cr_assert_eq(backend->set(backend, &other, &conf, &trace), 0);
		cr_expect_eq(files.weight, 300);
		cr_expect_eq(trace.undo, 100);
		cr_expect(backend->is_lost(backend, &other, 5));
		cr_assert_eq(backend->read(backend, &other, &weight), 0);
		cr_expect_eq(weight, 300);
		manager->weight = 300;
		cr_expect_eq(backend->unset(backend, &other, 300, trace.undo), 1);
		cr_expect_eq(files.weight, 100);
		cr_expect_eq(manager->n_sets, 0);
		manager->cgroup[0] = '\0';
	}
	cr_expect_eq(backend->note, NOTE_NONE);
}

Test(systemd, what_is_no_unit_is_not_for_it)
{
	const struct cgfifo_conf weight = {.weight = 300}, slice = {.slice_us = 1000};
	const struct target other = {.id = 7, .path = "/a"};
	const struct target strange = {.id = 7, .path = "/a", .unit = "a.strange"};
	struct trace trace = {.undo = 1};

	cr_expect_eq(backend->set(backend, &other, &weight, &trace), -EOPNOTSUPP);
	cr_expect_eq(backend->set(backend, &unit, &slice, &trace), -EOPNOTSUPP);
	cr_expect_eq(backend->set(backend, &strange, &weight, &trace), -EINVAL);
	cr_expect_eq(trace.undo, 1);
	cr_expect_eq(manager->n_sets, 0);
}

/* As by SELinux, which lets everybody ask what a unit has. */
Test(systemd, it_refuses_to_change_a_unit)
{
	struct trace trace = {};

	manager->refuses = true;
	cr_assert_eq(set(300, &trace), 0);
	cr_expect_eq(manager->weight, 55);
	cr_expect_eq(files.weight, 300);
	cr_expect_eq(trace.undo, 100);
	cr_expect_eq(trace.mark, 4);
	cr_expect(backend->is_lost(backend, &unit, 5));
	cr_expect_neq(backend->note, NOTE_NONE);

	cr_expect_eq(backend->unset(backend, &unit, 300, trace.undo), 1);
	cr_expect_eq(files.weight, 100);

	manager->refuses = false; /* for another unit */
	cr_assert_eq(set(400, &trace), 0);
	cr_expect_eq(manager->weight, 400);
	cr_expect_eq(files.weight, 100);
	cr_expect_eq(trace.mark, 0);
	cr_expect_not(backend->is_lost(backend, &unit, 0));
}

/* As by AppArmor around a snap, where the bus can be reached and says no in its place. */
Test(systemd, nothing_reaches_it)
{
	struct trace trace = {};
	uint64_t weight = 0;

	manager->guarded = true;
	cr_assert_eq(set(300, &trace), 0);
	cr_expect_eq(files.weight, 300);
	cr_expect_eq(trace.undo, 100);
	cr_expect_neq(backend->note, NOTE_NONE);
	cr_assert_eq(backend->read(backend, &unit, &weight), 0);
	cr_expect_eq(weight, 300);
	files.weight = 200; /* by somebody else */
	cr_expect_eq(backend->unset(backend, &unit, 300, trace.undo), 0);
	files.weight = 300;
	cr_expect_eq(backend->unset(backend, &unit, 300, trace.undo), 1);
	cr_expect_eq(files.weight, 100);
	cr_expect_eq(manager->weight, 55);
}

/* One call waits for three seconds, the next ones not at all. */
Test(systemd, one_that_does_not_answer)
{
	struct trace trace = {};

	manager->silent = true;
	cr_expect_eq(set(300, &trace), -ETIMEDOUT);
	manager->silent = false;
	cr_expect_eq(set(300, &trace), -EAGAIN);
	cr_expect_eq(backend->unset(backend, &unit, 300, 55), -EAGAIN);
	cr_expect_eq(manager->weight, 55);
}

Test(systemd, one_that_starts_again)
{
	struct trace trace = {};

	cr_assert_eq(set(300, &trace), 0);
	stop_server();
	cr_expect_lt(set(400, &trace), 0);
	start_server();
	cr_expect_eq(set(400, &trace), 0);
	cr_expect_eq(manager->weight, 400);
	cr_expect_eq(trace.undo, 300);
}

/* As in a container, and in a snap: not a connection that fails for now. */
Test(systemd, no_bus_at_all)
{
	struct trace trace = {};

	stop_server();
	cr_expect_eq(backend->note, NOTE_NONE);
	cr_assert_eq(set(300, &trace), 0);
	cr_expect_neq(backend->note, NOTE_NONE);
	cr_expect_eq(files.weight, 300);
	cr_expect_eq(trace.undo, 100);
	cr_expect_eq(trace.mark, 4);
	cr_expect_not(backend->is_lost(backend, &unit, 4));
	cr_expect(backend->is_lost(backend, &unit, 5));

	start_server(); /* one that comes later is not asked: it would not know what to restore */
	cr_expect_eq(backend->unset(backend, &unit, 300, trace.undo), 1);
	cr_expect_eq(files.weight, 100);
	cr_expect_eq(manager->n_sets, 0);
}

Test(systemd, a_bus_that_went_away)
{
	struct trace trace = {};

	cr_assert_eq(set(300, &trace), 0);
	stop_server();
	cr_expect_lt(set(400, &trace), 0);
	cr_expect_lt(set(400, &trace), 0, "with its socket gone, too");
	cr_expect_eq(files.weight, 100);
	cr_expect_eq(backend->note, NOTE_NONE);
	cr_expect_not(backend->is_lost(backend, &unit, 5));
	start_server();
}
