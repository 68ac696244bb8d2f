// SPDX-License-Identifier: GPL-2.0-only
/*
 * apply/weight-wire, weight-serve, weight-remote: what may be asked of who writes cpu.weight, what
 * is answered, and that it reaches the right file by the right way. The other end is a process, as
 * in the unit; a tree of directories stands for cgroups, and a table for systemd.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apply/applied.h"
#include "apply/weight-dir.h"
#include "apply/weight-serve.h"
#include "apply/weight-wire.h"
#include "fake-cgroup.h"
#include "util/cleanup.h"

#define UNIT_PATH "/system.slice/a.service"

/* Of the table, shared with the process. */
struct table {
	struct backend backend;
	uint64_t weight;
	int n_asked;
	char unit[64];
};

static struct fake f;
static struct table *systemd;
static struct backend *remote;
static struct target plain, unit;
static int n_started;
static pid_t server;
static bool nobody;

static int write_weight(int dir_fd, const char *path, uint64_t weight)
{
	return cgfs_write_number(dir_fd, "cpu.weight", weight);
}

static void asked(struct table *t, const struct target *target)
{
	t->n_asked++;
	snprintf(t->unit, sizeof(t->unit), "%s", target->unit);
}

static int table_read(struct backend *b, const struct target *t, uint64_t *ret)
{
	asked((struct table *)b, t);
	*ret = ((struct table *)b)->weight;
	return 0;
}

static int table_set(struct backend *b, const struct target *t, const struct cgfifo_conf *conf,
		     struct trace *ret)
{
	struct table *table = (struct table *)b;

	asked(table, t);
	*ret = (struct trace){.undo = table->weight};
	table->weight = conf->weight;
	b->note = NOTE_REFUSED;
	return 0;
}

static int table_unset(struct backend *b, const struct target *t, uint32_t weight, uint64_t undo)
{
	struct table *table = (struct table *)b;

	asked(table, t);
	if (table->weight != weight)
		return 0;
	table->weight = undo;
	return 1;
}

static void table_free(struct backend *b)
{
}

static void end_server(void)
{
	if (server <= 0)
		return;
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	server = 0;
}

/* As systemd does with each connection. */
static int start(void)
{
	int pair[2];

	if (nobody)
		return -ENOENT;
	end_server();
	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	server = fork();
	if (server == 0) {
		close(pair[0]);
		_exit(weight_serve(pair[1], f.fd, &systemd->backend,
				   weight_dir_new(f.fd, write_weight)) == 0
			      ? 0
			      : 1);
	}
	close(pair[1]);
	n_started++;
	return pair[0];
}

