// SPDX-License-Identifier: GPL-2.0-only
/* identity/wire: facts survive the way to the agent, and what is no message is none. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "identity/wire.h"

static char buf[NAMES_MESSAGE_MAX];

static struct facts *make(void)
{
	struct facts *f = facts_new();

	facts_set(&f->container, "web");
	facts_set(&f->image, "localhost/web:1");
	facts_set(&f->pod_namespace, "prod");
	facts_set(&f->pod_name, "web-1");
	pairs_set(&f->labels, "tier", "api");
	pairs_set(&f->labels, "empty", "");
	pairs_set(&f->pod_labels, "app", "web\n");
	pairs_set(&f->annotations, "cgfifo.io/weight", "300");
	return f;
}

Test(wire, there_and_back)
{
	_cleanup_(facts_freep) struct facts *f = make(), *g = NULL;
	size_t size = wire_pack_facts(42, f, buf);
	uint64_t id = 0;

	cr_assert_eq(wire_unpack_facts(buf, size, &id, &g), 0);
	cr_expect_eq(id, 42);
	cr_expect_str_eq(g->container, "web");
	cr_expect_str_eq(g->image, "localhost/web:1");
	cr_expect_str_eq(g->pod_namespace, "prod");
	cr_expect_str_eq(g->pod_name, "web-1");
	cr_expect_eq(g->labels.n, 2);
	cr_expect_str_eq(pairs_get(&g->labels, "tier"), "api");
	cr_expect_str_eq(pairs_get(&g->labels, "empty"), "");
	cr_expect_str_eq(pairs_get(&g->pod_labels, "app"), "web\n");
	cr_expect_str_eq(pairs_get(&g->annotations, "cgfifo.io/weight"), "300");
}

Test(wire, nothing_is_something)
{
	_cleanup_(facts_freep) struct facts *f = facts_new(), *g = NULL;
	size_t size = wire_pack_facts(1, f, buf);
	uint64_t id;

	cr_assert_eq(size, sizeof(struct names_facts));
	cr_assert_eq(wire_unpack_facts(buf, size, &id, &g), 0);
	cr_expect(facts_are_empty(g));
}

/* Whatever does not fit, annotations do: they go first. */
Test(wire, too_much_leaves_labels_out)
{
	_cleanup_(facts_freep) struct facts *f = make(), *g = NULL;
	char key[8], value[FACTS_MAX_TEXT + 1];
	size_t size;
	uint64_t id;

	memset(value, 'v', FACTS_MAX_TEXT);
	value[FACTS_MAX_TEXT] = '\0';
	for (int i = 0; i < FACTS_MAX_PAIRS; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		pairs_set(&f->labels, key, value);
		pairs_set(&f->pod_labels, key, value);
	}
	size = wire_pack_facts(1, f, buf);
	cr_expect_leq(size, NAMES_MESSAGE_MAX);
	cr_assert_eq(wire_unpack_facts(buf, size, &id, &g), 0);
	cr_expect_str_eq(pairs_get(&g->annotations, "cgfifo.io/weight"), "300");
	cr_expect_lt(g->labels.n, f->labels.n);
}

/* Cut anywhere, or with any byte changed: refused or some other facts, and never beyond the end. */
Test(wire, anything_may_come)
{
	_cleanup_(facts_freep) struct facts *f = make();
	size_t size = wire_pack_facts(42, f, buf);
	int n_refused = 0;

	for (size_t n = 0; n <= size; n++) {
		_cleanup_(facts_freep) struct facts *g = NULL;
		char *exact = memcpy(malloc(n ? n : 1), buf, n); /* so that a sanitizer sees it */
		uint64_t id;

		n_refused += wire_unpack_facts(exact, n, &id, &g) == -EBADMSG;
		free(exact);
	}
	cr_expect_gt(n_refused, (int)size / 2);
	srand(1);
	for (int i = 0; i < 20000; i++) {
		_cleanup_(facts_freep) struct facts *g = NULL;
		char *exact = memcpy(malloc(size), buf, size);
		uint64_t id;

		for (int k = rand() % 4; k >= 0; k--)
			exact[(size_t)rand() % size] = (char)rand();
		wire_unpack_facts(exact, size, &id, &g);
		free(exact);
	}
}

Test(wire, messages_are_told_apart)
{
	struct names_status s = {.header = {NAMES_VERSION, NAMES_STATUS}};

	cr_expect(wire_is(&s, sizeof(s), NAMES_STATUS, sizeof(s)));
	cr_expect_not(wire_is(&s, sizeof(s) - 1, NAMES_STATUS, sizeof(s)));
	cr_expect_not(wire_is(&s, sizeof(s), NAMES_FACTS, 0));
	cr_expect_not(wire_is(&s, 4, NAMES_STATUS, 0));
	s.header.version++;
	cr_expect_not(wire_is(&s, sizeof(s), NAMES_STATUS, sizeof(s)));
	cr_expect_str_eq(names_source_name(NAMES_KUBELET), "kubelet");
}
