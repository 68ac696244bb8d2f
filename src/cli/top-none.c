// SPDX-License-Identifier: GPL-2.0-only
/* The screen of a program that was built without ncurses, see top-screen.h. */
#include <errno.h>

#include "cli/top-screen.h"

int screen_open(bool utf8, bool colour)
{
	return -EOPNOTSUPP;
}

void screen_close(void)
{
}

void screen_draw(const struct measurement *m, const struct top_model *model,
		 struct top_choice *choice)
{
}

enum top_key screen_key(uint64_t usec, struct top_choice *choice)
{
	return TOP_KEY_QUIT;
}

void screen_ask_filter(struct top_choice *choice)
{
}
