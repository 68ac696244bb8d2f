// SPDX-License-Identifier: GPL-2.0-only
/* The kubelet's list of pods and its manifests, see kubelet.h. */
#include "identity/sources/kubelet.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "config/config.h"
#include "identity/sources/http.h"
#include "identity/sources/pods.h"
#include "util/alloc.h"
#include "util/file.h"

/* 110 pods are 400 KiB; annotations can make one 1.5 MiB. */
#define LIST_MAX     (64u << 20)
#define TOKEN_MAX    (64u << 10)
#define MANIFEST_MAX (1u << 20)
#define MANIFESTS_N  256

#define TIMEOUT_MS 3000

struct kubelet {
	const struct names_config *config;
	struct health health, manifests_health;
	struct http *http;
	struct pods pods;
	struct pods manifests;
};

static const char *given(const char *text)
{
	return text[0] ? text : NULL;
}

struct kubelet *kubelet_new(const struct names_config *config, health_fn on_health, void *userdata)
{
	struct kubelet *k = xcalloc(1, sizeof(*k));

	k->config = config;
	k->health = (struct health){NAMES_KUBELET, on_health, userdata};
	k->manifests_health = (struct health){NAMES_MANIFESTS, on_health, userdata};
	if (config->kubelet_url[0])
		k->http =
			http_new_url(config->kubelet_url, given(config->ca_file),
				     given(config->cert_file), given(config->key_file), TIMEOUT_MS);
	return k;
}

struct kubelet *kubelet_free(struct kubelet *k)
{
	if (!k)
		return NULL;
	http_free(k->http);
	pods_done(&k->pods);
	pods_done(&k->manifests);
	health_done(&k->health);
	health_done(&k->manifests_health);
	free(k);
	return NULL;
}

bool kubelet_is_configured(const struct kubelet *k)
{
	return k->http || k->config->manifests[0];
}

/* Tokens are replaced every hour or so: read each time. */
static int read_token(const struct kubelet *k, char **ret, char *why)
{
	_cleanup_free_ char *token = NULL;
	int r;

	if (!k->config->token_file[0])
		return 0;
	r = file_read(AT_FDCWD, k->config->token_file, TOKEN_MAX, &token, NULL);
	if (r < 0) {
		snprintf(why, HTTP_WHY_MAX, "cannot read the token: %s", strerror(-r));
		return r;
	}
	token[strcspn(token, "\r\n")] = '\0';
	*ret = TAKE_PTR(token);
	return 0;
}

static int read_pods(struct kubelet *k, struct pods *to, char *why)
{
	_cleanup_free_ char *token = NULL, *text = NULL;
	size_t size;
	int r;

	r = read_token(k, &token, why);
	if (r < 0)
		return r;
	r = http_get(k->http, "/pods", token, LIST_MAX, &text, &size, why);
	if (r < 0)
		return r;
	r = pods_read_list(text, size, to);
	if (r == -EBADMSG)
		snprintf(why, HTTP_WHY_MAX, "its answer is no PodList");
	return r == -E2BIG ? 0 : r;
}

static void refresh_pods(struct kubelet *k)
{
	char why[HTTP_WHY_MAX], text[NAMES_TEXT_MAX + HTTP_WHY_MAX + 32];
	struct pods pods = {};

	if (!k->http || !health_may_ask(&k->health, health_now_ms()))
		return;
	if (read_pods(k, &pods, why) < 0) {
		pods_done(&pods);
		snprintf(text, sizeof(text), "no pods from %s: %s", k->config->kubelet_url, why);
		health_is_bad(&k->health, health_now_ms(), text);
		return;
	}
	pods_done(&k->pods);
	k->pods = pods;
	snprintf(text, sizeof(text), "its list of pods at %s", k->config->kubelet_url);
	health_is_good(&k->health, text);
}

/* why is left alone unless it is empty: the first one that is wrong is named. */
static void read_manifest(const struct kubelet *k, const char *name, struct pods *to, char *why,
			  size_t why_size)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", k->config->manifests, name), *text = NULL;
	size_t size;
	int r;

	r = file_read(AT_FDCWD, path, MANIFEST_MAX, &text, &size);
	if (r == 0)
		r = pods_read_manifest(text, size, to);
	if (r < 0 && !why[0])
		snprintf(why, why_size, "%s: %s", path,
			 r == -EBADMSG ? "there is no pod in it" : strerror(-r));
}

static bool is_manifest(DIR *d, const char *name)
{
	int fd = dirfd(d);
	struct stat st;

	return name[0] != '.' && fd >= 0 && fstatat(fd, name, &st, 0) == 0 && S_ISREG(st.st_mode);
}

/* That many kubelets have none there is no fault, unless somebody wrote down where it is. */
static bool may_be_missing(const char *dir)
{
	return strcmp(dir, CONFIG_MANIFESTS) == 0;
}

/* 0, also when some are no manifests; or why the directory cannot be read. */
static int read_manifests(const struct kubelet *k, struct pods *to, char *why, size_t why_size)
{
	DIR *d = opendir(k->config->manifests);
	struct dirent *de;
	int n = 0, r;

	if (!d)
		return errno == ENOENT && may_be_missing(k->config->manifests) ? 0 : -errno;
	while (n < MANIFESTS_N && (errno = 0, de = readdir(d))) {
		if (!is_manifest(d, de->d_name))
			continue;
		read_manifest(k, de->d_name, to, why, why_size);
		n++;
	}
	r = n < MANIFESTS_N ? -errno : 0;
	closedir(d);
	return r;
}

/* As the kubelet does: all regular files, also behind links, whose names do not begin with a dot.
 */
static void refresh_manifests(struct kubelet *k)
{
	char text[2 * NAMES_TEXT_MAX] = "";
	struct pods pods = {};
	int r;

	if (!k->config->manifests[0])
		return;
	r = read_manifests(k, &pods, text, sizeof(text));
	if (r < 0) {
		pods_done(&pods);
		snprintf(text, sizeof(text), "%s: %s", k->config->manifests, strerror(-r));
		health_is_bad(&k->manifests_health, 0, text);
		return;
	}
	pods_done(&k->manifests);
	k->manifests = pods;
	if (text[0]) {
		health_is_bad(&k->manifests_health, 0, text);
	} else if (pods.n > 0 || k->manifests_health.bad) {
		snprintf(text, sizeof(text), "manifests in %s", k->config->manifests);
		health_is_good(&k->manifests_health, text);
	}
}

void kubelet_refresh(struct kubelet *k)
{
	refresh_pods(k);
	refresh_manifests(k);
}

/* What the kubelet says counts; the manifests are for when it is not asked, or not yet. */
void kubelet_tell(const struct kubelet *k, const char *pod_uid, const char *container_id,
		  struct facts *f)
{
	const struct pod *pod = pods_find(&k->pods, pod_uid);

	/* Only a static pod has a hash for its uid: no other is to get what a manifest allows. */
	if (!pod && !strchr(pod_uid, '-') && f->pod_namespace && f->pod_name)
		pod = pods_find_static(&k->manifests, f->pod_namespace, f->pod_name);
	if (pod)
		pod_tell(pod, container_id, f);
}

bool kubelet_knows(const struct kubelet *k, const char *pod_uid, const char *container_id)
{
	const struct pod *pod = pods_find(&k->pods, pod_uid);

	return pod && (!container_id || pairs_get(&pod->containers, container_id));
}
