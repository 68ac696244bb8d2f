// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgfifo check: reads the configuration as the daemon would, says everything that is wrong with
 * it on stderr, and prints what it amounts to on stdout. Needs no privilege and changes nothing.
 */
#include <getopt.h>
#include <limits.h>
#include <sys/stat.h>

#include "cli/verbs.h"
#include "config/load.h"
#include "config/pack.h"
#include "config/schema.h"
#include "util/log.h"
#include "util/privilege.h"
#include "util/text.h"

/* Of --records: more than the largest configuration takes. */
#define MEMORY_MAX (512ul << 20)

struct check_options {
	bool quiet, json, keys, records;
};

static void print_key(const struct schema_key *key, const char *path, void *userdata)
{
	_cleanup_free_ char *value = schema_expectation(key);

	(void)userdata;
	printf("%s\n\t%s\n\t%s\n", path, value, key->help);
}

static void print_text(const struct diags *diags)
{
	bool colour = cli_wants_colour(stderr);

	VEC_FOREACH (d, diags) {
		_cleanup_free_ char *text = diag_format(d, colour);

		fputs(text, stderr);
	}
}

static void print_json(const struct diags *diags, bool ok)
{
	printf("{\"ok\": %s, \"diagnostics\": [", ok ? "true" : "false");
	VEC_FOREACH (d, diags) {
		_cleanup_free_ char *file = text_json(d->file), *message = text_json(d->message);

		printf("%s\n  {\"severity\": \"%s\", \"file\": %s, \"line\": %u, \"column\": %u, "
		       "\"length\": %u, \"message\": %s}",
		       d > diags->items ? "," : "", diag_severity_name(d->severity), file,
		       d->mark.line, d->mark.col, d->mark.len, message);
	}
	printf("%s]}\n", diags->n ? "\n" : "");
}

static void print_merged(const struct config *c)
{
	if (c->files.n == 0)
		printf("# no configuration file is installed\n");
	config_dump(c, stdout);
}

/* Ours to read is enough here: whether the daemon would trust the owner of an installed file is
 * checked as well, but not for files that somebody is still writing. */
static int load(char **files, int n, struct config **ret, struct diags *diags)
{
	static const struct config_paths installed = {.dirs = config_dirs, .trusted_only = true};

	if (n == 0)
		return config_load(&installed, ret, diags);
	return config_load_files((const char *const *)files, (size_t)n, ret, diags);
}

/* For the agent, so with its rules: of a directory, files that others may write are refused. */
static int load_as_agent(const char *path, struct config **ret, struct diags *diags)
{
	const char *const given[] = {path, NULL};
	const struct config_paths paths = {
		.dirs = path ? given : config_dirs,
		.trusted_only = true,
	};
	struct stat st;

	if (path && (stat(path, &st) < 0 || !S_ISDIR(st.st_mode)))
		return config_load_files(given, 1, ret, diags);
	return config_load(&paths, ret, diags);
}

/* What the agent runs and reads from, see agent/read-config.c. */
static int print_records(const char *path)
{
	_cleanup_(config_freep) struct config *c = NULL;
	_cleanup_(diags_done) struct diags diags = {};
	int r = privilege_give_up();

	if (r < 0) {
		log_error_errno(r, "Cannot give up capabilities: %m");
		return CLI_FAILED;
	}
	privilege_limit(MEMORY_MAX);
	r = load_as_agent(path, &c, &diags);
	config_pack(c, &diags, stdout);
	return r == 0 ? CLI_OK : CLI_FAILED;
}

static int check(char **files, int n, const struct check_options *options)
{
	_cleanup_(config_freep) struct config *c = NULL;
	_cleanup_(diags_done) struct diags diags = {};
	int r;

	r = load(files, n, &c, &diags);
	if (options->json)
		print_json(&diags, r == 0);
	else
		print_text(&diags);
	if (!options->json && !options->quiet && r == 0)
		print_merged(c);
	return r == 0 ? CLI_OK : CLI_FAILED;
}

static int cmd_check(int argc, char **argv)
{
	struct check_options options = {};
	int r;

	r = cli_parse(&verb_check, argc, argv, &options);
	if (r > 0)
		return r - 1;
	if (options.keys) {
		schema_walk(print_key, NULL);
		return CLI_OK;
	}
	if (options.records && argc - optind > 1) {
		fprintf(stderr, "cgfifo check: --records is about one FILE at most\n");
		return cli_usage_error(&verb_check);
	}
	if (options.records)
		return print_records(argv[optind]);
	return check(argv + optind, argc - optind, &options);
}

static const struct cli_option options_table[] = {
	CLI_OPTION(CLI_FLAG, "quiet", 'q', NULL, struct check_options, quiet,
		   "only say what is wrong"),
	CLI_OPTION(CLI_FLAG, "json", 0, NULL, struct check_options, json,
		   "what is wrong, as JSON on standard output"),
	CLI_OPTION(CLI_FLAG, "keys", 0, NULL, struct check_options, keys,
		   "list all keys with their values and meaning, and do nothing else"),
	CLI_OPTION(
		CLI_FLAG, "records", 0, NULL, struct check_options, records,
		"what the agent reads instead of YAML: give up all capabilities and write the "
		"configuration, or what is wrong, as records of a fixed size; FILE, at most one, "
		"may be a directory"),
	{},
};

const struct verb verb_check = {
	.name = "check",
	.summary = "check the configuration and print what it amounts to",
	.words = "[FILE...]",
	.words_are = CLI_FILES,
	.max_words = INT_MAX,
	.about =
		"Check the configuration, and print what all its files amount to.\n\nWithout FILE, "
		"the installed configuration is read: cgfifo.yaml and cgfifo.d/*.yaml in "
		"/usr/lib/cgfifo, /run/cgfifo and /etc/cgfifo. With FILE, exactly these; later "
		"ones take precedence, and - is standard input.",
	.options = options_table,
	.exits = "0 the configuration can be used, 1 it cannot, 2 wrong usage.",
	.run = cmd_check,
};
