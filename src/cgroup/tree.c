// SPDX-License-Identifier: GPL-2.0-only
/* The table of cgroups, see tree.h. */
#include "cgroup/tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "cgroup/idmap.h"
#include "util/alloc.h"

struct tree {
	int root_fd;
	dev_t dev; /* its file system */
	size_t max_nodes;
	struct idmap nodes; /* cgroup id -> struct cgroup_node, owned */
	struct cgroup_node *root;
	unsigned int scan; /* number of the current scan */
	size_t n_left_out;
};

static void closedirp(DIR **d)
{
	if (*d)
		closedir(*d);
}

struct tree *tree_new(int root_fd, size_t max_nodes)
{
	struct tree *t = xcalloc(1, sizeof(*t));

	t->root_fd = root_fd;
	t->max_nodes = max_nodes;
	return t;
}

struct tree *tree_free(struct tree *t)
{
	struct cgroup_node *n;

	if (!t)
		return NULL;
	idmap_for_each (&t->nodes, pos, n)
		free(n);
	idmap_done(&t->nodes);
	free(t);
	return NULL;
}

static void link_node(struct cgroup_node *n, struct cgroup_node *parent)
{
	n->parent = parent;
	n->depth = parent ? parent->depth + 1 : 0;
	n->next = parent ? parent->children : NULL;
	n->prev = NULL;
	if (n->next)
		n->next->prev = n;
	if (parent)
		parent->children = n;
}

static void unlink_node(struct cgroup_node *n)
{
	if (n->prev)
		n->prev->next = n->next;
	else if (n->parent)
		n->parent->children = n->next;
	if (n->next)
		n->next->prev = n->prev;
}

static struct cgroup_node *make_node(struct tree *t, uint64_t id, struct cgroup_node *parent,
				     const char *name)
{
	size_t len = strlen(name);
	struct cgroup_node *n = xcalloc(1, sizeof(*n) + len + 1);

	n->id = id;
	n->seen = t->scan;
	memcpy(n->name, name, len + 1);
	link_node(n, parent);
	idmap_put(&t->nodes, id, n);
	return n;
}

/* Children first. Not recursive: the file system decides how deep this goes. */
static void remove_node(struct tree *t, struct cgroup_node *top)
{
	struct cgroup_node *n = top;

	for (;;) {
		struct cgroup_node *parent = n->parent;
		bool last = n == top;

		if (n->children) {
			n = n->children;
			continue;
		}
		unlink_node(n);
		idmap_remove(&t->nodes, n->id);
		if (n == t->root)
			t->root = NULL;
		free(n);
		if (last)
			return;
		n = parent;
	}
}

static bool name_is_valid(const char *name)
{
	return name[0] != '\0' && strlen(name) <= NAME_MAX && !strchr(name, '/') &&
	       strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* Find or make the node; answers as tree_add() does, and the node. */
static int put_node(struct tree *t, uint64_t id, struct cgroup_node *parent, const char *name,
		    struct cgroup_node **ret)
{
	struct cgroup_node *n = idmap_get(&t->nodes, id);

	if (id == 0 || !name_is_valid(name))
		return -EINVAL;
	if (n && n->parent == parent && strcmp(n->name, name) == 0) {
		*ret = n;
		return 0;
	}
	if (n) /* an id used again: what we knew under it is gone */
		remove_node(t, n);
	if (parent->depth + 1 > TREE_MAX_DEPTH)
		return -ELOOP;
	if (t->nodes.n_entries >= t->max_nodes)
		return -ENOSPC;
	*ret = make_node(t, id, parent, name);
	return 1;
}

/* Is the cgroup with this id n, or around it? Inside itself its parent would be freed with it, as a
 * node under a used id. */
static bool is_around(uint64_t id, const struct cgroup_node *n)
{
	while (n && n->id != id)
		n = n->parent;
	return n;
}

int tree_add(struct tree *t, uint64_t id, uint64_t parent_id, const char *name)
{
	struct cgroup_node *n, *parent = idmap_get(&t->nodes, parent_id);

	if (id == parent_id || is_around(id, parent))
		return -EINVAL;
	return parent ? put_node(t, id, parent, name, &n) : -ENOENT;
}

void tree_remove(struct tree *t, uint64_t id)
{
	struct cgroup_node *n = idmap_get(&t->nodes, id);

	if (n && n != t->root)
		remove_node(t, n);
}

/*
 * One directory entry. A cgroup's directory has 60 files and as many links as it has child
 * directories plus two, so two links tell a leaf, and leaves (most cgroups) are not even opened.
 */
static int scan_entry(struct tree *t, int dir_fd, struct cgroup_node *parent, const char *name,
		      struct cgroup_node **ret_inner)
{
	struct cgroup_node *n;
	struct stat st;
	int r;

	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISDIR(st.st_mode))
		return 0;
	/* Something is mounted there: numbers of another file system mean nothing, and this one
	 * below itself has no end. */
	if (st.st_dev != t->dev || is_around(st.st_ino, parent))
		return 0;

	r = put_node(t, st.st_ino, parent, name, &n);
	if (r == -ENOSPC || r == -ELOOP) {
		t->n_left_out++;
		return 0;
	}
	if (r < 0)
		return r;
	n->seen = t->scan;
	if (st.st_nlink != 2)
		*ret_inner = n;
	return 0;
}

