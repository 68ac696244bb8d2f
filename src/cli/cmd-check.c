// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgfifo check: reads the configuration as the daemon would, says everything that is wrong with
 * it on stderr, and prints what it amounts to on stdout. Needs no privilege and changes nothing.
 */
#include <getopt.h>
#include <stdio.h>

#include "cli/cli.h"
#include "config/load.h"
#include "config/schema.h"
#include "util/text.h"

static const char usage[] = "cgfifo check [--quiet | --json | --keys] [FILE...]";

static const char help[] =
	"Check the configuration, and print what all its files amount to.\n"
	"\n"
	"Without FILE, the installed configuration is read: cgfifo.yaml and cgfifo.d/*.yaml in\n"
	"/usr/lib/cgfifo, /etc/cgfifo and /run/cgfifo. With FILE, exactly these; later ones take\n"
	"precedence, and - is standard input.\n"
	"\n"
	"  -q, --quiet  only say what is wrong\n"
	"      --json   what is wrong, as JSON on standard output\n"
	"      --keys   list all keys with their values and meaning, and do nothing else\n"
	"  -h, --help   this text\n"
	"\n"
	"Exit status: 0 the configuration can be used, 1 it cannot, 2 wrong usage.\n";

enum output {
	OUTPUT_MERGED,
	OUTPUT_QUIET,
	OUTPUT_JSON,
	OUTPUT_KEYS,
};

static void print_key(const struct schema_key *key, const char *path, void *userdata)
{
	_cleanup_free_ char *value = schema_expectation(key);

	(void)userdata;
	printf("%s\n\t%s%s\n\t%s\n", path, value, key->later ? " (not in force yet)" : "",
	       key->help);
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

static int check(char **files, int n, enum output output)
{
	_cleanup_(config_freep) struct config *c = NULL;
	_cleanup_(diags_done) struct diags diags = {};
	int r;

	r = load(files, n, &c, &diags);
	if (output == OUTPUT_JSON)
		print_json(&diags, r == 0);
	else
		print_text(&diags);
	if (output == OUTPUT_MERGED && r == 0)
		print_merged(c);
	return r == 0 ? CLI_OK : CLI_FAILED;
}

/* 0: go on with *ret_output. Else the status to exit with, plus one. */
static int parse_options(int argc, char **argv, enum output *ret_output)
{
	static const struct option options[] = {
		{"quiet", no_argument, NULL, 'q'},
		{"json", no_argument, NULL, 'j'},
		{"keys", no_argument, NULL, 'k'},
		{"help", no_argument, NULL, 'h'},
		{},
	};
	enum output output = OUTPUT_MERGED;
	int c;

	while ((c = getopt_long(argc, argv, "qh", options, NULL)) >= 0) {
		switch (c) {
		case 'q':
			output = OUTPUT_QUIET;
			break;
		case 'j':
			output = OUTPUT_JSON;
			break;
		case 'k':
			output = OUTPUT_KEYS;
			break;
		case 'h':
			printf("Usage: %s\n\n%s", usage, help);
			return 1 + CLI_OK;
		default:
			return 1 + cli_usage_error(usage);
		}
	}
	*ret_output = output;
	return 0;
}

int cmd_check(int argc, char **argv)
{
	enum output output = OUTPUT_MERGED;
	int r;

	r = parse_options(argc, argv, &output);
	if (r > 0)
		return r - 1;
	if (output == OUTPUT_KEYS) {
		schema_walk(print_key, NULL);
		return CLI_OK;
	}
	return check(argv + optind, argc - optind, output);
}
