// SPDX-License-Identifier: GPL-2.0-only
/*
 * What comes to who writes cpu.weight, over a real socket: nothing but a whole request is answered,
 * with a whole reply; no number is written that is no weight, and none outside the cgroup that the
 * id says. And the same bytes as a reply.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apply/applied.h"
#include "apply/weight-dir.h"
#include "apply/weight-serve.h"
#include "apply/weight-wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[] = "/tmp/cgfifo-fuzz-XXXXXX", cgroup[64];
static struct backend *files, units;
static uint64_t id, written_to;
static int root_fd;

static void is_weight(uint64_t weight)
{
	if ((weight < CGFIFO_WEIGHT_MIN || weight > CGFIFO_WEIGHT_MAX) && weight != WEIGHT_NONE &&
	    weight != 0)
		abort();
}

static int write_number(int dir_fd, const char *path, uint64_t weight)
{
	struct stat st;

	is_weight(weight);
	if (fstat(dir_fd, &st) < 0)
		abort();
	written_to = st.st_ino;
	return cgfs_write_number(dir_fd, "cpu.weight", 100);
}

static int unit_set(struct backend *b, const struct target *t, const struct cgfifo_conf *conf,
		    struct trace *ret)
{
	is_weight(conf->weight);
	if (!t->unit[0])
		abort();
	*ret = (struct trace){.undo = 100};
	return 0;
}

static int unit_unset(struct backend *b, const struct target *t, uint32_t weight, uint64_t undo)
{
	is_weight(undo);
	return t->unit[0] ? 1 : 0;
}

static void clean_up(void)
{
	char path[80];

	backend_free(files);
	snprintf(path, sizeof(path), "%s/cpu.weight", cgroup);
	unlink(path);
	rmdir(cgroup);
	rmdir(dir);
}

static void set_up(void)
{
	struct stat st;
	int fd;

	if (!mkdtemp(dir))
		abort();
	snprintf(cgroup, sizeof(cgroup), "%s/b", dir);
	root_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (mkdir(cgroup, 0755) < 0 || stat(cgroup, &st) < 0)
		abort();
	id = st.st_ino;
	fd = openat(root_fd, "b/cpu.weight", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, "100\n", 4) != 4)
		abort();
	close(fd);
	files = weight_dir_new(root_fd, write_number);
	units = (struct backend){.set = unit_set, .unset = unit_unset};
	atexit(clean_up);
}

/* With a version that is none, the cgroup is one that exists. */
static void make_right(struct weight_request *r)
{
	if (r->version % 4 == 0)
		return;
	r->id = r->version % 4 == 1 ? id : r->id;
	r->version = WEIGHT_VERSION;
	r->op %= 5;
	r->weight %= 12000;
	r->undo = r->op == WEIGHT_UNSET ? r->undo % 12000 : 0;
	r->zero = 0;
}

static void check_answer(int fd, const struct weight_request *r, size_t size)
{
	struct weight_reply reply;
	ssize_t n = recv(fd, &reply, sizeof(reply), MSG_TRUNC | MSG_DONTWAIT);

	if ((n > 0) != (weight_request_check(r, size) == 0))
		abort();
	if (n > 0 && weight_reply_check(&reply, (size_t)n) < 0)
		abort();
	if (written_to && (written_to != id || r->id != id))
		abort();
}

static void ask(const uint8_t *data, size_t size)
{
	struct weight_request r = {};
	int pair[2];

	memcpy(&r, data, size < sizeof(r) ? size : sizeof(r));
	if (size == sizeof(r))
		make_right(&r);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0 ||
	    send(pair[0], size == sizeof(r) ? (const void *)&r : data, size, 0) != (ssize_t)size ||
	    shutdown(pair[0], SHUT_WR) < 0)
		abort();
	written_to = 0;
	weight_serve(pair[1], root_fd, &units, files);
	check_answer(pair[0], &r, size);
	close(pair[0]);
	close(pair[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct weight_reply reply = {};

	if (!root_fd)
		set_up();
	if (size == 0 || size > 2 * sizeof(struct weight_request))
		return 0;
	ask(data, size);
	memcpy(&reply, data, size < sizeof(reply) ? size : sizeof(reply));
	if (weight_reply_check(&reply, size) == 0 && reply.note != NOTE_NONE &&
	    !backend_note_text(reply.note))
		abort();
	return 0;
}
