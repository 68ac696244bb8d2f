// SPDX-License-Identifier: GPL-2.0-only
/*
 * One table of the forms PREFIX ID SUFFIX, and the few forms that need a look at the directory
 * above. Most were seen on real hosts (tests/fixtures/cgroup), the rest is what the runtimes say
 * they do; where a runtime has two cgroup drivers, the one with ".scope" is its systemd driver.
 */
#include "identity/container-name.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "identity/unit-name.h"
#include "util/cleanup.h"

#define HEX_ID_LEN 64

struct form {
	const char *prefix;
	const char *suffix;
	enum identity_kind kind;
	enum identity_runtime runtime;
	bool hex; /* the id is 64 hex digits; else any name */
};

static const struct form forms[] = {
	{"libpod-", ".scope", IDENTITY_CONTAINER, RUNTIME_PODMAN, true},
	{"libpod-payload-", "", IDENTITY_CONTAINER, RUNTIME_PODMAN, true}, /* Quadlet */
	{"libpod-", "", IDENTITY_CONTAINER, RUNTIME_PODMAN, true},
	{"machine-libpod_pod_", ".slice", IDENTITY_POD, RUNTIME_PODMAN, true},
	{"user-libpod_pod_", ".slice", IDENTITY_POD, RUNTIME_PODMAN, true},
	{"docker-", ".scope", IDENTITY_CONTAINER, RUNTIME_DOCKER, true},
	{"cri-containerd-", ".scope", IDENTITY_CONTAINER, RUNTIME_CONTAINERD, true},
	{"nerdctl-", ".scope", IDENTITY_CONTAINER, RUNTIME_CONTAINERD, true},
	{"crio-", ".scope", IDENTITY_CONTAINER, RUNTIME_CRIO, true},
	{"crio-", "", IDENTITY_CONTAINER, RUNTIME_CRIO, true},
	{"lxc.payload.", "", IDENTITY_CONTAINER, RUNTIME_LXC, false},
	{"systemd-nspawn@", ".service", IDENTITY_CONTAINER, RUNTIME_NSPAWN, false},
	{"machine-", ".scope", IDENTITY_CONTAINER, RUNTIME_MACHINE, false},
};

static bool is_hex_id(const char *s, size_t n)
{
	if (n != HEX_ID_LEN)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!isdigit((unsigned char)s[i]) && (s[i] < 'a' || s[i] > 'f'))
			return false;
	return true;
}

/* Copy n bytes, cut to the size of an id. */
static void copy_id(char *to, const char *s, size_t n)
{
	if (n >= IDENTITY_ID_MAX)
		n = IDENTITY_ID_MAX - 1;
	memcpy(to, s, n);
	to[n] = '\0';
}

static bool form_matches(const struct form *f, const char *dir, struct identity *id)
{
	size_t prefix = strlen(f->prefix), suffix = strlen(f->suffix), len = strlen(dir);
	const char *middle = dir + prefix;
	char name[IDENTITY_UNIT_MAX];
	size_t n;

	if (len <= prefix + suffix || strncmp(dir, f->prefix, prefix) != 0 ||
	    strcmp(dir + len - suffix, f->suffix) != 0)
		return false;
	n = len - prefix - suffix;
	if (f->hex && !is_hex_id(middle, n))
		return false;
	if (suffix > 0 && !id->unit_own) /* systemd's, by its name, and not where its units are */
		return false;

	id->kind = f->kind;
	id->runtime = f->runtime;
	snprintf(name, sizeof(name), "%.*s", (int)n, middle);
	if (!f->hex && suffix > 0)
		unit_unescape(name, name, sizeof(name));
	copy_id(f->kind == IDENTITY_POD ? id->pod_uid : id->container_id, name, strlen(name));
	return true;
}

/* 8-4-4-4-12 hex digits as in an API, 32 hex digits for a static pod; '_' stands for '-' in names
 * of slices, where '-' would mean a level of the tree. */
