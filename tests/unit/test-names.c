// SPDX-License-Identifier: GPL-2.0-only
/* agent/names: what is asked, and what comes of the answers. The test is at the other end. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/names-internal.h"
#include "agent/names.h"
#include "agent/state.h"
#include "apply/weight-dir.h"
#include "cgroup/cgfs.h"
#include "config/load.h"
#include "util/alloc.h"

#include "fake-cgroup.h"
#include "notify.h"
#include "refuse.h"

#define ID   "9ace65714a810cf8d4f40a9d391701ac4e0d1e92570b47fd06cdc7f494110302"
#define WEB  "/docker/" ID
#define POD  "/kubepods/pod0c5bffe2-beed-3ef8-6c70-7b479cb884d8"
#define UNIT "/system.slice/a.service"
#define MAIN UNIT "/libpod-payload-" ID

/* A kubelet whose root is a slice, and that makes cgroups itself. */
#define APP_POD "/work.slice/kubepods/pod0c5bffe2-beed-3ef8-6c70-7b479cb884d8"
#define APP	APP_POD "/" ID

static const char yaml[] =
	"version: 1\n"
	"classes: {gold: {weight: 800}}\n"
	"rules:\n"
	"  - {match: {container: web}, class: gold}\n"
	"kubernetes: {namespaces: {prod: {max_weight: 200, raw_weights: true}}}\n";

static struct fake f;
static struct agent a;
static int peer;

static int write_weight(int dir_fd, const char *path, uint64_t weight)
{
	(void)path;
	return cgfs_write_number(dir_fd, "cpu.weight", weight);
}

static void connect_asker(void)
{
	int pair[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair), 0);
	peer = pair[1];
	a.asker = xcalloc(1, sizeof(*a.asker));
	a.asker->fd = pair[0];
	cr_assert_geq(sd_event_add_io(a.event, &a.asker->io, pair[0], EPOLLIN, names_on_socket, &a),
		      0);
}

static void setup(void)
{
	static const char *const paths[] = {WEB, POD, UNIT, MAIN, APP_POD, APP};
	static const struct agent_options options = {.cgroup_root = CGFS_ROOT};
	_cleanup_(diags_done) struct diags diags = {};
	struct backend *files;

	cr_redirect_stderr();
	fake_init(&f);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		fake_mkdir(&f, paths[i]);
		fake_write(&f, paths[i], "cpu.weight", "100\n");
	}
	a.options = &options;
	a.root_fd = f.fd;
	a.tree = tree_new(f.fd, 100);
	files = weight_dir_new(f.fd, write_weight);
	a.applier = applier_new(f.fd, backend_new_systemd(files), files);
	applier_use_sched(a.applier, NULL, true);
	cr_assert_eq(tree_scan(a.tree), 0);
	cr_assert_eq(config_parse_text("f.yaml", yaml, strlen(yaml), &a.config, &diags), 0);
	cr_assert_geq(sd_event_new(&a.event), 0);
	connect_asker();
}

static void teardown(void)
{
	names_stop(&a);
	close(peer);
	sd_event_source_disable_unref(a.round);
	sd_event_unref(a.event);
	applier_free(a.applier);
	known_done(&a.known);
	config_free(a.config);
	tree_free(a.tree);
	fake_done(&f);
}

TestSuite(names, .init = setup, .fini = teardown);

static const struct cgroup_node *node(const char *path)
{
	uint64_t id;

	cr_assert_eq(cgfs_id(f.fd, path, &id), 0, "%s", path);
	return tree_find(a.tree, id);
}

static void want(const char *path)
{
	struct identity id;

	identity_from_path(path, &id);
	names_want(&a, node(path), &id);
}

/* What the agent has sent; 0: nothing. */
static enum names_type received(uint64_t *ret_cgid)
{
	struct names_request q = {};
	ssize_t n = recv(peer, &q, sizeof(q), MSG_DONTWAIT);

	if (n < 0)
		return 0;
	cr_assert_eq(n, sizeof(q));
	*ret_cgid = q.cgid;
	return q.header.type;
}

static void turn(void)
{
	cr_assert_geq(sd_event_run(a.event, 0), 0);
}

