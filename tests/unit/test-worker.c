// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgfifo-names, the program: questions and answers over the socket, with files in a directory that
 * stands for "/", and servers that answer what the test wants. The real runtimes and a kubelet
 * with TLS are in tests/vm/.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "names-program.h"

#define APP   "20b31175447bb20b2494f92ed173cb69f173c64c82b835bf99e5f6d9ed61697b"
#define WEB   "241de4980ac051a6e0f6630d666beb54b924495d3de6ea8a4c1e00ad97e4e01c"
#define UID   "cafc882b8264eda4966f037aa724e18b"
#define OTHER "0c5bffe2beed3ef86c707b479cb884d8"
#define TASKS "run/containerd/io.containerd.runtime.v2.task/k8s.io/"

TestSuite(worker, .init = setup, .fini = teardown, .timeout = 60);

Test(worker, a_bundle_that_is_there_or_comes_later)
{
	_cleanup_free_ char *app = fixture("names/cri-containerd-app.json", NULL);
	_cleanup_(facts_freep) struct facts *f = NULL, *g = NULL;

	put(TASKS APP "/config.json", app);
	start(&(struct names_config){});
	ask(7, IDENTITY_CONTAINER, RUNTIME_CONTAINERD, APP, "");
	f = next_facts(7, 5000);
	cr_assert_not_null(f);
	cr_expect_str_eq(f->container, "app");
	cr_expect_str_eq(f->pod_name, "web-node1");

	ask(8, IDENTITY_CONTAINER, RUNTIME_CONTAINERD, WEB, "");
	cr_expect_null(next_facts(8, 100));
	put(TASKS WEB "/config.json", app);
	g = next_facts(8, 5000);
	cr_assert_not_null(g, "it was looked for again");
}

/* Until it has an answer, the last one stands: a rule about the name goes on to count. */
Test(worker, a_container_that_was_renamed)
{
	static const char file[] = "var/lib/docker/containers/" WEB "/config.v2.json";
	_cleanup_(facts_freep) struct facts *f = NULL, *g = NULL;

	put(file, "{\"Name\": \"/web\"}");
	start(&(struct names_config){});
	ask(7, IDENTITY_CONTAINER, RUNTIME_DOCKER, WEB, "");
	f = next_facts(7, 5000);
	cr_assert_not_null(f);
	cr_expect_str_eq(f->container, "web");
	ask(7, IDENTITY_CONTAINER, RUNTIME_DOCKER, WEB, "");
	cr_expect_null(next_facts(7, 300), "nothing is new");
	put(file, "{\"Name\": \"/shop\"}");
	ask(7, IDENTITY_CONTAINER, RUNTIME_DOCKER, WEB, "");
	g = next_facts(7, 5000);
	cr_assert_not_null(g);
	cr_expect_str_eq(g->container, "shop");
}

Test(worker, a_container_in_a_pod_that_is_asked_about_again)
{
	_cleanup_free_ char *app = fixture("names/cri-containerd-app.json", NULL);
	_cleanup_(facts_freep) struct facts *f = NULL;

	put(TASKS APP "/config.json", app);
	start(&(struct names_config){});
	ask(7, IDENTITY_CONTAINER, RUNTIME_CONTAINERD, APP, UID);
	f = next_facts(7, 5000);
	cr_assert_not_null(f);
	put(TASKS APP "/config.json", "{");
	ask(7, IDENTITY_CONTAINER, RUNTIME_CONTAINERD, APP, UID);
	cr_expect_null(next_facts(7, 500), "what was known stands");
}

Test(worker, ids_do_not_lead_out_of_the_directory)
{
	_cleanup_free_ char *app = fixture("names/cri-containerd-app.json", NULL);

	put(TASKS "x/config.json", app);
	start(&(struct names_config){});
	ask(7, IDENTITY_CONTAINER, RUNTIME_CONTAINERD, "../k8s.io/x", "");
	ask(8, IDENTITY_CONTAINER, RUNTIME_CONTAINERD, "..", "");
	cr_expect_null(next_facts(7, 500));
}