static int scan_dir(struct tree *t, int fd, struct cgroup_node *n);

/* What was known below a directory, as if it had been seen. */
static void keep_below(struct tree *t, struct cgroup_node *top)
{
	struct cgroup_node *n = (struct cgroup_node *)tree_next(top);

	for (; n && n->depth > top->depth; n = (struct cgroup_node *)tree_next(n))
		n->seen = t->scan;
}

/*
 * Who was given a directory may take from others the right to look into it. That must not keep
 * the rest of the tree from being read; what events told about it is all that can be known.
 */
static int scan_child_dir(struct tree *t, int dir_fd, struct cgroup_node *n)
{
	int fd = openat(dir_fd, n->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int r = fd < 0 ? -errno : scan_dir(t, fd, n);

	if (r == -EACCES) {
		keep_below(t, n);
		return 0;
	}
	if (fd < 0 && r == -ENOENT) /* removed meanwhile: its event comes */
		return 0;
	return r;
}

/* Takes fd. Recursion ends at TREE_MAX_DEPTH, with one descriptor per level. */
static int scan_dir(struct tree *t, int fd, struct cgroup_node *n)
{
	_cleanup_(closedirp) DIR *dir = fdopendir(fd);
	struct dirent *de;
	int r = 0;

	if (!dir) {
		r = -errno;
		close(fd);
		return r;
	}
	while (r == 0 && (errno = 0, de = readdir(dir))) {
		struct cgroup_node *inner = NULL;

		if (de->d_name[0] == '.' && (!de->d_name[1] || !strcmp(de->d_name, "..")))
			continue;
		if (de->d_type != DT_DIR && de->d_type != DT_UNKNOWN)
			continue;
		r = scan_entry(t, fd, n, de->d_name, &inner);
		if (r == 0 && inner)
			r = scan_child_dir(t, fd, inner);
	}
	/* A directory removed under our eyes reads as an error or as empty, by kernel version. */
	return r != 0 ? r : errno == ENOENT ? 0 : -errno;
}

/* Forget what the scan did not see. */
static void sweep(struct tree *t)
{
	const struct cgroup_node *next;

	for (struct cgroup_node *n = t->root; n; n = (struct cgroup_node *)next) {
		if (n->seen == t->scan) {
			next = tree_next(n);
			continue;
		}
		/* Its subtree goes too: the next one is beside it or beside an ancestor. */
		next = n;
		while (next && !next->next)
			next = next->parent;
		next = next ? next->next : NULL;
		remove_node(t, n);
	}
}

int tree_scan(struct tree *t)
{
	_cleanup_close_ int fd = -EBADF;
	struct stat st;
	int r;

	fd = openat(t->root_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;

	t->scan++;
	t->dev = st.st_dev;
	t->n_left_out = 0;
	if (t->root && t->root->id != st.st_ino)
		remove_node(t, t->root);
	if (!t->root)
		t->root = make_node(t, st.st_ino, NULL, "");
	t->root->seen = t->scan;

	r = scan_dir(t, TAKE_FD(fd), t->root);
	if (r < 0)
		return r;
	sweep(t);
	return 0;
}

const struct cgroup_node *tree_root(const struct tree *t)
{
	return t->root;
}

const struct cgroup_node *tree_find(const struct tree *t, uint64_t id)
{
	return idmap_get(&t->nodes, id);
}

size_t tree_size(const struct tree *t)
{
	return t->nodes.n_entries;
}

int tree_root_fd(const struct tree *t)
{
	return t->root_fd;
}

size_t tree_n_left_out(const struct tree *t)
{
	return t->n_left_out;
}

const struct cgroup_node *tree_next(const struct cgroup_node *n)
{
	if (n->children)
		return n->children;
	while (n && !n->next)
		n = n->parent;
	return n ? n->next : NULL;
}

int node_path(const struct cgroup_node *n, char *buf, size_t size)
{
	const struct cgroup_node *up[TREE_MAX_DEPTH + 1];
	size_t len = 0;
	int n_up = 0;

	for (; n && n->parent && n_up < (int)ARRAY_SIZE(up); n = n->parent)
		up[n_up++] = n;
	if (size < 2)
		return -ENAMETOOLONG;
	if (n_up == 0)
		buf[len++] = '/';
	while (n_up-- > 0) {
		size_t name_len = strlen(up[n_up]->name);

		if (len + 1 + name_len >= size)
			return -ENAMETOOLONG;
		buf[len++] = '/';
		memcpy(buf + len, up[n_up]->name, name_len);
		len += name_len;
	}
	buf[len] = '\0';
	return (int)len;
}