static void say(const char *path, struct facts *facts)
{
	static char buf[NAMES_MESSAGE_MAX];
	size_t size = wire_pack_facts(node(path)->id, facts, buf);

	facts_free(facts);
	cr_assert_eq(send(peer, buf, size, 0), (ssize_t)size);
	turn();
}

static struct facts *called(const char *container)
{
	struct facts *facts = facts_new();

	facts_set(&facts->container, container);
	return facts;
}

static void expect_weight(const char *path, const char *weight)
{
	cr_expect_str_eq(fake_read(&f, path, "cpu.weight"), weight, "%s: %s", path,
			 fake_read(&f, path, "cpu.weight"));
}

Test(names, containers_are_asked_about_once)
{
	uint64_t id = 0;

	want(UNIT);
	cr_expect_eq(received(&id), 0, "nobody knows more about a unit");
	want(WEB);
	want(WEB);
	cr_expect_eq(received(&id), NAMES_ASK);
	cr_expect_eq(id, node(WEB)->id);
	cr_expect_eq(received(&id), 0);
}

Test(names, a_name_makes_a_rule_count)
{
	want(WEB);
	say(WEB, called("web"));
	expect_weight(WEB, "800");
	say(WEB, called("other"));
	expect_weight(WEB, "100");
}

Test(names, a_container_in_a_pod_below_a_slice)
{
	want(APP);
	say(APP, called("web"));
	expect_weight(APP, "800");
	cr_expect_null(known_facts(&a.known, node(APP_POD)->id), "that is no word about the pod");
}

/* It belongs to a user who makes in it what podman would, with the id of another container. */
Test(names, a_unit_of_another_user)
{
	uint64_t id = 0;

	if (geteuid() != 0)
		cr_skip_test("only root can give files away");
	cr_assert_eq(fchownat(f.fd, UNIT + 1, 1000, 1000, 0), 0);
	want(MAIN);
	cr_expect_eq(received(&id), 0);
	say(MAIN, called("web"));
	expect_weight(UNIT, "100");
	expect_weight(MAIN, "100");
}

Test(names, nobody_asked)
{
	say(WEB, called("web"));
	expect_weight(WEB, "100");
}

Test(names, an_annotation_is_bounded_and_said_once)
{
	want(POD);
	for (int i = 0; i < 2; i++) {
		struct facts *facts = facts_new();

		facts_set(&facts->pod_namespace, "prod");
		facts_set(&facts->pod_name, "api");
		pairs_set(&facts->annotations, "cgfifo.io/weight", "5000");
		say(POD, facts);
	}
	expect_weight(POD, "200");
	cr_expect_not_null(known_find(&a.known, node(POD)->id)->said);
	cr_expect_not_null(strstr(known_find(&a.known, node(POD)->id)->said, "200"), "%s",
			   known_find(&a.known, node(POD)->id)->said);
}

static void send_status(uint32_t source, bool bad, const char *text)
{
	struct names_status s = {
		.header = {NAMES_VERSION, NAMES_STATUS},
		.source = source,
		.bad = bad,
	};

	memset(s.text, 'x', sizeof(s.text)); /* without an end, if text is NULL */
	if (text)
		snprintf(s.text, sizeof(s.text), "%s", text);
	cr_assert_eq(send(peer, &s, sizeof(s), 0), sizeof(s));
	turn();
}

Test(names, what_does_not_work_is_told)
{
	char note[1024];

	names_note(&a, note, sizeof(note));
	cr_expect_str_eq(note, "");
	send_status(NAMES_KUBELET, true, "403");
	send_status(NAMES_PODMAN, true, "no socket");
	names_note(&a, note, sizeof(note));
	cr_expect_str_eq(note, "names from podman are missing: no socket; names from kubelet "
			       "are missing: 403");
	send_status(NAMES_PODMAN, false, "its API");
	names_note(&a, note, sizeof(note));
	cr_expect_str_eq(note, "names from kubelet are missing: 403");
	send_status(NAMES_N_SOURCES, true, "nobody");
	send_status(NAMES_KUBELET, true, NULL);
	names_note(&a, note, 64);
	cr_expect_eq(strlen(note), 63, "cut");
}

