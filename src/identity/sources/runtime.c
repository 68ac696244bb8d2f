// SPDX-License-Identifier: GPL-2.0-only
/* Files and sockets of container runtimes, see runtime.h. */
#include "identity/sources/runtime.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "identity/sources/http.h"
#include "identity/sources/oci.h"
#include "util/alloc.h"
#include "util/file.h"

/* Of one container; of all containers on the host together. */
#define FILE_MAX  (4u << 20)
#define STORE_MAX (64u << 20)

/* podman's service is started by its socket, which takes its time. */
#define API_TIMEOUT_MS 10000

struct api {
	struct health health;
	const char *path;
	struct http *http; /* NULL: not asked yet */
};

struct runtimes {
	char *root;
	bool want_labels;
	struct api podman, docker;
	struct health containerd, crio; /* of which there are only files */
};

struct runtimes *runtimes_new(const char *root, bool want_labels, health_fn on_health,
			      void *userdata)
{
	struct runtimes *r = xcalloc(1, sizeof(*r));

	r->root = xstrdup(root);
	r->want_labels = want_labels;
	r->podman.path = "/run/podman/podman.sock";
	r->podman.health = (struct health){NAMES_PODMAN, on_health, userdata};
	r->docker.path = "/run/docker.sock";
	r->docker.health = (struct health){NAMES_DOCKER, on_health, userdata};
	r->containerd = (struct health){NAMES_CONTAINERD, on_health, userdata};
	r->crio = (struct health){NAMES_CRIO, on_health, userdata};
	return r;
}

static void api_done(struct api *a)
{
	http_free(a->http);
	health_done(&a->health);
}

struct runtimes *runtimes_free(struct runtimes *r)
{
	if (!r)
		return NULL;
	api_done(&r->podman);
	api_done(&r->docker);
	health_done(&r->containerd);
	health_done(&r->crio);
	free(r->root);
	free(r);
	return NULL;
}

/* An id goes into paths and URLs: names that mean something there are nobody's. */
static bool id_is_safe(const char *id)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-";

	return id[0] && id[0] != '.' && strspn(id, allowed) == strlen(id);
}

/* 0: there was such a file, and it could be read. */
static int read_json(const char *path, size_t max, struct facts *f,
		     int (*parse)(const char *text, size_t size, struct facts *f))
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	int r = file_read(AT_FDCWD, path, max, &text, &size);

	return r < 0 ? r : parse(text, size, f);
}

static void closedirp(DIR **d)
{
	if (*d)
		closedir(*d);
}

/* It is there, and of no use. */
static void say_unreadable(struct health *h, const char *path, const char *why)
{
	char text[NAMES_TEXT_MAX];

	snprintf(text, sizeof(text), "cannot read %s: %s", path, why);
	health_falls_short(h, text);
}

/* The bundle of a container below a directory of its runtime's, if it has one there. */
static int tell_bundle(struct health *h, const char *dir, const char *path, struct facts *f,
		       int (*parse)(const char *text, size_t size, struct facts *f))
{
	char text[NAMES_TEXT_MAX];
	int r = read_json(path, FILE_MAX, f, parse);

	if (r == 0) {
		snprintf(text, sizeof(text), "its files in %s", dir);
		health_is_good(h, text);
	} else if (r != -ENOENT) {
		say_unreadable(h, path, r == -EBADMSG ? "it is no JSON" : strerror(-r));
	}
	return r;
}

/* containerd has a directory for each of its namespaces, and in it one for each container. */
static int tell_containerd(struct runtimes *r, const char *state, const char *id, struct facts *f)
{
	_cleanup_free_ char *dir = xasprintf("%s%s", r->root, state);
	_cleanup_(closedirp) DIR *d = opendir(dir);
	struct dirent *de;

	if (!d && errno != ENOENT)
		say_unreadable(&r->containerd, dir, strerror(errno));
	while (d && (de = readdir(d))) {
		_cleanup_free_ char *path = NULL;

		if (de->d_name[0] == '.')
			continue;
		path = xasprintf("%s/%s/%s/config.json", dir, de->d_name, id);
		if (tell_bundle(&r->containerd, state, path, f, oci_read_containerd) == 0)
			return 0;
	}
	return -ENOENT;
}

static int tell_cri(struct runtimes *r, const char *id, struct facts *f)
{
	static const char *const states[] = {
		"/run/containerd/io.containerd.runtime.v2.task",
		"/run/k3s/containerd/io.containerd.runtime.v2.task",
		"/run/host-containerd/io.containerd.runtime.v2.task", /* Bottlerocket */
	};
	/* CRI-O */
	static const char *const bundles[] = {
		"/run/containers/storage/overlay-containers",
		"/var/lib/containers/storage/overlay-containers",
	};

	for (size_t i = 0; i < ARRAY_SIZE(states); i++)
		if (tell_containerd(r, states[i], id, f) == 0)
			return 0;
	for (size_t i = 0; i < ARRAY_SIZE(bundles); i++) {
		_cleanup_free_ char *path = NULL;

		path = xasprintf("%s%s/%s/userdata/config.json", r->root, bundles[i], id);
		if (tell_bundle(&r->crio, bundles[i], path, f, oci_read_crio) == 0)
			return 0;
	}
	return -ENOENT;
}

