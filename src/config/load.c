// SPDX-License-Identifier: GPL-2.0-only
/* From directories to one struct config, see load.h. */
#include "config/load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/check.h"
#include "config/paths.h"
#include "config/read.h"
#include "util/alloc.h"

static void sources_done(struct sources *sources)
{
	VEC_FOREACH (src, sources)
		source_free(*src);
	VEC_DONE(sources);
}

/* Checks the whole and hands it out, if nothing was wrong with it. */
static int finish(struct config **c, const struct sources *sources, unsigned int n_errors_before,
		  struct config **ret, struct diags *diags)
{
	config_check(*c, sources, diags);
	diags_sort(diags);
	if (diags->n_errors > n_errors_before)
		return -EINVAL;
	*ret = TAKE_PTR(*c);
	return 0;
}

static void read_source(struct config *c, struct source *src, struct sources *sources,
			struct diags *diags)
{
	struct source **slot = VEC_PUSH(sources, CONFIG_MAX_FILES);

	if (slot)
		*slot = src;
	config_read(c, src, diags); /* complains of one file too many */
	if (!slot)
		source_free(src);
}

/* A file that went away after its directory was read is as good as one that never was. */
static void read_path(struct config *c, const char *path, bool trusted, bool must_exist,
		      struct sources *sources, struct diags *diags)
{
	_cleanup_(source_freep) struct source *none = NULL;
	struct source *src;
	int r;

	r = source_read(path, trusted, &src, diags);
	if (r == 0) {
		read_source(c, src, sources, diags);
	} else if (r == -ENOENT && must_exist) {
		none = source_new(path, "", 0);
		diags_add(diags, DIAG_ERROR, none, (struct mark){}, "there is no such file");
	}
}

static int load_all(const char *const *files, size_t n, bool trusted, bool must_exist,
		    struct config **ret, struct diags *diags)
{
	_cleanup_(config_freep) struct config *c = xcalloc(1, sizeof(*c));
	_cleanup_(sources_done) struct sources sources = {};
	unsigned int n_errors = diags->n_errors;

	for (size_t i = 0; i < n; i++)
		read_path(c, files[i], trusted, must_exist, &sources, diags);
	return finish(&c, &sources, n_errors, ret, diags);
}

int config_load(const struct config_paths *paths, struct config **ret, struct diags *diags)
{
	_cleanup_(paths_done) struct paths found = {};
	int r;

	r = paths_find(paths->dirs, &found, diags);
	if (r < 0)
		return r;
	return load_all((const char *const *)found.items, found.n, paths->trusted_only, false, ret,
			diags);
}

int config_load_files(const char *const *files, size_t n, struct config **ret, struct diags *diags)
{
	return load_all(files, n, false, true, ret, diags);
}

int config_parse_text(const char *name, const char *text, size_t size, struct config **ret,
		      struct diags *diags)
{
	_cleanup_(config_freep) struct config *c = xcalloc(1, sizeof(*c));
	_cleanup_(sources_done) struct sources sources = {};
	unsigned int n_errors = diags->n_errors;

	read_source(c, source_new(name, text, size), &sources, diags);
	return finish(&c, &sources, n_errors, ret, diags);
}
