// SPDX-License-Identifier: GPL-2.0-only
/*
 * cpu.weight of units through systemd, which would overwrite what anybody else writes into the
 * files of its units. Always runtime properties: a reboot forgets them.
 *
 * This also turns on the cpu controller where it is off, which is why the scheduler needs it too:
 * a unit that nobody ever gave a CPU setting has no weight that the kernel could act on.
 *
 * In a container there is no bus to reach systemd by; around a snap AppArmor lets nothing pass that
 * is for systemd, and SELinux may refuse some units. Their files are then written as all others
 * are: that lasts until somebody sets a property of the unit.
 *
 * Others make directories that are called like units (Nomad, and who owns one). systemd says where
 * the unit's cgroup is; any other of that name is none of its.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <time.h>

#include "apply/backend.h"
#include "util/alloc.h"
#include "util/cleanup.h"

#define SYSTEMD_NAME	"org.freedesktop.systemd1"
#define SYSTEMD_PATH	"/org/freedesktop/systemd1"
#define SYSTEMD_MANAGER "org.freedesktop.systemd1.Manager"

/*
 * The agent's loop stands still during a call. So a call does not wait long, and after one that
 * did there is none for a while: a plan has many, and the failed ones are tried again later.
 */
#define CALL_TIMEOUT_USEC (3 * 1000 * 1000ull)
#define PAUSE_SEC	  10

struct systemd_backend {
	struct backend backend;
	sd_bus *bus;	       /* NULL: not connected yet, or lost */
	time_t pause_until;    /* CLOCK_MONOTONIC */
	bool met;	       /* there was a connection once */
	bool without;	       /* there is no bus here, which does not change any more */
	bool uses_files;       /* for one unit at least */
	struct backend *files; /* borrowed: who writes then */
};

static time_t now_sec(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

/* What came of a call; it may have been the last for a while. */
static int note_result(struct systemd_backend *b, int r)
{
	if (r == -ETIMEDOUT) {
		b->bus = sd_bus_flush_close_unref(b->bus);
		b->pause_until = now_sec() + PAUSE_SEC;
	}
	return r < 0 ? r : 0;
}

/* A bus that starts later or is started again has a socket; who has none will not get one. */
static bool is_no_bus(const struct systemd_backend *b, int r)
{
	return !b->met && (r == -ENOENT || r == -EACCES || r == -EPERM);
}

/* By who guards the bus, or by systemd. What is true for this unit need not be for others. */
static bool is_refusal(struct systemd_backend *b, int r)
{
	if (r != -EACCES && r != -EPERM)
		return false;
	b->backend.note = NOTE_REFUSED;
	return true;
}

/* 1: without one. */
static int connect_bus(struct systemd_backend *b)
{
	_cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
	int r;

	if (b->without)
		return 1;
	if (now_sec() < b->pause_until)
		return -EAGAIN;
	if (b->bus && sd_bus_is_open(b->bus) > 0)
		return 0;
	b->bus = sd_bus_flush_close_unref(b->bus);

	r = sd_bus_open_system(&bus);
	if (is_no_bus(b, r)) {
		b->without = true;
		b->backend.note = NOTE_NO_BUS;
		return 1;
	}
	if (r < 0)
		return r;
	r = sd_bus_set_method_call_timeout(bus, CALL_TIMEOUT_USEC);
	if (r < 0)
		return r;
	b->bus = TAKE_PTR(bus);
	b->met = true;
	return 0;
}

/* The D-Bus interface that has a unit's CPUWeight: by the type of the unit. */
static const char *interface_of(const char *unit)
{
	static const struct {
		const char *suffix, *interface;
	} types[] = {
		{".service", SYSTEMD_NAME ".Service"}, {".scope", SYSTEMD_NAME ".Scope"},
		{".slice", SYSTEMD_NAME ".Slice"},     {".socket", SYSTEMD_NAME ".Socket"},
		{".mount", SYSTEMD_NAME ".Mount"},     {".swap", SYSTEMD_NAME ".Swap"},
	};
	const char *dot = strrchr(unit, '.');

	for (size_t i = 0; dot && i < ARRAY_SIZE(types); i++)
		if (strcmp(dot, types[i].suffix) == 0)
			return types[i].interface;
	return NULL;
}

/* Where on the bus a unit's properties are. *ret_path is the caller's. */
static int unit_find(const char *unit, const char **ret_interface, char **ret_path)
{
	const char *interface = interface_of(unit);

	if (!interface)
		return -EINVAL;
	*ret_interface = interface;
	return sd_bus_path_encode(SYSTEMD_PATH "/unit", unit, ret_path);
}

static int get_weight(struct systemd_backend *b, const char *unit, uint64_t *ret)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	_cleanup_free_ char *path = NULL;
	const char *interface;
	int r = unit_find(unit, &interface, &path);

	if (r < 0)
		return r;
	r = sd_bus_get_property_trivial(b->bus, SYSTEMD_NAME, path, interface, "CPUWeight", &error,
					't', ret);
	return note_result(b, r);
}

