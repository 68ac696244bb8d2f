// SPDX-License-Identifier: GPL-2.0-only
/* cgroup/watch: nothing that happens in a watched directory goes unnoticed. */
#include <criterion/criterion.h>
#include <errno.h>
#include <sys/stat.h>

#include "cgroup/watch.h"
#include "fake-cgroup.h"
#include "util/privilege.h"

static struct fake f;
static struct tree *t;
static struct watch *w;

static void setup(void)
{
	fake_init(&f);
	t = tree_new(f.fd, 1000);
	cr_assert_eq(watch_new(f.fd, &w), 0);
}

static void teardown(void)
{
	watch_free(w);
	tree_free(t);
	fake_done(&f);
}

TestSuite(watch, .init = setup, .fini = teardown);

static bool all(const struct cgroup_node *n, void *userdata)
{
	(void)n;
	(void)userdata;
	return true;
}

static bool top_only(const struct cgroup_node *n, void *userdata)
{
	(void)userdata;
	return n->depth <= 1;
}

static void settle(bool (*wants)(const struct cgroup_node *n, void *userdata))
{
	int rounds = 0;

	do {
		cr_assert_eq(tree_scan(t), 0);
		cr_assert_lt(rounds++, 5, "it must come to rest");
	} while (watch_sync(w, t, wants, NULL) > 0);
}

Test(watch, notices_what_comes_and_goes)
{
	fake_mkdir(&f, "/a/b");
	settle(all);
	cr_expect_not(watch_drain(w), "nothing happened");
	fake_mkdir(&f, "/a/b/c");
	cr_expect(watch_drain(w));
	settle(all);
	fake_mkdir(&f, "/a/b/c/d");
	cr_expect(watch_drain(w), "the new one is watched as well");
	settle(all);
	fake_rmdir(&f, "/a/b/c/d");
	cr_expect(watch_drain(w));
	settle(all);
	fake_mkdir(&f, "/a/b/c/d");
	cr_expect(watch_drain(w), "its parent is still watched");
	settle(all);
	fake_mkdir(&f, "/a/b/c/d/e");
	cr_expect(watch_drain(w), "and the one that came back");
}

Test(watch, first_sync_asks_for_another_look)
{
	fake_mkdir(&f, "/a");
	cr_assert_eq(tree_scan(t), 0);
	cr_expect_eq(watch_sync(w, t, all, NULL), 1);
	cr_expect_eq(watch_sync(w, t, all, NULL), 0);
}

/* Else its owner would keep us from looking again after every mkdir of others, too. */
Test(watch, one_that_may_not_be_watched_does_not_hide_new_ones)
{
	fake_mkdir(&f, "/a");
	fake_mkdir(&f, "/private");
	cr_assert_eq(privilege_give_up(), 0);
	cr_assert_eq(fchmodat(f.fd, "private", 0, 0), 0);
	cr_assert_eq(tree_scan(t), 0);
	cr_expect_eq(watch_sync(w, t, all, NULL), 1);
	cr_expect_eq(watch_sync(w, t, all, NULL), -EACCES, "all that can be watched is");
	cr_assert_eq(fchmodat(f.fd, "private", 0700, 0), 0);
	cr_expect_eq(watch_sync(w, t, all, NULL), 1);
	cr_expect_eq(watch_sync(w, t, all, NULL), 0);
}

Test(watch, only_where_wanted)
{
	fake_mkdir(&f, "/a/b");
	settle(top_only);
	fake_mkdir(&f, "/a/b/c");
	cr_expect_not(watch_drain(w));
	fake_mkdir(&f, "/a/d");
	cr_expect(watch_drain(w));
	settle(all);
	settle(top_only);
	watch_drain(w);
	fake_mkdir(&f, "/a/b/e");
	cr_expect_not(watch_drain(w), "no longer watched");
	fake_mkdir(&f, "/a/f");
	cr_expect(watch_drain(w), "and this one is");
}
