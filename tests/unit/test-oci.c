// SPDX-License-Identifier: GPL-2.0-only
/* identity/sources/oci: recorded files and answers of runtimes, and what is none. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "identity/sources/oci.h"

#include "fixture.h"

#define WEB "241de4980ac051a6e0f6630d666beb54b924495d3de6ea8a4c1e00ad97e4e01c"

static int config(const char *text, struct facts *f)
{
	return oci_read_containerd(text, strlen(text), f);
}

static int crio(const char *text, struct facts *f)
{
	return oci_read_crio(text, strlen(text), f);
}

Test(oci, containerd_as_recorded)
{
	_cleanup_(facts_freep) struct facts *f = facts_new();
	size_t size;
	_cleanup_free_ char *text = fixture("names/cri-containerd-app.json", &size);

	cr_assert_eq(oci_read_containerd(text, size, f), 0);
	cr_expect_str_eq(f->container, "app");
	cr_expect_str_eq(f->image, "localhost/spin:1");
	cr_expect_str_eq(f->pod_namespace, "default");
	cr_expect_str_eq(f->pod_name, "web-node1");
	cr_expect_eq(f->annotations.n, 2, "what the runtime was told to pass on");
	cr_expect_str_eq(pairs_get(&f->annotations, "cgfifo.io/weight.app"), "500");
}

Test(oci, a_sandbox_is_no_container)
{
	_cleanup_(facts_freep) struct facts *f = facts_new(), *g = facts_new();
	size_t size;
	_cleanup_free_ char *text = fixture("names/cri-containerd-sandbox.json", &size);

	cr_assert_eq(oci_read_containerd(text, size, f), 0);
	cr_expect_null(f->container);
	cr_expect_null(f->image);
	cr_expect_str_eq(f->pod_name, "web-node1");
	cr_assert_eq(crio("{\"annotations\": {\"io.kubernetes.container.name\": \"POD\", "
			  "\"io.kubernetes.cri-o.ContainerType\": \"sandbox\"}}",
			  g),
		     0);
	cr_expect_null(g->container);
}

Test(oci, crio_and_nerdctl)
{
	_cleanup_(facts_freep) struct facts *f = facts_new(), *g = facts_new();

	cr_assert_eq(crio("{\"annotations\": {"
			  "\"io.kubernetes.container.name\": \"app\", "
			  "\"io.kubernetes.cri-o.ContainerType\": \"container\", "
			  "\"io.kubernetes.cri-o.ImageName\": \"img\", "
			  "\"io.kubernetes.pod.name\": \"web-1\", "
			  "\"io.kubernetes.pod.namespace\": \"prod\"}}",
			  f),
		     0);
	cr_expect_str_eq(f->container, "app");
	cr_expect_str_eq(f->image, "img");
	cr_expect_str_eq(f->pod_name, "web-1");
	cr_expect_str_eq(f->pod_namespace, "prod");
	cr_assert_eq(config("{\"annotations\": {\"nerdctl/name\": \"db\"}}", g), 0);
	cr_expect_str_eq(g->container, "db");
}

/* CRI-O passes on whatever a pod's annotations are; what another runtime would write is no word of
 * CRI-O. */
Test(oci, a_pod_of_crio_does_not_choose_its_namespace)
{
	_cleanup_(facts_freep) struct facts *f = facts_new();

	cr_assert_eq(crio("{\"annotations\": {"
			  "\"io.kubernetes.cri.sandbox-namespace\": \"prod\", "
			  "\"io.kubernetes.cri.sandbox-name\": \"db\", "
			  "\"io.kubernetes.cri.container-name\": \"db\", "
			  "\"io.kubernetes.container.name\": \"app\", "
			  "\"io.kubernetes.cri-o.ContainerType\": \"container\", "
			  "\"io.kubernetes.pod.name\": \"web-1\", "
			  "\"io.kubernetes.pod.namespace\": \"lab\"}}",
			  f),
		     0);
	cr_expect_str_eq(f->pod_namespace, "lab", "%s", f->pod_namespace);
	cr_expect_str_eq(f->pod_name, "web-1", "%s", f->pod_name);
	cr_expect_str_eq(f->container, "app", "%s", f->container);
}

Test(oci, podman_as_recorded)
{
	_cleanup_(facts_freep) struct facts *f = facts_new(), *g = facts_new();
	size_t size, store_size;
	_cleanup_free_ char *text = fixture("names/podman-inspect.json", &size);
	_cleanup_free_ char *store = fixture("names/podman-containers.json", &store_size);

	cr_assert_eq(oci_read_inspect(text, size, f), 0);
	cr_expect_str_eq(f->container, "web");
	cr_expect_str_eq(f->image, "localhost/spin:latest");
	cr_expect_eq(f->labels.n, 1);
	cr_expect_str_eq(pairs_get(&f->labels, "tier"), "api");

	cr_assert_eq(oci_read_storage(store, store_size, WEB, g), 0);
	cr_expect_str_eq(g->container, "web");
	cr_expect_str_eq(g->image, "localhost/spin:latest");
	cr_expect_eq(oci_read_storage(store, store_size, "another", g), -ENOENT);
}

/* A source that lies costs nothing but names. */
Test(oci, what_makes_no_sense_is_not_known)
{
	static const char *const no_json[] = {
		"",	 "{",	 "nothing",	      "{\"annotations\": {\"a\": }}",
		"{} {}", "\xff", "{\"a\": \"\xff\"}", "[1, 2",
	};
	static const char *const nothing[] = {
		"{}",
		"[]",
		"1",
		"null",
		"\"text\"",
		"{\"annotations\": null}",
		"{\"annotations\": [\"io.kubernetes.cri.container-name\"]}",
		"{\"annotations\": {\"io.kubernetes.cri.container-name\": 5}}",
		"{\"annotations\": {\"io.kubernetes.cri.container-name\": [\"a\"]}}",
		"{\"annotations\": {\"io.kubernetes.cri.container-name\": \"\"}}",
	};
	_cleanup_(facts_freep) struct facts *f = facts_new();
	char deep[4096];

	for (size_t i = 0; i < ARRAY_SIZE(no_json); i++) {
		cr_expect_eq(config(no_json[i], f), -EBADMSG, "%s", no_json[i]);
		cr_expect_eq(oci_read_inspect(no_json[i], strlen(no_json[i]), f), -EBADMSG);
		cr_expect_eq(oci_read_storage(no_json[i], strlen(no_json[i]), WEB, f), -EBADMSG);
	}
	for (size_t i = 0; i < ARRAY_SIZE(nothing); i++) {
		config(nothing[i], f);
		crio(nothing[i], f);
		oci_read_inspect(nothing[i], strlen(nothing[i]), f);
		oci_read_storage(nothing[i], strlen(nothing[i]), WEB, f);
		cr_expect(facts_are_empty(f), "%s", nothing[i]);
	}
	memset(deep, '[', sizeof(deep));
	cr_expect_eq(oci_read_containerd(deep, sizeof(deep) - 1, f), -EBADMSG);
}