/* *ret is the caller's: "" for a unit that has none. */
static int get_cgroup(struct systemd_backend *b, const char *unit, char **ret)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	_cleanup_free_ char *path = NULL;
	const char *interface;
	int r = unit_find(unit, &interface, &path);

	if (r < 0)
		return r;
	r = sd_bus_get_property_string(b->bus, SYSTEMD_NAME, path, interface, "ControlGroup",
				       &error, ret);
	return note_result(b, r);
}

/* A unit that has stopped has a weight still, and no cgroup. */
static bool has_stopped(struct systemd_backend *b, const struct target *t, const char *cgroup)
{
	uint64_t weight;

	return !cgroup[0] && b->files->read(b->files, t, &weight) < 0;
}

/*
 * Is there a way to systemd, and is the target a unit of its, or was it? 0: yes. 1: the files are
 * to be written.
 */
static int reach(struct systemd_backend *b, const struct target *t, bool may_have_stopped)
{
	_cleanup_free_ char *cgroup = NULL;
	int r = connect_bus(b);

	if (r != 0)
		return r;
	r = get_cgroup(b, t->unit, &cgroup);
	if (r < 0 || strcmp(cgroup, t->path) == 0)
		return r;
	return may_have_stopped && has_stopped(b, t, cgroup) ? 0 : 1;
}

/* Is it for the files? */
static bool is_for_files(struct systemd_backend *b, int r)
{
	if (r <= 0 && !is_refusal(b, r))
		return false;
	b->uses_files = true;
	return true;
}

static int put_weight(struct systemd_backend *b, const char *unit, uint64_t weight)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	r = sd_bus_call_method(b->bus, SYSTEMD_NAME, SYSTEMD_PATH, SYSTEMD_MANAGER,
			       "SetUnitProperties", &error, NULL, "sba(sv)", unit, (int)true, 1,
			       "CPUWeight", "t", weight);
	return note_result(b, r);
}

static int systemd_read(struct backend *backend, const struct target *t, uint64_t *ret)
{
	struct systemd_backend *b = (struct systemd_backend *)backend;
	int r;

	r = reach(b, t, false);
	if (r == 0)
		r = get_weight(b, t->unit, ret);
	if (is_for_files(b, r))
		return b->files->read(b->files, t, ret);
	return r;
}

static int ask_for(struct systemd_backend *b, const char *unit, uint64_t weight,
		   uint64_t *ret_before)
{
	uint64_t before;
	int r;

	r = get_weight(b, unit, &before);
	if (r < 0)
		return r;
	r = put_weight(b, unit, weight);
	if (r < 0)
		return r;
	*ret_before = before;
	return 0;
}

static int systemd_set(struct backend *backend, const struct target *t,
		       const struct cgfifo_conf *conf, struct trace *ret)
{
	struct systemd_backend *b = (struct systemd_backend *)backend;
	struct trace trace = {};
	int r;

	if (!t->unit || conf->weight == 0)
		return -EOPNOTSUPP;
	r = reach(b, t, false);
	if (r == 0)
		r = ask_for(b, t->unit, conf->weight, &trace.undo);
	if (is_for_files(b, r))
		return b->files->set(b->files, t, conf, ret);
	if (r < 0)
		return r;
	*ret = trace;
	return 0;
}

/*
 * Another value than ours: somebody else's, or ours is in the file, because systemd answers what a
 * unit has and refuses to change it. Then the file has it still.
 */
static int unset_file(struct systemd_backend *b, const struct target *t, uint32_t weight,
		      uint64_t undo)
{
	int r = b->files->unset(b->files, t, weight, undo);

	return r < 0 ? 0 : r;
}

static int systemd_unset(struct backend *backend, const struct target *t, uint32_t weight,
			 uint64_t undo)
{
	struct systemd_backend *b = (struct systemd_backend *)backend;
	uint64_t now = 0;
	int r;

	r = reach(b, t, true);
	if (r == 0)
		r = get_weight(b, t->unit, &now);
	if (r == 0 && now != weight)
		return unset_file(b, t, weight, undo);
	if (r == 0)
		r = put_weight(b, t->unit, undo);
	if (is_for_files(b, r))
		return b->files->unset(b->files, t, weight, undo);
	return r < 0 ? r : 1;
}

/* What systemd has written has no mark. */
static bool systemd_is_lost(struct backend *backend, const struct target *t, uint64_t mark)
{
	struct systemd_backend *b = (struct systemd_backend *)backend;

	return b->uses_files && mark != 0 && b->files->is_lost &&
	       b->files->is_lost(b->files, t, mark);
}

static void systemd_backend_free(struct backend *backend)
{
	struct systemd_backend *b = (struct systemd_backend *)backend;

	sd_bus_flush_close_unref(b->bus);
	free(b);
}

struct backend *backend_new_systemd(struct backend *files)
{
	struct systemd_backend *b = xcalloc(1, sizeof(*b));

	b->backend = (struct backend){
		.read = systemd_read,
		.set = systemd_set,
		.unset = systemd_unset,
		.is_lost = systemd_is_lost,
		.free = systemd_backend_free,
	};
	b->files = files;
	return &b->backend;
}
