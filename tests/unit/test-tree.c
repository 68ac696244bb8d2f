// SPDX-License-Identifier: GPL-2.0-only
/* cgroup/tree: what it holds after scans and events is what exists. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "cgroup/cgfs.h"
#include "cgroup/tree.h"
#include "fake-cgroup.h"
#include "util/alloc.h"
#include "util/privilege.h"

static struct fake f;
static struct tree *t;

static void setup(void)
{
	fake_init(&f);
	t = tree_new(f.fd, 1000);
}

static void teardown(void)
{
	t = tree_free(t);
	fake_done(&f);
}

TestSuite(tree, .init = setup, .fini = teardown);

/* All paths, sorted, each followed by a blank. */
static const char *dump(const struct tree *tree)
{
	static char out[65536];
	char *paths[1000], path[CGROUP_PATH_MAX];
	const struct cgroup_node *n;
	size_t count = 0, len = 0;

	tree_for_each (tree, n) {
		cr_assert_geq(node_path(n, path, sizeof(path)), 1);
		cr_assert(!n->parent || n->depth == n->parent->depth + 1);
		cr_assert_eq(tree_find(tree, n->id), n);
		paths[count++] = strdup(path);
	}
	cr_assert_eq(count, tree_size(tree));
	for (size_t i = 0; i < count; i++)
		for (size_t j = i + 1; j < count; j++)
			if (strcmp(paths[i], paths[j]) > 0) {
				char *swap = paths[i];

				paths[i] = paths[j];
				paths[j] = swap;
			}
	out[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		len += (size_t)snprintf(out + len, sizeof(out) - len, "%s ", paths[i]);
		free(paths[i]);
	}
	return out;
}

Test(tree, scan_sees_directories_only)
{
	fake_mkdir(&f, "/a/b/c");
	fake_mkdir(&f, "/d");
	fake_write(&f, "/a", "cpu.weight", "100");
	fake_write(&f, "/d", "cpu.weight", "100");
	cr_expect_eq(tree_size(t), 0, "empty before the first scan");
	cr_expect_null(tree_root(t));
	cr_assert_eq(tree_scan(t), 0);
	cr_expect_str_eq(dump(t), "/ /a /a/b /a/b/c /d ");
}

Test(tree, scan_follows_changes)
{
	uint64_t a, b;

	a = fake_mkdir(&f, "/a/x");
	fake_mkdir(&f, "/b/y/z");
	cr_assert_eq(tree_scan(t), 0);
	fake_rmdir(&f, "/b/y/z");
	fake_rmdir(&f, "/b/y");
	fake_rmdir(&f, "/b");
	b = fake_mkdir(&f, "/a/w/v");
	cr_assert_eq(tree_scan(t), 0);
	cr_expect_str_eq(dump(t), "/ /a /a/w /a/w/v /a/x ");
	cr_expect_not_null(tree_find(t, a));
	cr_expect_not_null(tree_find(t, b));
	cr_assert_eq(tree_scan(t), 0);
	cr_expect_str_eq(dump(t), "/ /a /a/w /a/w/v /a/x ", "a scan is repeatable");
}

Test(tree, events_and_scans_agree)
{
	uint64_t root, a, b;

	cr_assert_eq(tree_scan(t), 0);
	root = tree_root(t)->id;
	a = fake_mkdir(&f, "/a");
	b = fake_mkdir(&f, "/a/b");
	cr_expect_eq(tree_add(t, a, root, "a"), 1);
	cr_expect_eq(tree_add(t, b, a, "b"), 1);
	cr_expect_eq(tree_add(t, b, a, "b"), 0, "known");
	cr_expect_str_eq(dump(t), "/ /a /a/b ");
	cr_assert_eq(tree_scan(t), 0);
	cr_expect_str_eq(dump(t), "/ /a /a/b ");
	tree_remove(t, a);
	cr_expect_str_eq(dump(t), "/ ", "and what is below");
	tree_remove(t, a);
	tree_remove(t, 12345);
	cr_assert_eq(tree_scan(t), 0);
	cr_expect_str_eq(dump(t), "/ /a /a/b ", "it was still there");
}

Test(tree, events_that_make_no_sense)
{
	uint64_t root;
	char name[NAME_MAX + 2];

	cr_assert_eq(tree_scan(t), 0);
	root = tree_root(t)->id;
	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	cr_expect_eq(tree_add(t, 1001, 999999, "x"), -ENOENT);
	cr_expect_eq(tree_add(t, 0, root, "x"), -EINVAL);
	cr_expect_eq(tree_add(t, 1001, root, ""), -EINVAL);
	cr_expect_eq(tree_add(t, 1001, root, "a/b"), -EINVAL);
	cr_expect_eq(tree_add(t, 1001, root, ".."), -EINVAL);
	cr_expect_eq(tree_add(t, 1001, root, "."), -EINVAL);
	cr_expect_eq(tree_add(t, 1001, root, name), -EINVAL);
	cr_expect_eq(tree_add(t, root, root, "x"), -EINVAL, "the root again");
	cr_assert_eq(tree_add(t, 1001, root, "a"), 1);
	cr_assert_eq(tree_add(t, 1002, 1001, "b"), 1);
	cr_expect_eq(tree_add(t, 1001, 1002, "c"), -EINVAL, "inside itself");
	tree_remove(t, root);
	cr_expect_str_eq(dump(t), "/ /a /a/b ", "the root stays");
}