/* -ENOENT: it knows no such container. -ENXIO: there is no socket. -EAGAIN: it does not answer. */
static int ask_api(struct runtimes *r, struct api *a, const char *id, struct facts *f)
{
	_cleanup_free_ char *socket = xasprintf("%s%s", r->root, a->path), *answer = NULL;
	_cleanup_free_ char *path = xasprintf("/containers/%s/json", id);
	char why[HTTP_WHY_MAX], text[NAMES_TEXT_MAX];
	uint64_t now = health_now_ms();
	size_t size;
	int ret;

	if (!health_may_ask(&a->health, now))
		return -EAGAIN;
	if (access(socket, F_OK) < 0)
		return -ENXIO;
	if (!a->http)
		a->http = http_new_socket(socket, API_TIMEOUT_MS);
	ret = http_get(a->http, path, NULL, FILE_MAX, &answer, &size, why);
	if (ret == 0)
		ret = oci_read_inspect(answer, size, f);
	if (ret == -EFBIG) { /* about this container, whose image may want it so */
		snprintf(text, sizeof(text), "about %.12s %s", id, why);
		health_falls_short(&a->health, text);
		return 0; /* the next answer would be as long */
	}
	if (ret == 0 || ret == -ENOENT) {
		snprintf(text, sizeof(text), "its API at %s", a->path);
		health_is_good(&a->health, text);
		return ret;
	}
	snprintf(text, sizeof(text), "no answer from %s: %s", a->path,
		 ret == -EBADMSG ? "it is not what the API describes" : why);
	health_is_bad(&a->health, health_now_ms(), text);
	return -EAGAIN;
}

static int tell_docker(struct runtimes *r, const char *id, struct facts *f)
{
	_cleanup_free_ char *path = NULL;
	int ret;

	path = xasprintf("%s/var/lib/docker/containers/%s/config.v2.json", r->root, id);
	if (read_json(path, FILE_MAX, f, oci_read_inspect) == 0) {
		health_is_good(&r->docker.health, "its files in /var/lib/docker");
		return 0;
	}
	ret = ask_api(r, &r->docker, id, f);
	return ret == -ENXIO ? -EAGAIN : ret; /* it is not there while docker is started anew */
}

static int read_store(const char *path, const char *id, struct facts *f)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	int r = file_read(AT_FDCWD, path, STORE_MAX, &text, &size);

	return r < 0 ? r : oci_read_storage(text, size, id, f);
}

/* By storage driver; containers that are gone after a boot are listed apart. */
static int tell_podman_store(struct runtimes *r, const char *id, struct facts *f)
{
	static const char *const stores[] = {
		"/var/lib/containers/storage/overlay-containers/containers.json",
		"/var/lib/containers/storage/overlay-containers/volatile-containers.json",
		"/run/containers/storage/overlay-containers/volatile-containers.json",
		"/var/lib/containers/storage/vfs-containers/containers.json",
		"/var/lib/containers/storage/vfs-containers/volatile-containers.json",
	};

	for (size_t i = 0; i < ARRAY_SIZE(stores); i++) {
		_cleanup_free_ char *path = xasprintf("%s%s", r->root, stores[i]);

		if (read_store(path, id, f) == 0)
			return 0;
	}
	return -ENOENT;
}

static int tell_podman(struct runtimes *r, const char *id, struct facts *f)
{
	int known = tell_podman_store(r, id, f), ret;

	if (known == 0 && !r->want_labels) {
		health_is_good(&r->podman.health, "its files in /var/lib/containers/storage");
		return 0;
	}
	ret = ask_api(r, &r->podman, id, f);
	if (ret == -ENXIO && r->want_labels)
		health_is_bad(&r->podman.health, 0,
			      "a rule is about labels, and there is no /run/podman/podman.sock: "
			      "systemctl enable --now podman.socket");
	if (ret == 0 || known < 0)
		return ret == -ENXIO ? -ENOENT : ret;
	return 1;
}

int runtimes_tell(struct runtimes *r, enum identity_runtime runtime, const char *id,
		  struct facts *f)
{
	if (!id_is_safe(id))
		return -ENOENT;
	switch (runtime) {
	case RUNTIME_PODMAN:
		return tell_podman(r, id, f);
	case RUNTIME_DOCKER:
		return tell_docker(r, id, f);
	case RUNTIME_CONTAINERD:
	case RUNTIME_CRIO:
	case RUNTIME_CRI:
		return tell_cri(r, id, f);
	default:
		return -ENOENT;
	}
}
