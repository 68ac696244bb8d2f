// SPDX-License-Identifier: GPL-2.0-only
/* One printer per shell, see completion.h. */
#include "cli/completion.h"

#include <errno.h>
#include <string.h>

#include "cli/cli.h"
#include "util/cleanup.h"

/* Words for a list of names: asked when they are needed, so that they are those of now. Not from
 * the table, which cuts long ones. */
#define CGROUPS "cgfifo list --json 2>/dev/null | sed -n 's/^{\"name\": \"\\([^\"]*\\)\".*/\\1/p'"

static const char shells[] = "bash zsh fish";

/* Options that take a path. */
static bool takes_path(const struct cli_option *o)
{
	return o->value && (strcmp(o->value, "PATH") == 0 || strcmp(o->value, "DIR") == 0 ||
			    strcmp(o->value, "FILE") == 0);
}

static void print_words(FILE *f, const char *const *words)
{
	for (; *words; words++)
		fprintf(f, "%s%s", *words, words[1] ? " " : "");
}

/* In single quotes, for any of the shells. */
static void print_quoted(FILE *f, const char *text)
{
	fputc('\'', f);
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\'", f);
		fputc(*text, f);
	}
	fputc('\'', f);
}

/* --- bash ----------------------------------------------------------------------------------- */

static void bash_values(FILE *f, const struct verb *v)
{
	for (const struct cli_option *o = v->options; o->name; o++) {
		if (o->type == CLI_FLAG)
			continue;
		fprintf(f, "\t\t%s:--%s", v->name, o->name);
		if (o->letter)
			fprintf(f, " | %s:-%c", v->name, o->letter);
		fputs(") ", f);
		if (takes_path(o))
			fputs("files=1", f);
		else if (o->words) {
			fputs("words='", f);
			print_words(f, o->words);
			fputc('\'', f);
		}
		fputs(" ;;\n", f);
	}
}

static void bash_words(FILE *f, const struct verb *v)
{
	fprintf(f, "\t\t%s) ", v->name);
	if (v->words_are == CLI_CGROUPS)
		fputs("names=1", f);
	else if (v->words_are == CLI_FILES)
		fputs("files=1", f);
	else if (v->words_are == CLI_SHELLS)
		fprintf(f, "words='%s'", shells);
	fputs(" ;;\n", f);
}

static void bash_options(FILE *f, const struct verb *v)
{
	fprintf(f, "\t\t%s) words='--help", v->name);
	for (const struct cli_option *o = v->options; o->name; o++)
		fprintf(f, " --%s", o->name);
	fputs("' ;;\n", f);
}

static void print_bash(FILE *f)
{
	fputs("# bash completion for cgfifo, made by: cgfifo completion bash\n"
	      "_cgfifo() {\n"
	      "\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
	      "\tlocal verb=${COMP_WORDS[1]} words='' names='' files='' name\n"
	      "\tCOMPREPLY=()\n"
	      "\tif ((COMP_CWORD == 1)); then\n"
	      "\t\twords='--help --version",
	      f);
	for (size_t i = 0; cli_verbs[i]; i++)
		fprintf(f, " %s", cli_verbs[i]->name);
	fputs("'\n\telse\n\t\tcase $verb:$before in\n", f);
	for (size_t i = 0; cli_verbs[i]; i++)
		bash_values(f, cli_verbs[i]);
	fputs("\t\t*)\n\t\tif [[ $word == -* ]]; then\n\t\tcase $verb in\n", f);
	for (size_t i = 0; cli_verbs[i]; i++)
		bash_options(f, cli_verbs[i]);
	fputs("\t\tesac\n\t\telse\n\t\tcase $verb in\n", f);
	for (size_t i = 0; cli_verbs[i]; i++)
		bash_words(f, cli_verbs[i]);
	fputs("\t\tesac\n\t\tfi ;;\n\t\tesac\n\tfi\n"
	      "\t[[ -z $words ]] || mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n",
	      f);
	/* What others named is quoted: bash puts it on the command line as it is, and files only
	 * with "filenames" not. */
	fputs("\tif [[ -n $files ]]; then\n"
	      "\t\tcompopt -o filenames 2>/dev/null || :\n"
	      "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
	      "\tfi\n"
	      "\t[[ -z $names ]] || while IFS= read -r name; do\n"
	      "\t\tprintf -v name %q \"$name\"\n"
	      "\t\tCOMPREPLY+=(\"$name\")\n"
	      "\tdone < <(" CGROUPS " | grep -F -- \"$word\")\n"
	      "}\n"
	      "complete -F _cgfifo cgfifo\n",
	      f);
}

/* --- zsh ------------------------------------------------------------------------------------ */

/* Inside of single quotes; brackets and colons would end a description. */
static void zsh_help(FILE *f, const char *help)
{
	for (; *help; help++) {
		if (strchr("[]:\\", *help))
			fputc('\\', f);
		fputs(*help == '\'' ? "'\\''" : (char[]){*help, '\0'}, f);
	}
}

