// SPDX-License-Identifier: GPL-2.0-only
/* Reads a path from left to right, see identity.h. */
#include "identity/identity.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "identity/container-name.h"
#include "identity/unit-name.h"
#include "util/cleanup.h"
#include "util/text.h"

/* What a short id looks like everywhere: docker ps, podman ps. */
#define SHORT_ID 12

const char *identity_kind_name(enum identity_kind kind)
{
	static const char *const names[] = {
		[IDENTITY_OTHER] = "other", [IDENTITY_ROOT] = "root",
		[IDENTITY_SLICE] = "slice", [IDENTITY_UNIT] = "unit",
		[IDENTITY_POD] = "pod",	    [IDENTITY_CONTAINER] = "container",
	};
	_Static_assert(ARRAY_SIZE(names) == IDENTITY_N_KINDS, "a name for each kind");

	return kind < IDENTITY_N_KINDS ? names[kind] : "unknown";
}

const char *identity_runtime_name(enum identity_runtime runtime)
{
	static const char *const names[] = {
		[RUNTIME_NONE] = "none",     [RUNTIME_PODMAN] = "podman",
		[RUNTIME_DOCKER] = "docker", [RUNTIME_CONTAINERD] = "containerd",
		[RUNTIME_CRIO] = "cri-o",    [RUNTIME_CRI] = "cri",
		[RUNTIME_NSPAWN] = "nspawn", [RUNTIME_MACHINE] = "machine",
		[RUNTIME_LXC] = "lxc",	     [RUNTIME_SNAP] = "snap",
	};
	_Static_assert(ARRAY_SIZE(names) == RUNTIME_N, "a name for each runtime");

	return runtime < RUNTIME_N ? names[runtime] : "unknown";
}

/* The walk: what was found so far, and where. */
struct walk {
	struct identity *id;
	int level;
	bool in_unit;	   /* below a service or scope */
	bool in_container; /* below a container, or what may be one */
	bool in_other;	   /* below what is no unit: systemd has none there */
	const char *rest;  /* the path below the outermost of these, or NULL */
	char parent[NAME_MAX + 1];
};

static void take_unit(struct walk *w, const char *dir, const char *rest)
{
	struct identity *id = w->id;
	const char *unit;
	enum unit_type type = unit_from_dir(dir, &unit);
	uint32_t uid;

	if (type == UNIT_NONE)
		return;
	snprintf(id->unit, sizeof(id->unit), "%s", unit);
	id->unit_own = true;
	id->kind = type == UNIT_SLICE ? IDENTITY_SLICE : IDENTITY_UNIT;
	if (type == UNIT_SLICE || (!id->user_unit && unit_is_user_manager(unit, &uid)))
		return; /* what is below is named by a systemd as well */
	if (unit_is_snap(unit))
		id->runtime = RUNTIME_SNAP;
	w->in_unit = true;
	w->rest = rest;
}

/* Inside of a unit only the form that Quadlet makes is believed: the rest is the unit's own. */
static bool may_be_container(const struct walk *w, const char *dir)
{
	return !w->in_unit || w->id->unit_own || strncmp(dir, "libpod-payload-", 15) == 0;
}

static void take_dir(struct walk *w, const char *dir, const char *rest)
{
	struct identity *id = w->id;

	if (id->unit_own && !id->user_unit && unit_is_user_manager(id->unit, &id->user_id))
		id->user_unit = true;
	id->own = id->unit_own = false;
	if (w->in_container)
		return;

	w->level++;
	if (!w->in_unit) {
		id->kind = IDENTITY_OTHER;
		id->runtime = RUNTIME_NONE;
		id->own = true;
		if (!w->in_other)
			take_unit(w, dir, rest);
	}
	if (may_be_container(w, dir) && container_from_dir(dir, w->parent, w->level, id)) {
		id->own = true;
		w->in_container = id->kind == IDENTITY_CONTAINER;
	} else if (id->kind == IDENTITY_OTHER) {
		w->in_container = container_is_likely(dir, w->parent, w->level);
	}
	w->in_other |= !id->unit_own;
	snprintf(w->parent, sizeof(w->parent), "%s", dir);
}

/* The next component of the path into buf; answers where the path goes on, or NULL at its end. */
static const char *next_dir(const char *path, char *buf, size_t size)
{
	size_t n;

	path += strspn(path, "/");
	n = strcspn(path, "/");
	if (n == 0)
		return NULL;
	snprintf(buf, size, "%.*s", (int)n, path);
	return path + n;
}

static bool is_number(const char *id)
{
	return strlen(id) >= 32 && strspn(id, "0123456789abcdef-") == strlen(id);
}

const char *identity_container_name(const struct identity *id)
{
	if (id->container_id[0] == '\0' || is_number(id->container_id))
		return NULL;
	return id->container_id;
}

/* "podman 9ace65714a81": ids are cut, names are not. */
static void name_by_id(const char *what, const char *id, char *buf, size_t size)
{
	snprintf(buf, size, "%s %.*s", what, is_number(id) ? SHORT_ID : IDENTITY_ID_MAX, id);
}

static void name_unit(const struct walk *w, char *buf, size_t size)
{
	const struct identity *id = w->id;
	char unit[IDENTITY_UNIT_MAX];

	unit_unescape(id->unit, unit, sizeof(unit));
	if (id->runtime == RUNTIME_SNAP)
		unit_cut_uuid(unit);
	if (!id->own)
		snprintf(buf, size, "%s%s", unit, w->rest ? w->rest : "");
	else if (id->user_unit)
		snprintf(buf, size, "%s (user %" PRIu32 ")", unit, id->user_id);
	else
		snprintf(buf, size, "%s", unit);
}

void identity_show(const char *raw, char buf[static IDENTITY_NAME_MAX])
{
	_cleanup_free_ char *escaped = text_escape(raw, IDENTITY_NAME_MAX);
	size_t all = strlen(escaped), n = 0, step;
	uint32_t c;

	while ((step = text_decode(escaped + n, all - n, &c)) && n + step < IDENTITY_NAME_MAX)
		n += step;
	memcpy(buf, escaped, n);
	buf[n] = '\0';
}

static void make_name(const struct walk *w, const char *path)
{
	const struct identity *id = w->id;
	const char *slash = strrchr(path, '/');
	char raw[2 * IDENTITY_UNIT_MAX];

	if (id->container_id[0])
		name_by_id(identity_runtime_name(id->runtime), id->container_id, raw, sizeof(raw));
	else if (id->kind == IDENTITY_POD)
		name_by_id("pod", id->pod_uid, raw, sizeof(raw));
	else if (id->kind == IDENTITY_UNIT || id->kind == IDENTITY_SLICE)
		name_unit(w, raw, sizeof(raw));
	else
		snprintf(raw, sizeof(raw), "%s", slash && slash[1] ? slash + 1 : "/");
	identity_show(raw, w->id->name);
}

void identity_from_path(const char *path, struct identity *ret)
{
	struct walk w = {.id = ret};
	const char *rest = path;
	char dir[NAME_MAX + 1];

	*ret = (struct identity){.kind = IDENTITY_ROOT, .own = true};
	while ((rest = next_dir(rest, dir, sizeof(dir))))
		take_dir(&w, dir, rest);
	make_name(&w, path);
}
