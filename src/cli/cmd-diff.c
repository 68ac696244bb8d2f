// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgfifo diff: what a reload would change on this host. The configuration is read here, where
 * mistakes can be shown; the agent compares, because it knows the names and labels that rules look
 * at. It gets the merged form as records, in which rules are in the same order.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cgroup/cgfs.h"
#include "cgroup/tree.h"
#include "cli/ask.h"
#include "cli/reading.h"
#include "cli/verbs.h"
#include "config/load.h"
#include "config/pack.h"
#include "policy/verdict.h"
#include "report/object.h"
#include "util/alloc.h"
#include "util/log.h"
#include "util/parse.h"
#include "util/text.h"
#include "util/vec.h"

/* As many cgroups as the agent knows. */
#define MAX_CHANGES 65536

#define DIFF_CHANGES 3

struct diff_options {
	struct reading_options reading;
	bool json;
};

struct changes {
	VEC(struct control_change);
};

/* What one verb works on. */
struct diff {
	struct config *config;
	int root_fd;
	struct tree *tree; /* for the paths: the agent tells ids */
	struct changes changes;
};

static void diff_done(struct diff *d)
{
	config_free(d->config);
	tree_free(d->tree);
	closep(&d->root_fd);
	VEC_DONE(&d->changes);
}

static int load(char **files, int n, struct config **ret)
{
	static const struct config_paths installed = {.dirs = config_dirs, .trusted_only = true};
	_cleanup_(diags_done) struct diags diags = {};
	int r;

	if (n == 0)
		r = config_load(&installed, ret, &diags);
	else
		r = config_load_files((const char *const *)files, (size_t)n, ret, &diags);
	VEC_FOREACH (d, &diags) {
		_cleanup_free_ char *text = NULL;

		if (d->severity != DIAG_ERROR)
			continue;
		text = diag_format(d, cli_wants_colour(stderr));
		fputs(text, stderr);
	}
	return r;
}

