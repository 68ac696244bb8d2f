/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is this cgroup? Answered from its path alone, as the managers and runtimes form it: string
 * work, no I/O. Non-logging.
 *
 * A path is read from the left, and the first thing found that hands its inside to somebody else
 * (a service, a scope, a container) ends the reading: what a container or a delegated service
 * calls its own children says nothing about the host, and must not be able to. The one exception
 * is user@UID.service: below it a user's systemd names units, and those are marked as the user's.
 * Units, and what runtimes let systemd make, are only where systemd makes them: below slices.
 * A cgroup further inside is "part of" the thing, with own = false.
 */
#ifndef IDENTITY_IDENTITY_H
#define IDENTITY_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

enum identity_kind {
	IDENTITY_OTHER, /* a directory that nobody known made */
	IDENTITY_ROOT,
	IDENTITY_SLICE,
	IDENTITY_UNIT, /* service, scope, socket, mount or swap that is no container */
	IDENTITY_POD,
	IDENTITY_CONTAINER,
	IDENTITY_N_KINDS,
};

enum identity_runtime {
	RUNTIME_NONE,
	RUNTIME_PODMAN,
	RUNTIME_DOCKER,
	RUNTIME_CONTAINERD,
	RUNTIME_CRIO,
	RUNTIME_CRI, /* some CRI runtime: the kubelet's cgroupfs driver does not say which */
	RUNTIME_NSPAWN,
	RUNTIME_MACHINE, /* registered with systemd-machined: a VM, or nspawn's other form */
	RUNTIME_LXC,
	RUNTIME_SNAP, /* snapd: its services and apps are units */
	RUNTIME_N,
};

#define IDENTITY_UNIT_MAX 256 /* systemd's UNIT_NAME_MAX */
#define IDENTITY_ID_MAX	  256 /* 64 hex digits, or a name as long as a directory's may be */
#define IDENTITY_NAME_MAX 96

struct identity {
	enum identity_kind kind;
	enum identity_runtime runtime; /* of containers, pods and snaps */

	bool own; /* this cgroup is the thing itself, not a part of it */

	/*
	 * The unit that this cgroup is or belongs to, as systemd spells it; "" outside of all
	 * units. A slice counts as long as nothing more precise is found.
	 */
	char unit[IDENTITY_UNIT_MAX];
	bool unit_own;	/* this cgroup is that unit's own */
	bool user_unit; /* the unit is a user's, not the system's; user_id says whose */
	uint32_t user_id;

	char container_id[IDENTITY_ID_MAX]; /* or its name, where the path has that */
	char pod_uid[IDENTITY_ID_MAX];	    /* with '-', whatever the path has; podman: its id */

	/* For people: short, and escaped. Never empty. */
	char name[IDENTITY_NAME_MAX];
};

/* Works on any string; what makes no sense is IDENTITY_OTHER. */
void identity_from_path(const char *path, struct identity *ret);

/*
 * The name of a container that its path tells, as LXC's and nspawn's does. NULL: it is no
 * container, or the path has only a number.
 */
const char *identity_container_name(const struct identity *id);

/* What anybody wrote, as the name of a thing: escaped, then cut between characters. */
void identity_show(const char *raw, char buf[static IDENTITY_NAME_MAX]);

/* "container", "podman": one word each, for messages and JSON. */
const char *identity_kind_name(enum identity_kind kind);
const char *identity_runtime_name(enum identity_runtime runtime);

#endif
