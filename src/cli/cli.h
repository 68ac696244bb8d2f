/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verbs of the command line. Each has one file, cmd-NAME.c, which says everything about it in
 * a struct verb, and one line in the table of verbs.c. Help, completion and the check of the
 * manual are made from these; nothing about an option stands anywhere else.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum cli_status {
	CLI_OK = 0,
	CLI_FAILED = 1,
	CLI_USAGE = 2, /* the command line makes no sense */
};

enum cli_type {
	CLI_FLAG,   /* bool */
	CLI_TEXT,   /* const char * */
	CLI_NUMBER, /* uint32_t from min to max */
	CLI_TIME,   /* uint64_t in microseconds from min to max; a bare number is seconds */
	CLI_WORD,   /* unsigned int: which of the words */
};

struct cli_option {
	const char *name; /* without its dashes */
	char letter;	  /* 0: none */
	enum cli_type type;
	size_t offset;		  /* of the value, in the verb's own struct */
	const char *value;	  /* what it takes, in capitals; NULL for a flag */
	const char *help;	  /* wrapped when it is shown */
	uint64_t min, max;	  /* see enum cli_type */
	const char *const *words; /* ends with NULL; only for CLI_WORD */
};

#define CLI_OPTION(type_, name_, letter_, value_, struct_, member_, help_, ...)                    \
	{.name = (name_),                                                                          \
	 .letter = (letter_),                                                                      \
	 .type = (type_),                                                                          \
	 .offset = offsetof(struct_, member_),                                                     \
	 .value = (value_),                                                                        \
	 .help = (help_),                                                                          \
	 __VA_ARGS__}

/* What the words after the options are; for completion. */
enum cli_words {
	CLI_NO_WORDS,
	CLI_CGROUPS,
	CLI_FILES,
	CLI_SHELLS,
};

struct verb {
	const char *name;
	const char *summary; /* a few words, for the list of verbs */
	const char *words;   /* after the options, as "[NAME]"; "": none */
	enum cli_words words_are;
	int min_words, max_words;
	const char *about;		   /* paragraphs, wrapped when they are shown */
	const struct cli_option *options;  /* ends with {} */
	const char *more;		   /* after the options, as it is; NULL: nothing */
	const char *exits;		   /* "0 done, 1 not", wrapped */
	int (*run)(int argc, char **argv); /* argv[0] is the verb; the status to exit with */
};

/* Ends with NULL. */
extern const struct verb *const cli_verbs[];
const struct verb *cli_find_verb(const char *name);

/*
 * Takes the options apart, each into its place in values (the verb's own struct, which has the
 * defaults). 0: go on, and words begin at optind. Else the process is to exit with the answer
 * minus one: help was asked for, or usage was wrong and that was said.
 */
int cli_parse(const struct verb *verb, int argc, char **argv, void *values);

/* cgfifo NAME --help */
void cli_print_help(FILE *f, const struct verb *verb);

/* Says how the verb is used, on stderr. Returns CLI_USAGE. */
int cli_usage_error(const struct verb *verb);

/* Is f a terminal that knows escape sequences? TERM may say that it does not. */
bool cli_takes_escapes(FILE *f);

/* Is f a terminal that wants colour? NO_COLOR in the environment says that it does not. */
bool cli_wants_colour(FILE *f);

/* Can the terminal show more than ASCII? Sets the locale. */
bool cli_is_utf8(void);

/* Of the terminal on stdout; else $COLUMNS, else 80. */
size_t cli_columns(void);

#endif