/* As records in a file without a name. */
static int pack(const struct config *c)
{
	_cleanup_close_ int fd = memfd_create("cgfifo-configuration", MFD_CLOEXEC);
	_cleanup_fclose_ FILE *f = NULL;
	const struct diags none = {};
	int copy;

	if (fd < 0)
		return -errno;
	copy = dup(fd);
	if (copy < 0)
		return -errno;
	f = fdopen(copy, "w");
	if (!f) {
		close(copy);
		return -ENOMEM;
	}
	config_pack(c, &none, f);
	if (fflush(f) != 0 || lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	return TAKE_FD(fd);
}

static void add_changes(const char *text, void *userdata)
{
	struct changes *list = userdata;

	for (size_t i = 0; i < CONTROL_CHANGES; i++) {
		struct control_change c, *slot;

		memcpy(&c, text + i * sizeof(c), sizeof(c));
		slot = c.cgid ? VEC_PUSH(list, MAX_CHANGES) : NULL;
		if (!slot)
			return;
		*slot = c;
	}
}

/* "weight 300, slice 1ms"; "its own cpu.weight, slice 1ms". */
static void describe(const struct cgfifo_conf *conf, char *buf, size_t size)
{
	char text[96];

	verdict_conf_text(conf, text, sizeof(text));
	snprintf(buf, size, "%s%s%s", conf->weight ? "" : "its own cpu.weight",
		 !conf->weight && text[0] ? ", " : "", text);
}

/* "": it is gone. The caller's. */
static char *path_of(const struct diff *d, uint64_t cgid)
{
	const struct cgroup_node *n = tree_find(d->tree, cgid);
	char path[CGROUP_PATH_MAX];

	if (!n || node_path(n, path, sizeof(path)) < 0)
		return xstrdup("");
	return xstrdup(path);
}

static int read_tree(struct diff *d, const char *cgroup_root)
{
	char why[CGFS_MSG_LEN];
	int r;

	r = reading_open_cgroups(cgroup_root, &d->root_fd, why);
	if (r < 0)
		return log_error_errno(r, "%s", why);
	d->tree = tree_new(d->root_fd, TREE_MAX_NODES);
	r = tree_scan(d->tree);
	return r < 0 ? log_error_errno(r, "Cannot read the cgroup tree: %m") : 0;
}

/* "FILE:LINE"; "" without a rule. The caller's. */
static char *origin_of(const struct config *config, uint32_t rule)
{
	const struct origin *o;

	if (rule == 0 || rule > config->rules.n)
		return xstrdup("");
	o = &config->rules.items[rule - 1].origin;
	return xasprintf("%s:%u", o->file ? o->file : "?", o->line);
}

static void print_one(const struct diff *d, const struct control_change *c)
{
	_cleanup_free_ char *path = path_of(d, c->cgid);
	_cleanup_free_ char *origin = origin_of(d->config, c->rule);
	_cleanup_free_ char *shown = text_printable(path, SIZE_MAX);
	char was[128], is[128];

	describe(&c->was, was, sizeof(was));
	describe(&c->is, is, sizeof(is));
	printf("%s: %s -> %s%s%s%s\n", shown[0] ? shown : "a cgroup that is gone", was, is,
	       origin[0] ? " (rule at " : "", origin, origin[0] ? ")" : "");
}

static void print_one_json(const struct diff *d, const struct control_change *c)
{
	_cleanup_free_ char *origin = origin_of(d->config, c->rule);
	_cleanup_free_ char *path = path_of(d, c->cgid);
	struct object o = {.f = stdout};

	object_text_if(&o, "path", path);
	object_number(&o, "cgroup_id", c->cgid);
	object_number_if(&o, "was_weight", c->was.weight);
	object_number_if(&o, "was_slice_us", c->was.slice_us);
	object_text_if(&o, "was_policy", verdict_policy_name(c->was.policy));
	object_text_if(&o, "was_isolate", verdict_isolate_name(c->was.isolate));
	object_number_if(&o, "weight", c->is.weight);
	object_number_if(&o, "slice_us", c->is.slice_us);
	object_text_if(&o, "policy", verdict_policy_name(c->is.policy));
	object_text_if(&o, "isolate", verdict_isolate_name(c->is.isolate));
	object_text(&o, "source", verdict_source_name(c->source));
	object_text_if(&o, "origin", origin);
	object_end(&o);
}

static void print_all(const struct diff *d, const char *summary, bool json)
{
	if (json)
		printf("{\"version\": 1, \"changes\": [");
	VEC_FOREACH (c, &d->changes) {
		if (json)
			puts(c > d->changes.items ? "," : "");
		if (json)
			print_one_json(d, c);
		else
			print_one(d, c);
	}
	if (json)
		puts("]}");
	else if (summary)
		puts(summary);
}

static int ask_agent(struct diff *d, const char *socket, char **ret_summary)
{
	const struct control_request request = {
		.magic = CONTROL_MAGIC,
		.version = CONTROL_VERSION,
		.verb = CONTROL_DIFF,
	};
	_cleanup_close_ int fd = pack(d->config);

	if (fd < 0)
		return log_error_errno(fd, "Cannot write the configuration into memory: %m");
	return ask_with_file(socket, &request, fd, add_changes, &d->changes, ret_summary);
}

static int cmd_diff(int argc, char **argv)
{
	struct diff_options options = {.reading = READING_DEFAULTS};
	_cleanup_(diff_done) struct diff d = {.root_fd = -EBADF};
	_cleanup_free_ char *summary = NULL;
	int r;

	r = cli_parse(&verb_diff, argc, argv, &options);
	if (r > 0)
		return r - 1;
	if (load(argv + optind, argc - optind, &d.config) < 0 ||
	    ask_agent(&d, options.reading.socket, &summary) < 0 ||
	    read_tree(&d, options.reading.cgroup_root) < 0)
		return CLI_FAILED;
	print_all(&d, summary, options.json);
	return d.changes.n > 0 ? DIFF_CHANGES : CLI_OK;
}

static const struct cli_option options_table[] = {
	CLI_OPTION(CLI_FLAG, "json", 0, NULL, struct diff_options, json, "as one JSON object"),
	READING_OPTIONS(struct diff_options, reading),
	{},
};

const struct verb verb_diff = {
	.name = "diff",
	.summary = "show what a reload would change on this host",
	.words = "[FILE...]",
	.words_are = CLI_FILES,
	.max_words = INT_MAX,
	.about = "Show which cgroups would get another weight, slice, policy or isolation if the "
		 "agent read "
		 "its "
		 "configuration again; with FILE, if these were all of the configuration, later "
		 "ones taking precedence. Nothing changes. Only root may.",
	.options = options_table,
	.exits = "0 nothing would change, 3 something would, 1 the configuration has mistakes or "
		 "the "
		 "agent does not run, 2 wrong usage.",
	.run = cmd_diff,
};