/* To systemd, who is told, a second line would be another message of the agent's. */
Test(names, what_does_not_work_is_told_in_one_line)
{
	char text[4096] = "";
	int fd = notify_listen();

	send_status(NAMES_PODMAN, true, "none\nMAINPID=1\n\xff");
	cr_assert_gt(recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT), 0);
	cr_expect_eq(strncmp(text, "STATUS=", 7), 0, "%s", text);
	cr_expect_null(strchr(text, '\n'), "%s", text);
	cr_expect_not_null(strstr(text, "none\\nMAINPID=1\\n\\xff"), "%s", text);
	notify_done(fd);
}

Test(names, nonsense_changes_nothing)
{
	want(WEB);
	cr_assert_eq(send(peer, "nonsense", 8, 0), 8);
	turn();
	cr_expect_geq(a.asker->fd, 0, "the connection stays");
	say(WEB, called("web"));
	expect_weight(WEB, "800");
}

Test(names, what_is_gone_is_forgotten)
{
	uint64_t web = node(WEB)->id, id = 0;
	_cleanup_free_ char *command = xasprintf("rm -r %s" WEB, f.dir);

	want(WEB);
	cr_expect_eq(received(&id), NAMES_ASK);
	cr_assert_eq(system(command), 0);
	cr_assert_eq(tree_scan(a.tree), 0);
	names_sweep(&a);
	cr_expect_eq(received(&id), NAMES_FORGET);
	cr_expect_eq(id, web);
	cr_expect_null(known_find(&a.known, web));
	names_forget(&a, web);
	cr_expect_eq(received(&id), 0, "once");
}

Test(names, what_a_container_gave_to_its_unit_goes_with_it)
{
	uint64_t id = node(MAIN)->id;

	want(MAIN);
	say(MAIN, called("web"));
	expect_weight(UNIT, "800");
	tree_remove(a.tree, id);
	names_forget(&a, id);
	expect_weight(UNIT, "100");
}

/* More questions than the socket takes: the rest has its turn when there is room. */
Test(names, a_socket_that_is_full)
{
	uint64_t id = 0;
	int n = 0;

	while (!a.asker->full && n++ < 100000) {
		known_get(&a.known, node(WEB)->id)->asked = false;
		want(WEB);
	}
	cr_assert(a.asker->full, "%d", n);
	cr_expect(!known_find(&a.known, node(WEB)->id)->asked, "it is asked again");
	known_find(&a.known, node(WEB)->id)->asked = true;
	names_forget(&a, node(WEB)->id);
	cr_expect_not_null(known_find(&a.known, node(WEB)->id), "a round comes here again");
	known_find(&a.known, node(WEB)->id)->asked = false;
	while (received(&id) != 0)
		;
	turn();
	cr_expect(!a.asker->full);
	cr_expect_not_null(a.round, "and soon");
	want(WEB);
	cr_expect_eq(received(&id), NAMES_ASK);
}

Test(names, a_reload_asks_again)
{
	uint64_t id = 0;

	want(WEB);
	cr_expect_eq(received(&id), NAMES_ASK);
	say(WEB, called("web"));
	a.asker->config = (struct names_config){
		.header = {NAMES_VERSION, NAMES_CONFIG},
		.manifests = CONFIG_MANIFESTS,
	};
	names_start(&a);
	cr_expect_not_null(a.round, "soon");
	expect_weight(WEB, "800");
	want(WEB);
	cr_expect_eq(received(&id), NAMES_ASK);
	cr_expect_eq(id, node(WEB)->id);
}

Test(names, the_other_end_goes_away)
{
	want(WEB);
	say(WEB, called("web"));
	close(peer);
	turn();
	cr_expect_lt(a.asker->fd, 0);
	cr_expect_not_null(a.asker->retry, "it is started again");
	expect_weight(WEB, "800");
	want(POD);
	cr_expect_null(known_find(&a.known, node(POD)->id));
	peer = -EBADF;
}

/* It would be waited for in vain, and a reload would take it for connected. */
Test(names, what_cannot_be_told_what_to_do_is_started_again)
{
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	/* As for a kernel without memory. */
	if (!refuse_call_with(SYS_sendto, 2, sizeof(struct names_config), ENOBUFS))
		cr_skip_test("no seccomp here");
	names_start(&a);
	cr_assert_not_null(a.asker);
	cr_expect_lt(a.asker->fd, 0, "no connection");
	cr_expect_null(a.asker->io);
	cr_expect_not_null(a.asker->retry, "it is started again");
}