static bool copy_pod_uid(const char *s, size_t n, struct identity *id)
{
	if (n < 32 || n > 36)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!isxdigit((unsigned char)s[i]) && s[i] != '-' && s[i] != '_')
			return false;
	copy_id(id->pod_uid, s, n);
	for (char *p = id->pod_uid; *p; p++)
		if (*p == '_')
			*p = '-';
	id->kind = IDENTITY_POD;
	id->runtime = RUNTIME_CRI;
	return true;
}

/*
 * kubepods-burstable-podUID.slice, also below another root (kind: kubelet-kubepods-...), and with
 * the cgroupfs driver podUID in kubepods, or in kubepods/burstable.
 */
static bool is_kube_pod(const char *dir, const char *parent, struct identity *id)
{
	static const char slice[] = ".slice", pod[] = "-pod";
	size_t len = strlen(dir);
	const char *p;

	if (strncmp(dir, "pod", 3) == 0 &&
	    (strcmp(parent, "kubepods") == 0 || strcmp(parent, "burstable") == 0 ||
	     strcmp(parent, "besteffort") == 0))
		return copy_pod_uid(dir + 3, len - 3, id);

	p = id->unit_own ? strstr(dir, "kubepods") : NULL;
	if (!p || (p != dir && p[-1] != '-'))
		return false;
	p = strstr(p, pod);
	if (!p || len < sizeof(slice) || strcmp(dir + len - (sizeof(slice) - 1), slice) != 0)
		return false;
	p += sizeof(pod) - 1;
	return copy_pod_uid(p, strlen(p) - (sizeof(slice) - 1), id);
}

/* Directories of cgroupfs drivers whose children are containers by their place alone. */
static const struct place {
	const char *parent;
	enum identity_kind kind;
	enum identity_runtime runtime;
	bool hex;
} places[] = {
	/* containerd puts a container into the directory of its own namespace; those of
	 * Bottlerocket's host containers are in "default" */
	{"default", IDENTITY_CONTAINER, RUNTIME_CONTAINERD, false},
	{"moby", IDENTITY_CONTAINER, RUNTIME_DOCKER, true},
	{"k8s.io", IDENTITY_CONTAINER, RUNTIME_CONTAINERD, true},
	/* beside these, docker keeps "buildkit" and the like there */
	{"docker", IDENTITY_CONTAINER, RUNTIME_DOCKER, true},
	{"lxc.payload", IDENTITY_CONTAINER, RUNTIME_LXC, false},
	{"lxc", IDENTITY_CONTAINER, RUNTIME_LXC, false},
	{"libpod_parent", IDENTITY_POD, RUNTIME_PODMAN, true},
};

static const struct place *place_find(const char *parent, int level)
{
	for (size_t i = 0; level == 2 && i < ARRAY_SIZE(places); i++)
		if (strcmp(parent, places[i].parent) == 0)
			return &places[i];
	return NULL;
}

static bool is_placed(const char *dir, const char *parent, int level, struct identity *id)
{
	const struct place *place = place_find(parent, level);

	if (!place || (place->hex && !is_hex_id(dir, strlen(dir))))
		return false;
	id->kind = place->kind;
	id->runtime = place->runtime;
	copy_id(id->kind == IDENTITY_POD ? id->pod_uid : id->container_id, dir, strlen(dir));
	return true;
}

bool container_from_dir(const char *dir, const char *parent, int level, struct identity *id)
{
	size_t len;

	if (dir[0] == '_') /* as unit_from_dir() */
		dir++;
	len = strlen(dir);
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		if (form_matches(&forms[i], dir, id))
			return true;
	if (is_kube_pod(dir, parent, id) || is_placed(dir, parent, level, id))
		return true;
	if (!id->pod_uid[0] || !is_hex_id(dir, len))
		return false;
	id->kind = IDENTITY_CONTAINER;
	id->runtime = RUNTIME_CRI;
	copy_id(id->container_id, dir, len);
	return true;
}

bool container_is_likely(const char *dir, const char *parent, int level)
{
	return is_hex_id(dir, strlen(dir)) || place_find(parent, level);
}
