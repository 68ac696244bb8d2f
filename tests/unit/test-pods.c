// SPDX-License-Identifier: GPL-2.0-only
/* identity/sources/pods: a kubelet's list as recorded, manifests, and what is none. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "identity/sources/pods.h"

#include "fixture.h"

#define UID "cafc882b8264eda4966f037aa724e18b"
#define APP "20b31175447bb20b2494f92ed173cb69f173c64c82b835bf99e5f6d9ed61697b"

static struct pods pods;

static void teardown(void)
{
	pods_done(&pods);
}

TestSuite(pods, .fini = teardown);

static int list(const char *text)
{
	return pods_read_list(text, strlen(text), &pods);
}

static int manifest(const char *text)
{
	return pods_read_manifest(text, strlen(text), &pods);
}

Test(pods, list_as_recorded)
{
	_cleanup_(facts_freep) struct facts *f = facts_new(), *g = facts_new();
	size_t size;
	_cleanup_free_ char *text = fixture("names/kubelet-pods.json", &size);
	const struct pod *p;

	cr_assert_eq(pods_read_list(text, size, &pods), 0);
	cr_assert_eq(pods.n, 1);
	cr_expect_null(pods_find(&pods, "another"));
	p = pods_find(&pods, UID);
	cr_assert_not_null(p);
	pod_tell(p, NULL, f);
	cr_expect_str_eq(f->pod_namespace, "default");
	cr_expect_str_eq(f->pod_name, "web-node1");
	cr_expect_str_eq(pairs_get(&f->pod_labels, "app"), "web");
	cr_expect_eq(f->annotations.n, 2, "only ours are kept");
	cr_expect_str_eq(pairs_get(&f->annotations, "cgfifo.io/weight"), "300");
	cr_expect_null(f->container);
	pod_tell(p, APP, g);
	cr_expect_str_eq(g->container, "app");
	cr_expect_str_eq(g->image, "localhost/spin:1");
	pod_tell(p, "unknown", f);
	cr_expect_null(f->container);
}

Test(pods, the_mirror_of_a_static_pod_is_found_by_its_hash)
{
	cr_assert_eq(list("{\"kind\": \"PodList\", \"items\": [{\"metadata\": {\"uid\": \"u-1\", "
			  "\"name\": \"a\", \"namespace\": \"b\", \"annotations\": "
			  "{\"kubernetes.io/config.hash\": \"" UID "\", "
			  "\"kubernetes.io/config.mirror\": \"" UID "\"}}}]}"),
		     0);
	cr_expect_not_null(pods_find(&pods, UID));
}

/* Whoever makes a pod writes its annotations. */
Test(pods, an_annotation_makes_no_pod_another_one)
{
	cr_assert_eq(list("{\"kind\": \"PodList\", \"items\": [{\"metadata\": {\"uid\": \"u-1\", "
			  "\"name\": \"a\", \"namespace\": \"b\", \"annotations\": "
			  "{\"kubernetes.io/config.hash\": \"" UID "\"}}}]}"),
		     0);
	cr_expect_null(pods_find(&pods, UID));
	cr_expect_not_null(pods_find(&pods, "u-1"));
}

