// SPDX-License-Identifier: GPL-2.0-only
/* Finding the configuration files, see paths.h. */
#include "config/paths.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/config.h"
#include "config/load.h"
#include "util/alloc.h"

#define MAIN_FILE  "cgfifo.yaml"
#define DROPIN_DIR "cgfifo.d"

const char *const config_dirs[] = {"/usr/lib/cgfifo", "/run/cgfifo", "/etc/cgfifo", NULL};

static void closedirp(DIR **d)
{
	if (*d)
		closedir(*d);
}

void paths_done(struct paths *p)
{
	VEC_FOREACH (path, p)
		free(*path);
	VEC_DONE(p);
}

static void complain(struct diags *diags, enum diag_severity severity, const char *path,
		     const char *message)
{
	_cleanup_(source_freep) struct source *src = source_new(path, "", 0);

	diags_add(diags, severity, src, (struct mark){}, "%s", message);
}

/* Takes over path. */
static int push(struct paths *p, char *path, struct diags *diags)
{
	char **slot = VEC_PUSH(p, CONFIG_MAX_FILES);

	if (slot) {
		*slot = path;
		return 0;
	}
	complain(diags, DIAG_ERROR, path, "is one configuration file too many");
	free(path);
	return -EINVAL;
}

/* An empty file, or a symlink to /dev/null through however many links. */
static bool is_masked(const char *path)
{
	struct stat st, null;

	if (stat(path, &st) < 0)
		return false;
	if (S_ISREG(st.st_mode))
		return st.st_size == 0;
	return S_ISCHR(st.st_mode) && stat("/dev/null", &null) == 0 && st.st_rdev == null.st_rdev;
}

static bool exists(const char *path)
{
	struct stat st;

	/* Anything but "not there" is for the reader to complain about. */
	return stat(path, &st) == 0 || errno != ENOENT;
}

/* The one of the highest priority, unless that says that there is none. */
static int find_main(const char *const *dirs, struct paths *ret, struct diags *diags)
{
	_cleanup_free_ char *found = NULL;

	for (; *dirs; dirs++) {
		_cleanup_free_ char *path = xasprintf("%s/" MAIN_FILE, *dirs);

		if (!exists(path))
			continue;
		free(found);
		found = TAKE_PTR(path);
	}
	return found && !is_masked(found) ? push(ret, TAKE_PTR(found), diags) : 0;
}

static const char *base_name(const char *path)
{
	return strrchr(path, '/') + 1;
}

/* Puts path in the place of the one with the same name, which is of lower priority, or at the
 * end. */
static int replace(struct paths *p, char *path, struct diags *diags)
{
	VEC_FOREACH (known, p)
		if (strcmp(base_name(*known), base_name(path)) == 0) {
			free(*known);
			*known = path;
			return 0;
		}
	return push(p, path, diags);
}

/* The end that is easily taken for the right one, and silently ignored by all who do so. */
static void warn_ending(const char *dir, const char *name, struct diags *diags)
{
	_cleanup_free_ char *path = NULL;

	if (fnmatch("*.yml", name, 0) != 0)
		return;
	path = xasprintf("%s/%s", dir, name);
	complain(diags, DIAG_WARNING, path, "is ignored: its name does not end in .yaml");
}

static int find_dropins_in(const char *dir, struct paths *ret, struct diags *diags)
{
	_cleanup_(closedirp) DIR *d = opendir(dir);
	struct dirent *e;
	int r;

	if (!d && errno == ENOENT)
		return 0;
	if (!d) {
		complain(diags, DIAG_ERROR, dir, strerror(errno));
		return -EINVAL;
	}
	while ((errno = 0, e = readdir(d))) {
		if (fnmatch("*.yaml", e->d_name, FNM_PERIOD) != 0) {
			warn_ending(dir, e->d_name, diags);
			continue;
		}
		r = replace(ret, xasprintf("%s/%s", dir, e->d_name), diags);
		if (r < 0)
			return r;
	}
	if (errno) { /* what was found is a part, which is worse than nothing */
		complain(diags, DIAG_ERROR, dir, strerror(errno));
		return -EINVAL;
	}
	return 0;
}

/* By bytes and not by locale: the order must not depend on who looks. */
static int compare(const void *a, const void *b)
{
	return strcmp(base_name(*(char *const *)a), base_name(*(char *const *)b));
}

static int find_dropins(const char *const *dirs, struct paths *ret, struct diags *diags)
{
	int r;

	for (; *dirs; dirs++) {
		_cleanup_free_ char *dir = xasprintf("%s/" DROPIN_DIR, *dirs);

		r = find_dropins_in(dir, ret, diags);
		if (r < 0)
			return r;
	}
	if (ret->n > 0)
		qsort(ret->items, ret->n, sizeof(*ret->items), compare);
	return 0;
}

int paths_find(const char *const *dirs, struct paths *ret, struct diags *diags)
{
	_cleanup_(paths_done) struct paths mains = {}, dropins = {};
	int r;

	r = find_main(dirs, &mains, diags);
	if (r < 0)
		return r;
	r = find_dropins(dirs, &dropins, diags);
	if (r < 0)
		return r;

	VEC_FOREACH (path, &dropins) {
		char *taken = TAKE_PTR(*path);

		if (is_masked(taken)) {
			free(taken);
			continue;
		}
		r = push(&mains, taken, diags);
		if (r < 0)
			return r;
	}
	*ret = mains;
	mains = (struct paths){};
	return 0;
}