static void zsh_option(FILE *f, const struct cli_option *o)
{
	fputs(" \\\n\t\t\t", f);
	if (o->letter)
		fprintf(f, "'(-%c --%s)'{-%c,--%s}'[", o->letter, o->name, o->letter, o->name);
	else
		fprintf(f, "'--%s[", o->name);
	zsh_help(f, o->help);
	fputc(']', f);
	if (o->words) {
		fprintf(f, ":%s:(", o->value);
		print_words(f, o->words);
		fputc(')', f);
	} else if (o->value) {
		fprintf(f, ":%s:%s", o->value, takes_path(o) ? "_files" : "");
	}
	fputc('\'', f);
}

static void zsh_verb(FILE *f, const struct verb *v)
{
	fprintf(f, "\t%s)\n\t\t_arguments -S '(-h --help)'{-h,--help}'[this text]'", v->name);
	for (const struct cli_option *o = v->options; o->name; o++)
		zsh_option(f, o);
	if (v->words_are == CLI_CGROUPS)
		fputs(" \\\n\t\t\t'1:NAME:_cgfifo_names'", f);
	else if (v->words_are == CLI_FILES)
		fputs(" \\\n\t\t\t'*:FILE:_files'", f);
	else if (v->words_are == CLI_SHELLS)
		fprintf(f, " \\\n\t\t\t'1:SHELL:(%s)'", shells);
	fputs(" ;;\n", f);
}

static void print_zsh(FILE *f)
{
	fputs("#compdef cgfifo\n"
	      "# zsh completion for cgfifo, made by: cgfifo completion zsh\n"
	      "_cgfifo_names() {\n"
	      "\tlocal -a names=(\"${(@f)$(" CGROUPS ")}\")\n"
	      "\tcompadd -a names\n"
	      "}\n"
	      "_cgfifo() {\n"
	      "\tlocal -a verbs=(\n",
	      f);
	for (size_t i = 0; cli_verbs[i]; i++) {
		fprintf(f, "\t\t'%s:", cli_verbs[i]->name);
		zsh_help(f, cli_verbs[i]->summary);
		fputs("'\n", f);
	}
	fputs("\t)\n"
	      "\tif ((CURRENT == 2)); then\n"
	      "\t\t_describe verb verbs\n"
	      "\t\treturn\n"
	      "\tfi\n"
	      "\tlocal verb=$words[2]\n"
	      "\tshift words\n"
	      "\t((CURRENT--))\n"
	      "\tcase $verb in\n",
	      f);
	for (size_t i = 0; cli_verbs[i]; i++)
		zsh_verb(f, cli_verbs[i]);
	/* Where shells look, all of this is what the function is at first, and that call counts. */
	fputs("\tesac\n}\n"
	      "if [[ $funcstack[1] == _cgfifo ]]; then\n"
	      "\t_cgfifo \"$@\"\n"
	      "else\n"
	      "\tcompdef _cgfifo cgfifo\n"
	      "fi\n",
	      f);
}

/* --- fish ----------------------------------------------------------------------------------- */

static void fish_option(FILE *f, const struct verb *v, const struct cli_option *o)
{
	fprintf(f, "complete -c cgfifo -n '__fish_seen_subcommand_from %s' -l %s", v->name,
		o->name);
	if (o->letter)
		fprintf(f, " -s %c", o->letter);
	if (takes_path(o))
		fputs(" -r -F", f);
	else if (o->value)
		fputs(" -x", f);
	if (o->words) {
		fputs(" -a '", f);
		print_words(f, o->words);
		fputc('\'', f);
	}
	fputs(" -d ", f);
	print_quoted(f, o->help);
	fputc('\n', f);
}

static void fish_words(FILE *f, const struct verb *v)
{
	if (v->words_are == CLI_NO_WORDS)
		return;
	fprintf(f, "complete -c cgfifo -n '__fish_seen_subcommand_from %s' ", v->name);
	if (v->words_are == CLI_CGROUPS) {
		fputs("-a ", f);
		print_quoted(f, "(" CGROUPS ")");
		fputc('\n', f);
	}
	if (v->words_are == CLI_FILES)
		fputs("-F\n", f);
	if (v->words_are == CLI_SHELLS)
		fprintf(f, "-a '%s'\n", shells);
}

static void print_fish(FILE *f)
{
	fputs("# fish completion for cgfifo, made by: cgfifo completion fish\n"
	      "complete -c cgfifo -f\n",
	      f);
	for (size_t i = 0; cli_verbs[i]; i++) {
		const struct verb *v = cli_verbs[i];

		fprintf(f, "complete -c cgfifo -n __fish_use_subcommand -a %s -d ", v->name);
		print_quoted(f, v->summary);
		fputc('\n', f);
		for (const struct cli_option *o = v->options; o->name; o++)
			fish_option(f, v, o);
		fish_words(f, v);
	}
}

int completion_print(FILE *f, const char *shell)
{
	if (strcmp(shell, "bash") == 0)
		print_bash(f);
	else if (strcmp(shell, "zsh") == 0)
		print_zsh(f);
	else if (strcmp(shell, "fish") == 0)
		print_fish(f);
	else
		return -EINVAL;
	return 0;
}