Test(tree, an_id_used_again_is_another_cgroup)
{
	uint64_t root;

	cr_assert_eq(tree_scan(t), 0);
	root = tree_root(t)->id;
	cr_assert_eq(tree_add(t, 1001, root, "a"), 1);
	cr_assert_eq(tree_add(t, 1002, 1001, "b"), 1);
	cr_expect_eq(tree_add(t, 1001, root, "c"), 1);
	cr_expect_str_eq(dump(t), "/ /c ", "what was below the old one is gone too");
}

Test(tree, limits)
{
	struct tree *small = tree_new(f.fd, 3);
	char deep[4 * (TREE_MAX_DEPTH + 5)] = "";
	uint64_t root;

	fake_mkdir(&f, "/a");
	fake_mkdir(&f, "/b");
	fake_mkdir(&f, "/c");
	cr_assert_eq(tree_scan(small), 0);
	cr_expect_eq(tree_size(small), 3, "with the root");
	cr_expect_eq(tree_n_left_out(small), 1);
	root = tree_root(small)->id;
	cr_expect_eq(tree_add(small, 1001, root, "x"), -ENOSPC);
	tree_free(small);

	for (int i = 0; i < TREE_MAX_DEPTH + 3; i++)
		strcat(deep, "/d");
	fake_mkdir(&f, deep);
	cr_assert_eq(tree_scan(t), 0);
	cr_expect_eq(tree_size(t), 1 + 3 + TREE_MAX_DEPTH);
	cr_expect(strstr(dump(t), "/d/d/d "), "the deepest has a path, too");
	cr_expect_eq(tree_n_left_out(t), 1, "what is below is not looked at");
}

Test(tree, recorded_hosts)
{
	int n = fake_load(&f, "runtimes") + fake_load(&f, "kubernetes-1.36");

	cr_assert_eq(tree_scan(t), 0);
	cr_expect_eq(tree_size(t), (size_t)n + 1);
}

Test(tree, path_needs_room)
{
	const struct cgroup_node *n;
	uint64_t id = fake_mkdir(&f, "/ab/cd");
	char buf[7];

	cr_assert_eq(tree_scan(t), 0);
	n = tree_find(t, id);
	cr_expect_eq(node_path(n, buf, 7), 6);
	cr_expect_str_eq(buf, "/ab/cd");
	cr_expect_eq(node_path(n, buf, 6), -ENAMETOOLONG);
	cr_expect_eq(node_path(tree_root(t), buf, 2), 1);
	cr_expect_str_eq(buf, "/");
	cr_expect_eq(node_path(tree_root(t), buf, 1), -ENAMETOOLONG);
}

/* Whoever owns a delegated cgroup may do so, and the agent has no capability against it. */
Test(tree, a_directory_that_may_not_be_read_hides_what_is_in_it_only)
{
	struct tree *later = tree_new(f.fd, 1000);

	fake_mkdir(&f, "/a/private/x/y");
	fake_mkdir(&f, "/b");
	cr_assert_eq(tree_scan(t), 0);
	cr_assert_eq(privilege_give_up(), 0);
	for (mode_t mode = 0; mode <= 0600; mode += 0600) { /* 0600: its names, and no more */
		cr_assert_eq(fchmodat(f.fd, "a/private", mode, 0), 0);
		cr_expect_eq(tree_scan(t), 0, "mode %o", mode);
		cr_expect_str_eq(dump(t), "/ /a /a/private /a/private/x /a/private/x/y /b ",
				 "what was known is kept");
		cr_expect_eq(tree_scan(later), 0, "mode %o", mode);
		cr_expect_str_eq(dump(later), "/ /a /a/private /b ");
	}
	cr_assert_eq(fchmodat(f.fd, "a/private", 0700, 0), 0);
	fake_rmdir(&f, "/a/private/x/y");
	cr_expect_eq(tree_scan(t), 0);
	cr_expect_str_eq(dump(t), "/ /a /a/private /a/private/x /b ");
	tree_free(later);
}

/* By root, who may have reasons. */
Test(tree, what_is_mounted_inside_is_no_cgroup)
{
	_cleanup_free_ char *inside = xasprintf("%s/a/b", f.dir), *other = NULL;
	_cleanup_close_ int fd = -EBADF;
	_cleanup_(tree_freep) struct tree *here = NULL;

	other = xasprintf("%s/c", f.dir);
	fake_mkdir(&f, "/a/b");
	fake_mkdir(&f, "/c");
	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount(f.dir, inside, NULL, MS_BIND, NULL) < 0 ||
	    mount("none", other, "tmpfs", 0, NULL) < 0)
		cr_skip_test("no mounts here");
	fd = open(f.dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	here = tree_new(fd, 1000);
	for (int i = 0; i < 2; i++) {
		cr_expect_eq(tree_scan(here), 0);
		cr_expect_str_eq(dump(here), "/ /a ");
	}
	cr_expect_eq(umount(inside), 0);
	cr_expect_eq(umount(other), 0);
}