static void setup(void)
{
	fake_init(&f);
	plain = (struct target){.id = fake_mkdir(&f, "/a"), .path = "/a"};
	unit = (struct target){
		.id = fake_mkdir(&f, UNIT_PATH),
		.path = UNIT_PATH,
		.unit = "a.service",
	};
	fake_write(&f, "/a", "cpu.weight", "100\n");
	systemd = mmap(NULL, sizeof(*systemd), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	*systemd = (struct table){
		.backend = {table_read, table_set, table_unset, NULL, table_free, NOTE_NONE},
		.weight = WEIGHT_NONE,
	};
	remote = backend_new_remote(f.fd, start);
}

static void teardown(void)
{
	remote = backend_free(remote);
	end_server();
	munmap(systemd, sizeof(*systemd));
	fake_done(&f);
}

TestSuite(weight_wire, .init = setup, .fini = teardown);

static int set(const struct target *t, uint32_t weight, struct trace *ret)
{
	const struct cgfifo_conf conf = {.weight = weight};

	return remote->set(remote, t, &conf, ret);
}

Test(weight_wire, of_a_cgroup)
{
	struct trace trace = {};
	uint64_t now = 0;

	cr_expect_eq(remote->read(remote, &plain, &now), 0);
	cr_expect_eq(now, 100);
	cr_expect_eq(set(&plain, 300, &trace), 0);
	cr_expect_eq(trace.undo, 100);
	cr_expect_neq(trace.mark, 0);
	cr_expect_str_eq(fake_read(&f, "/a", "cpu.weight"), "300");
	cr_expect_not(remote->is_lost(remote, &plain, trace.mark));
	cr_expect(remote->is_lost(remote, &plain, trace.mark + 1));
	cr_expect_eq(remote->unset(remote, &plain, 300, 100), 1);
	cr_expect_str_eq(fake_read(&f, "/a", "cpu.weight"), "100");
	cr_expect_eq(remote->unset(remote, &plain, 300, 100), 0, "somebody else's");
	cr_expect_eq(remote->note, NOTE_NONE);
	cr_expect_eq(systemd->n_asked, 0);
	cr_expect_eq(n_started, 1, "one connection for all");
}

Test(weight_wire, of_a_unit)
{
	struct trace trace = {};

	/* Who asks need not say that it is one. */
	unit.unit = NULL;
	cr_expect_eq(set(&unit, 300, &trace), 0);
	cr_expect_eq(trace.undo, WEIGHT_NONE);
	cr_expect_eq(trace.mark, 0);
	cr_expect_not(remote->is_lost(remote, &unit, trace.mark));
	cr_expect_str_eq(systemd->unit, "a.service");
	cr_expect_eq(systemd->weight, 300);
	cr_expect_eq(remote->note, NOTE_REFUSED, "what is to be known there is known here");
	fake_rmdir(&f, UNIT_PATH);
	cr_expect_eq(remote->unset(remote, &unit, 300, WEIGHT_NONE), 1, "its cgroup is gone");
	cr_expect_eq(systemd->weight, WEIGHT_NONE);
}

Test(weight_wire, of_one_that_is_not_there)
{
	struct trace trace = {.undo = 5};
	uint64_t now = 5;

	plain.id++;
	unit.id++;
	cr_expect_eq(set(&plain, 300, &trace), -ENOENT);
	cr_expect_eq(set(&unit, 300, &trace), -ENOENT);
	cr_expect_eq(remote->read(remote, &unit, &now), -ENOENT);
	cr_expect_eq(trace.undo, 5);
	cr_expect_eq(now, 5);
	cr_expect_eq(systemd->n_asked, 0, "systemd does not know cgroups by their ids");
	cr_expect_str_eq(fake_read(&f, "/a", "cpu.weight"), "100");
	cr_expect_eq(set(&plain, 0, &trace), -EOPNOTSUPP, "a slice alone");
}

Test(weight_wire, the_other_end_is_killed)
{
	struct trace trace = {};

	cr_expect_eq(set(&plain, 300, &trace), 0);
	end_server();
	cr_expect_eq(set(&plain, 400, &trace), 0);
	cr_expect_eq(trace.undo, 300);
	cr_expect_eq(n_started, 2);
}

Test(weight_wire, nobody_is_there)
{
	struct trace trace = {};

	nobody = true;
	cr_expect_eq(set(&plain, 300, &trace), -ENOTCONN);
	cr_expect_eq(remote->note, NOTE_NO_WRITER);
	cr_expect_not_null(backend_note_text(remote->note));
	nobody = false;
	cr_expect_eq(set(&plain, 300, &trace), -EAGAIN, "a plan with many changes");
	cr_expect_eq(n_started, 0);
}

static struct weight_request good(enum weight_op op)
{
	struct weight_request r;
	uint64_t undo = op == WEIGHT_UNSET ? 100 : 0;

	cr_assert_eq(weight_request_init(&r, op, &plain, op == WEIGHT_READ ? 0 : 300, undo), 0);
	cr_assert_eq(weight_request_check(&r, sizeof(r)), 0);
	return r;
}

#define expect_bad(op, error, ...)                                                                 \
	({                                                                                         \
		struct weight_request r = good(op);                                                \
		__VA_ARGS__;                                                                       \
		cr_expect_eq(weight_request_check(&r, sizeof(r)), error, #op " " #__VA_ARGS__);    \
	})

Test(weight_wire, requests_that_are_none)
{
	struct weight_request whole = good(WEIGHT_SET);

	cr_expect_eq(weight_request_check(&whole, sizeof(whole) - 1), -EBADMSG);
	cr_expect_eq(weight_request_check(&whole, sizeof(whole) + 1), -EBADMSG);
	expect_bad(WEIGHT_SET, -EPROTO, r.version++);
	expect_bad(WEIGHT_SET, -EBADMSG, r.op = 0);
	expect_bad(WEIGHT_SET, -EBADMSG, r.op = WEIGHT_UNSET + 1);
	expect_bad(WEIGHT_SET, -EBADMSG, r.id = 0);
	expect_bad(WEIGHT_SET, -EBADMSG, r.zero = 1);
	expect_bad(WEIGHT_SET, -EBADMSG, r.weight = 0);
	expect_bad(WEIGHT_SET, -EBADMSG, r.weight = 10001);
	expect_bad(WEIGHT_SET, -EBADMSG, r.undo = 1);
	expect_bad(WEIGHT_SET, 0, r.weight = 10000);
	expect_bad(WEIGHT_SET, -EBADMSG, r.path[0] = 'a');
	expect_bad(WEIGHT_SET, -EBADMSG, memset(r.path + 1, 'a', sizeof(r.path) - 1));
	expect_bad(WEIGHT_READ, -EBADMSG, r.weight = 1);
	expect_bad(WEIGHT_READ, -EBADMSG, r.undo = 1);
	expect_bad(WEIGHT_UNSET, -EBADMSG, r.weight = 0);
	expect_bad(WEIGHT_UNSET, -EBADMSG, r.undo = 10001);
	expect_bad(WEIGHT_UNSET, 0, r.undo = WEIGHT_NONE);
}

Test(weight_wire, paths)
{
	char path[CGROUP_PATH_MAX + 1];
	struct weight_request r;

	memset(path, 'a', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	plain.path = path;
	cr_expect_eq(weight_request_init(&r, WEIGHT_SET, &plain, 300, 0), -ENAMETOOLONG);
	path[sizeof(path) - 2] = '\0';
	cr_expect_eq(weight_request_init(&r, WEIGHT_SET, &plain, 300, 0), 0);
	cr_expect_eq(weight_request_check(&r, sizeof(r)), 0);
}

/* Beside the tree there is one that looks like a cgroup. */
Test(weight_wire, a_path_that_leaves_the_tree)
{
	struct trace trace = {};
	struct fake outside;
	char path[128];

	fake_init(&outside);
	plain.id = fake_mkdir(&outside, "/a");
	fake_write(&outside, "/a", "cpu.weight", "100\n");
	snprintf(path, sizeof(path), "/../%s/a", strrchr(outside.dir, '/') + 1);
	plain.path = path;
	cr_expect_lt(set(&plain, 300, &trace), 0);
	cr_expect_lt(remote->unset(remote, &plain, 100, 300), 0);
	cr_expect_str_eq(fake_read(&outside, "/a", "cpu.weight"), "100");
	fake_done(&outside);
}

Test(weight_wire, answers_that_are_none)
{
	const struct weight_reply good = {.version = WEIGHT_VERSION};
	struct weight_reply r = good;

	cr_expect_eq(weight_reply_check(&r, sizeof(r)), 0);
	cr_expect_eq(weight_reply_check(&r, sizeof(r) - 1), -EBADMSG);
	r.version++;
	cr_expect_eq(weight_reply_check(&r, sizeof(r)), -EPROTO);
	r = good;
	r.result = 2;
	cr_expect_eq(weight_reply_check(&r, sizeof(r)), -EBADMSG);
	r.result = -5000;
	cr_expect_eq(weight_reply_check(&r, sizeof(r)), -EBADMSG);
	r = good;
	r.undo = 10001;
	cr_expect_eq(weight_reply_check(&r, sizeof(r)), -EBADMSG);
	r = good;
	r.note = NR_NOTES;
	cr_expect_eq(weight_reply_check(&r, sizeof(r)), -EBADMSG);
	r = good;
	r.zero = 1;
	cr_expect_eq(weight_reply_check(&r, sizeof(r)), -EBADMSG);
}

/* It ends, and with it the connection, and nothing is written. */
Test(weight_wire, nonsense_ends_it)
{
	struct backend *files = weight_dir_new(f.fd, write_weight);
	struct weight_request r = good(WEIGHT_SET);
	int pair[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	r.weight = 20000;
	cr_assert_eq(send(pair[0], &r, sizeof(r), 0), sizeof(r));
	cr_expect_eq(weight_serve(pair[1], f.fd, &systemd->backend, files), -EBADMSG);
	cr_expect_str_eq(fake_read(&f, "/a", "cpu.weight"), "100");
	backend_free(files);
	close(pair[0]);
	close(pair[1]);
}

static void expect_reply(int fd, int result, uint64_t undo)
{
	struct weight_reply r;

	cr_assert_eq(recv(fd, &r, sizeof(r), 0), sizeof(r));
	cr_expect_eq(weight_reply_check(&r, sizeof(r)), 0);
	cr_expect_eq(r.result, result);
	cr_expect_eq(r.undo, undo);
}

Test(weight_wire, one_after_the_other_until_the_end)
{
	_cleanup_(backend_freep) struct backend *files = weight_dir_new(f.fd, write_weight);
	static const enum weight_op ops[] = {WEIGHT_READ, WEIGHT_SET, WEIGHT_UNSET};
	int pair[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	for (size_t i = 0; i < ARRAY_SIZE(ops); i++) {
		struct weight_request r = good(ops[i]);

		cr_assert_eq(send(pair[0], &r, sizeof(r), 0), sizeof(r));
	}
	shutdown(pair[0], SHUT_WR);
	cr_expect_eq(weight_serve(pair[1], f.fd, &systemd->backend, files), 0);
	expect_reply(pair[0], 0, 100);
	expect_reply(pair[0], 0, 100);
	expect_reply(pair[0], 1, 0);
	cr_expect_str_eq(fake_read(&f, "/a", "cpu.weight"), "100");
	close(pair[0]);
	cr_expect_lt(weight_serve(-1, f.fd, &systemd->backend, files), 0);
	close(pair[1]);
}

/* Its answer to one that is gone is nobody's. */
Test(weight_wire, who_asked_is_gone)
{
	_cleanup_(backend_freep) struct backend *files = weight_dir_new(f.fd, write_weight);
	struct weight_request r = good(WEIGHT_READ);
	int pair[2];

	systemd->backend.read = NULL;
	cr_assert_eq(weight_request_init(&r, WEIGHT_READ, &unit, 0, 0), 0);
	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	cr_assert_eq(send(pair[0], &r, sizeof(r), 0), sizeof(r));
	close(pair[0]);
	cr_expect_eq(weight_serve(pair[1], f.fd, &systemd->backend, files), -EPIPE);
	close(pair[1]);
}
