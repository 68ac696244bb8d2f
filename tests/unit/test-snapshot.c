// SPDX-License-Identifier: GPL-2.0-only
/* report/snapshot: what comes out is what went in, and nothing else comes in. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "report/snapshot.h"

static struct snapshot *make(size_t n_rows)
{
	struct snapshot *s = snapshot_new();
	struct snapshot_header *h = snapshot_edit_header(s);

	h->state = STATE_FALLBACK;
	h->nr_cpus = 4;
	h->note = snapshot_add_string(s, "a note");
	for (size_t i = 0; i < n_rows; i++) {
		struct snapshot_row *row = snapshot_add_row(s);
		char path[32];

		snprintf(path, sizeof(path), "/path%zu", i);
		row->cgid = 1000 + i;
		row->parent = i ? (uint32_t)((i - 1) / 2) : 0;
		row->path = snapshot_add_string(s, path);
	}
	return s;
}

static void expect_made(const struct snapshot *s, size_t n_rows)
{
	cr_assert_eq(snapshot_n_rows(s), n_rows);
	cr_expect_eq(snapshot_header(s)->state, STATE_FALLBACK);
	cr_expect_str_eq(snapshot_string(s, snapshot_header(s)->note), "a note");
	for (size_t i = 0; i < n_rows; i++) {
		char path[32];

		snprintf(path, sizeof(path), "/path%zu", i);
		cr_assert_eq(snapshot_row(s, i)->cgid, 1000 + i);
		cr_assert_str_eq(snapshot_string(s, snapshot_row(s, i)->path), path);
		cr_assert_str_eq(snapshot_string(s, snapshot_row(s, i)->name), "");
	}
}

Test(snapshot, there_and_back)
{
	static const size_t sizes[] = {0, 1, 2, 1000};

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		_cleanup_(snapshot_freep) struct snapshot *s = make(sizes[i]);
		_cleanup_(snapshot_freep) struct snapshot *t = NULL;
		_cleanup_free_ void *data = NULL;
		size_t size;

		snapshot_serialize(s, &data, &size);
		cr_assert_eq(snapshot_parse(data, size, &t), 0);
		expect_made(t, sizes[i]);
	}
}

Test(snapshot, offsets_out_of_range_are_empty)
{
	_cleanup_(snapshot_freep) struct snapshot *s = make(1);

	cr_expect_str_eq(snapshot_string(s, 0), "");
	cr_expect_str_eq(snapshot_string(s, UINT32_MAX), "");
	cr_expect_eq(snapshot_add_string(s, ""), 0);
}

/* Each part of the message, made wrong. */
Test(snapshot, lies_are_refused)
{
	_cleanup_(snapshot_freep) struct snapshot *s = make(10), *t = NULL;
	_cleanup_free_ char *data = NULL, *bad = NULL;
	struct snapshot_header *h;
	struct snapshot_row *rows;
	size_t size;

	snapshot_serialize(s, (void **)&data, &size);
	bad = malloc(size + 1);
	h = (struct snapshot_header *)bad;
	rows = (struct snapshot_row *)(h + 1);
#define EXPECT(r, change)                                                                          \
	do {                                                                                       \
		memcpy(bad, data, size);                                                           \
		change;                                                                            \
		cr_expect_eq(snapshot_parse(bad, size, &t), r, #change);                           \
	} while (0)
	EXPECT(-EBADMSG, h->magic++);
	EXPECT(-EPROTO, h->version++);
	EXPECT(-EPROTO, h->row_size++);
	EXPECT(-ENODATA, h->n_rows++);
	EXPECT(-EBADMSG, h->n_rows = UINT32_MAX);
	EXPECT(-EBADMSG, h->strings_size--);
	EXPECT(-EBADMSG, h->strings_size = UINT32_MAX);
	EXPECT(-EBADMSG, h->strings_size = 0);
	EXPECT(-EBADMSG, h->state = STATE_N);
	EXPECT(-EBADMSG, h->nr_cpus = 0);
	EXPECT(-EBADMSG, rows[0].parent = 1);
	EXPECT(-EBADMSG, rows[3].parent = 3);
	EXPECT(-EBADMSG, rows[3].parent = 9);
	EXPECT(-EBADMSG, bad[size - 1] = 'x');
	EXPECT(-EBADMSG, rows[10].cgid = UINT64_MAX /* the first strings */);
	EXPECT(0, rows[3].path = UINT32_MAX);
#undef EXPECT
	t = snapshot_free(t);
	for (size_t n = 0; n < size; n++)
		cr_assert_eq(snapshot_parse(data, n, &t), -ENODATA, "the first %zu bytes", n);
	memcpy(bad, data, size);
	bad[size] = '\0';
	cr_expect_eq(snapshot_parse(bad, size + 1, &t), -EBADMSG, "more than it says");
	cr_expect_null(t);
}

/* Random damage may be noticed or not; it must not be followed. */
Test(snapshot, damage_is_survived)
{
	_cleanup_(snapshot_freep) struct snapshot *s = make(20);
	_cleanup_free_ unsigned char *data = NULL;
	size_t size, n_accepted = 0;

	snapshot_serialize(s, (void **)&data, &size);
	srand(1);
	for (int round = 0; round < 20000; round++) {
		struct snapshot *t = NULL;
		size_t at = (size_t)rand() % size;
		unsigned char was = data[at];

		data[at] = (unsigned char)rand();
		if (snapshot_parse(data, size, &t) == 0) {
			n_accepted++;
			for (size_t i = 0; i < snapshot_n_rows(t); i++) {
				cr_assert_leq(snapshot_row(t, i)->parent, i);
				cr_assert_leq(strlen(snapshot_string(t, snapshot_row(t, i)->path)),
					      size);
			}
			snapshot_free(t);
		}
		data[at] = was;
	}
	cr_expect_gt(n_accepted, 0);
}

Test(snapshot, too_many_rows)
{
	_cleanup_(snapshot_freep) struct snapshot *s = snapshot_new();

	for (size_t i = 0; i < SNAPSHOT_MAX_ROWS; i++)
		cr_assert_not_null(snapshot_add_row(s));
	cr_expect_null(snapshot_add_row(s));
}

Test(snapshot, received_in_pieces_until_the_end)
{
	_cleanup_(snapshot_freep) struct snapshot *s = make(300), *t = NULL;
	_cleanup_free_ char *data = NULL;
	size_t size;
	int fds[2];

	snapshot_serialize(s, (void **)&data, &size);
	cr_assert_eq(pipe(fds), 0);
	if (fork() == 0) {
		for (size_t n = 0; n < size; n += 1000)
			if (write(fds[1], data + n, size - n < 1000 ? size - n : 1000) < 0)
				_exit(1);
		_exit(0);
	}
	close(fds[1]);
	cr_assert_eq(snapshot_receive(fds[0], &t), 0);
	expect_made(t, 300);
	close(fds[0]);
}

Test(snapshot, a_sender_that_stands_still)
{
	static const struct timeval limit = {.tv_usec = 50000};
	struct snapshot *t = NULL;
	int fds[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	cr_assert_eq(setsockopt(fds[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)), 0);
	cr_expect_eq(snapshot_receive(fds[0], &t), -ETIMEDOUT);
	close(fds[1]);
	cr_expect_eq(snapshot_receive(fds[0], &t), -ENODATA, "nothing is no snapshot");
	cr_expect_null(t);
}