Test(worker, podman_files_and_labels)
{
	_cleanup_free_ char *store = fixture("names/podman-containers.json", NULL);
	_cleanup_free_ char *inspect = fixture("names/podman-inspect.json", NULL);
	_cleanup_(facts_freep) struct facts *f = NULL, *g = NULL;
	const struct names_status *s;

	put("var/lib/containers/storage/overlay-containers/containers.json", store);
	serve(listen_unix("run/podman/podman.sock"), 200, inspect);
	start(&(struct names_config){});
	ask(7, IDENTITY_CONTAINER, RUNTIME_PODMAN, WEB, "");
	s = next_status(5000);
	cr_assert_not_null(s);
	cr_expect_str_eq(s->text, "its files in /var/lib/containers/storage");
	f = next_facts(7, 5000);
	cr_assert_not_null(f);
	cr_expect_str_eq(f->container, "web");
	cr_expect_eq(f->labels.n, 0, "nobody needs them, and the socket was left alone");
	close(fd);

	start(&(struct names_config){.want_labels = 1});
	ask(7, IDENTITY_CONTAINER, RUNTIME_PODMAN, WEB, "");
	s = next_status(5000);
	cr_assert_not_null(s);
	cr_expect_str_eq(s->text, "its API at /run/podman/podman.sock");
	g = next_facts(7, 5000);
	cr_assert_not_null(g);
	cr_expect_str_eq(pairs_get(&g->labels, "tier"), "api");
}

Test(worker, labels_without_a_socket)
{
	_cleanup_free_ char *store = fixture("names/podman-containers.json", NULL);
	_cleanup_(facts_freep) struct facts *f = NULL;
	const struct names_status *s;

	put("var/lib/containers/storage/overlay-containers/containers.json", store);
	start(&(struct names_config){.want_labels = 1});
	ask(7, IDENTITY_CONTAINER, RUNTIME_PODMAN, WEB, "");
	s = next_status(5000);
	cr_assert_not_null(s);
	cr_expect(s->bad && strstr(s->text, "podman.socket"), "%s", s->text);
	f = next_facts(7, 5000);
	cr_assert_not_null(f, "the name is known all the same");
	cr_expect_str_eq(f->container, "web");
}

Test(worker, pods_from_the_kubelet)
{
	_cleanup_free_ char *pods = fixture("names/kubelet-pods.json", NULL);
	_cleanup_(facts_freep) struct facts *f = NULL, *g = NULL;
	struct names_config config = {};
	int s = listen_tcp(config.kubelet_url);

	serve(s, 200, pods);
	start(&config);
	ask(7, IDENTITY_POD, RUNTIME_CRI, "", UID);
	f = next_facts(7, 5000);
	cr_assert_not_null(f);
	cr_expect_str_eq(f->pod_namespace, "default");
	cr_expect_str_eq(pairs_get(&f->annotations, "cgfifo.io/weight"), "300");
	cr_expect_null(f->container);
	ask(8, IDENTITY_CONTAINER, RUNTIME_CONTAINERD, APP, UID);
	g = next_facts(8, 5000);
	cr_assert_not_null(g, "at once: the list is known");
	cr_expect_str_eq(g->container, "app");
}

/* A kubelet that is started anew lists static pods, and the others once it has them from the API.
 */
Test(worker, a_pod_that_is_not_in_the_list_for_a_moment)
{
	static const char other[] = "{\"kind\": \"PodList\", \"items\": [{\"metadata\": "
				    "{\"uid\": \"" OTHER "\", \"name\": \"o\"}}]}";
	_cleanup_free_ char *pods = fixture("names/kubelet-pods.json", NULL);
	_cleanup_(facts_freep) struct facts *f = NULL;
	static _Alignas(8) char buf[NAMES_MESSAGE_MAX];
	struct names_config config = {};
	int listening = listen_tcp(config.kubelet_url);
	struct names_facts head = {};

	serve(dup(listening), 200, pods);
	start(&config);
	ask(7, IDENTITY_POD, RUNTIME_CRI, "", UID);
	f = next_facts(7, 5000);
	cr_assert_not_null(f);
	kill(server, SIGKILL);
	serve(listening, 200, other);
	ask(8, IDENTITY_POD, RUNTIME_CRI, "", OTHER);
	while (head.cgid != 8) {
		cr_assert_neq(next(NAMES_FACTS, buf, 15000), 0);
		memcpy(&head, buf, sizeof(head));
		cr_expect_neq(head.cgid, 7, "what was said of it is right still");
	}
	cr_expect_null(next_facts(7, 500));
}