Test(pods, lists_that_are_none)
{
	static const char *const bad[] = {
		"",
		"{}",
		"[]",
		"null",
		"{\"kind\": \"Pod\"}",
		"{\"kind\": \"PodList\", \"items\": 5}",
		"{\"kind\": 5, \"items\": []}",
		"{\"kind\": \"PodList\", \"items\": [",
		"{\"kind\": \"PodList\", \"items\": [{}",
		"{\"kind\": \"PodList\", \"items\": [{} {}]}",
		"{\"kind\": \"PodList\", \"items\": [{},]}",
		"{\"kind\": \"PodList\", \"items\": [}",
		"{\"kind\": \"PodList\" \"items\": []}",
		"{\"kind\": \"PodList\", \"items\"}",
		"{\"kind\": \"PodList\", \"items",
		"{\"kind\": \"PodList\\",
	};
	static const char *const empty[] = {
		"{\"kind\": \"PodList\"}",
		"{\"kind\": \"PodList\", \"items\": null}",
		"{\"kind\": \"PodList\", \"items\": [5, null, \"pod\", [], {}]}",
		"{\"kind\": \"PodList\", \"items\": [{\"metadata\": {\"uid\": 5}}]}",
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		cr_expect_eq(list(bad[i]), -EBADMSG, "%s", bad[i]);
	for (size_t i = 0; i < ARRAY_SIZE(empty); i++)
		cr_expect_eq(list(empty[i]), 0, "%s", empty[i]);
	cr_expect_eq(pods.n, 0);
	cr_assert_eq(
		list("{\"kind\": \"PodList\", \"items\": [{\"metadata\": {\"uid\": \"u\"}, "
		     "\"status\": {\"containerStatuses\": [{\"name\": \"a\"}, {\"containerID\": "
		     "\"x\"}, {\"containerID\": null}, 5]}}]}"),
		0);
	cr_expect_eq(pods.items[0].containers.n, 0);
}

/* Who makes a pod does not choose whether the others are known. */
Test(pods, one_that_cannot_be_read)
{
	static const char *const bad[] = {
		"{\"metadata\": }", "\"\\\"]}\"", "{\"a\": \"\xff\"}", "nothing", "[[],[1]]", "-5",
	};
	char deep[512] = "{\"metadata\": ";

	memset(deep + strlen(deep), '[', 100);
	memset(deep + strlen(deep), ']', 100);
	strcat(deep, "}");
	for (size_t i = 0; i <= ARRAY_SIZE(bad); i++) {
		const char *text = i < ARRAY_SIZE(bad) ? bad[i] : deep;
		_cleanup_free_ char *all =
			xasprintf("{\"items\": [ %s , {\"metadata\": {\"uid\": \"u\"}},%s ],"
				  "\"kind\": \"PodList\" }",
				  text, text);

		cr_expect_eq(list(all), 0, "%s", text);
		cr_expect_not_null(pods_find(&pods, "u"), "%s", text);
		cr_expect_eq(pods.n, 1);
		pods_done(&pods);
	}
}

Test(pods, manifest_of_a_static_pod)
{
	_cleanup_(facts_freep) struct facts *f = facts_new();
	size_t size;
	_cleanup_free_ char *text = fixture("names/static-pod.yaml", &size);
	const struct pod *p;

	cr_assert_eq(pods_read_manifest(text, size, &pods), 0);
	cr_assert_eq(manifest("{\"kind\": \"Pod\", \"metadata\": {\"name\": \"web-api\", "
			      "\"namespace\": \"prod\"}}"),
		     0);
	cr_assert_eq(manifest("{\"kind\": \"Pod\", \"metadata\": {\"name\": \"web-api\"}}"), 0);
	p = pods_find_static(&pods, "default", "web-node1");
	cr_assert_not_null(p);
	cr_expect_str_eq(p->name, "web");
	cr_expect_eq(p->annotations.n, 2);
	cr_expect_str_eq(pairs_get(&p->annotations, "cgfifo.io/weight.app"), "500");
	cr_expect_str_eq(pairs_get(&p->labels, "app"), "web");
	pod_tell(p, NULL, f);
	cr_expect_null(f->pod_name, "the name in the manifest is not the whole name");
	cr_expect_eq(pods_find_static(&pods, "default", "web-api-node1"), &pods.items[2],
		     "the longest that fits");
	cr_expect_null(pods_find_static(&pods, "other", "web-node1"));
	cr_expect_null(pods_find_static(&pods, "default", "webnode1"));
	cr_expect_null(pods_find_static(&pods, "default", "web"));
}

Test(pods, manifests_that_are_none)
{
	static const char *const bad[] = {
		"",
		"a",
		"- 1\n",
		"{",
		"kind: Pod\n",
		"kind: Pod\nmetadata: {}\n",
		"kind: Deployment\nmetadata: {name: a}\n",
		"metadata: {name: a}\n",
		"spec: {kind: Pod, metadata: {name: a}}\n",
		"kind: Pod\nmetadata: [{name: a}]\n",
		"kind: Pod\nmetadata: {labels: {name: a}}\n",
		"kind: Pod\nmetadata: {name: {a: b}}\n",
		"kind: Pod\nmetadata: {name: *a}\n",
		"? {kind: Pod}\n: metadata\n",
		"x: {metadata: {name: a}}\nkind: Pod\n",
	};
	static char deep[64 * 1024];

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		cr_expect_eq(manifest(bad[i]), -EBADMSG, "%s", bad[i]);
	memset(deep, '[', sizeof(deep) - 1);
	cr_expect_eq(manifest(deep), -EBADMSG, "and soon");
	cr_expect_eq(pods.n, 0);
}
