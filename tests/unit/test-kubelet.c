// SPDX-License-Identifier: GPL-2.0-only
/* identity/sources/kubelet: the directory of manifests, on real files. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config.h"
#include "identity/sources/kubelet.h"
#include "util/alloc.h"
#include "util/file.h"

#define UID "cafc882b8264eda4966f037aa724e18b"

static char top[] = "/tmp/cgfifo-test-XXXXXX";
static char said[4 * NAMES_TEXT_MAX];
static int n_said, n_bad;

static void on_health(enum names_source source, bool bad, const char *text, void *userdata)
{
	(void)userdata;
	cr_expect_eq(source, NAMES_MANIFESTS);
	n_said++;
	n_bad += bad;
	snprintf(said, sizeof(said), "%s", text);
}

static void put(const char *path, const char *text)
{
	cr_assert_eq(file_replace(AT_FDCWD, path, text, strlen(text), 0644), 0, "%s", path);
}

static bool is_found(const struct kubelet *k)
{
	_cleanup_(facts_freep) struct facts *f = facts_new();

	facts_set(&f->pod_namespace, "default");
	facts_set(&f->pod_name, "web-node1");
	kubelet_tell(k, UID, NULL, f);
	return pairs_get(&f->annotations, "cgfifo.io/weight") != NULL;
}

/* The kubelet follows links; what is no manifest is said once, not at every look. */
Test(kubelet, manifests)
{
	static const char pod[] = "{kind: Pod, metadata: {name: web, annotations: "
				  "{cgfifo.io/weight: '300'}}}";
	_cleanup_free_ char *command = NULL;
	_cleanup_(kubelet_freep) struct kubelet *k = NULL;
	struct names_config config = {};

	cr_assert_not_null(mkdtemp(top));
	cr_assert_eq(chdir(top), 0);
	command = xasprintf("rm -rf %s", top);
	snprintf(config.manifests, sizeof(config.manifests), "%s/m", top);
	k = kubelet_new(&config, on_health, NULL);
	kubelet_refresh(k);
	cr_expect(n_bad == 1 && strstr(said, "/m: No such file"), "no directory: %s", said);

	cr_assert_eq(mkdir("m", 0755), 0);
	put("web", pod);
	cr_assert_eq(symlink("../web", "m/web.yaml"), 0);
	kubelet_refresh(k);
	cr_expect(is_found(k), "behind a link");
	cr_expect_eq(n_bad, 1, "%s", said);

	put("m/a.bak", "nothing");
	put("m/b.bak", "nothing");
	n_said = 0;
	kubelet_refresh(k);
	kubelet_refresh(k);
	cr_expect_eq(n_said, 1, "said %d times", n_said);

	cr_assert_eq(rename("m", "n"), 0);
	kubelet_refresh(k);
	cr_expect(is_found(k), "what cannot be had now stays as it was");
	cr_expect_eq(system(command), 0);
}

/* Nobody said that there is one. */
Test(kubelet, no_manifests_where_they_are_by_default)
{
	struct names_config config = {.manifests = CONFIG_MANIFESTS};
	_cleanup_(kubelet_freep) struct kubelet *k = kubelet_new(&config, on_health, NULL);

	kubelet_refresh(k);
	cr_expect_eq(n_bad, 0, "%s", said);
}
