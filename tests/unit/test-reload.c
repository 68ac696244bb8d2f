// SPDX-License-Identifier: GPL-2.0-only
/* agent/reload: who reads the configuration dies of it. This program is the reader, too. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "agent/state.h"

/* As the child of itself: "cgfifo check --records PATH". */
__attribute__((constructor)) static void die_as_reader(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "check") == 0 && strcmp(argv[2], "--records") == 0)
		_exit(1);
}

static const struct agent_options options = {.config = "/nonexistent"};
static struct agent a = {.options = &options};

/* -EBADMSG is a configuration with mistakes, with which no other start is tried. */
Test(reload, a_reader_that_dies_is_no_mistake_in_the_file)
{
	int r;

	cr_redirect_stderr();
	r = reload_first(&a);
	cr_expect_lt(r, 0);
	cr_expect_neq(r, -EBADMSG);
	cr_expect_not_null(strstr(a.config_note, "what reads it gave up"), "%s", a.config_note);
	cr_expect_null(a.config);
}