/* Without permission to ask the kubelet: what the runtime passes on, and the manifests. */
Test(worker, a_static_pod_from_its_manifest)
{
	static const char bundle[] = "{\"annotations\": {"
				     "\"io.kubernetes.cri.container-name\": \"app\", "
				     "\"io.kubernetes.cri.sandbox-name\": \"web-node1\", "
				     "\"io.kubernetes.cri.sandbox-namespace\": \"default\"}}";
	_cleanup_free_ char *manifest = fixture("names/static-pod.yaml", NULL);
	_cleanup_(facts_freep) struct facts *f = NULL, *g = NULL, *h = NULL;
	struct names_config config = {};

	put("manifests/web.yaml", manifest);
	put("manifests/.hidden", "nothing");
	put(TASKS APP "/config.json", bundle);
	snprintf(config.manifests, sizeof(config.manifests), "%s/manifests", root);
	start(&config);
	ask(7, IDENTITY_POD, RUNTIME_CRI, "", UID);
	ask(8, IDENTITY_CONTAINER, RUNTIME_CONTAINERD, APP, UID);
	do {
		facts_free(f);
		f = next_facts(7, 5000);
	} while (f && f->annotations.n == 0);
	cr_assert_not_null(f);
	cr_expect_str_eq(pairs_get(&f->annotations, "cgfifo.io/weight"), "300");
	cr_expect_str_eq(f->pod_name, "web-node1");
	cr_expect_null(f->container, "that is its container's");

	/* A pod from the API with the same name is not what the manifest is about. */
	ask(9, IDENTITY_CONTAINER, RUNTIME_CONTAINERD, APP, "cafc882b-8264-eda4-966f-037aa724e18b");
	g = next_facts(9, 5000);
	cr_assert_not_null(g);
	cr_expect_eq(g->annotations.n, 0);
	h = next_facts(9, 1500);
	cr_expect_null(h);
}

static void expect_bad(int status, const char *answer, const char *why)
{
	struct names_config config = {};
	int listening = listen_tcp(config.kubelet_url);
	const struct names_status *s;

	serve(listening, status, answer);
	start(&config);
	ask(7, IDENTITY_POD, RUNTIME_CRI, "", UID);
	s = next_status(8000);
	cr_assert_not_null(s, "%s", why);
	cr_expect(s->bad && s->source == NAMES_KUBELET && strstr(s->text, why), "%s, not %s",
		  s->text, why);
	kill(server, SIGKILL);
	close(fd);
}

Test(worker, a_kubelet_that_refuses_or_lies)
{
	expect_bad(401, "", "401 (it wants to know who we are)");
	expect_bad(403, "", "403 (we may not ask this)");
	expect_bad(500, "x", "500");
	expect_bad(200, "<html>", "no PodList");
	expect_bad(200, "{\"kind\": \"PodList\", \"items\": [", "no PodList");
}

/* The agent is not the one who says where memory ends. */
Test(worker, a_text_without_an_end_is_not_the_next_one_as_well)
{
	struct names_config config = {.kubelet_url = "http://127.0.0.1:1", .ca_file = "2"};
	_cleanup_free_ char *path = xasprintf("%s/token", root);
	const struct names_status *s;

	put("token2", "secret");
	memset(config.token_file, '/', NAMES_TEXT_MAX);
	memcpy(config.token_file + NAMES_TEXT_MAX - strlen(path), path, strlen(path));
	start(&config);
	ask(7, IDENTITY_POD, RUNTIME_CRI, "", UID);
	s = next_status(8000);
	cr_assert_not_null(s);
	cr_expect_not_null(strstr(s->text, "cannot read the token"), "%s", s->text);
}

Test(worker, a_question_about_no_cgroup)
{
	int status = 0;

	start(&(struct names_config){});
	ask(0, IDENTITY_CONTAINER, RUNTIME_CONTAINERD, APP, "");
	cr_assert_eq(waitpid(worker, &status, 0), worker);
	worker = 0;
	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 1);
}

/* Others are answered while one does not, after its deadline at the latest. */
Test(worker, a_kubelet_that_is_silent_or_gone)
{
	_cleanup_free_ char *app = fixture("names/cri-containerd-app.json", NULL);
	_cleanup_(facts_freep) struct facts *f = NULL;

	put(TASKS APP "/config.json", app);
	expect_bad(200, NULL, "imed out");
	start(&(struct names_config){.kubelet_url = "http://127.0.0.1:1"});
	ask(8, IDENTITY_CONTAINER, RUNTIME_CONTAINERD, APP, UID);
	f = next_facts(8, 8000);
	cr_assert_not_null(f);
	cr_expect_str_eq(f->container, "app");
}

Test(worker, ends_with_the_agent)
{
	int status = 1;

	start(&(struct names_config){});
	close(fd);
	cr_assert_eq(waitpid(worker, &status, 0), worker);
	worker = 0;
	cr_expect_eq(status, 0);
}

/* One that was killed, say: that is no message which cannot be understood. */
Test(worker, ends_with_an_agent_that_has_not_read_all)
{
	_cleanup_free_ char *app = fixture("names/cri-containerd-app.json", NULL);
	struct pollfd p = {.events = POLLIN};
	int status = 1;

	put(TASKS APP "/config.json", app);
	start(&(struct names_config){});
	ask(7, IDENTITY_CONTAINER, RUNTIME_CONTAINERD, APP, "");
	p.fd = fd;
	cr_assert_eq(poll(&p, 1, 5000), 1);
	close(fd);
	cr_assert_eq(waitpid(worker, &status, 0), worker);
	worker = 0;
	cr_expect_eq(status, 0);
}
