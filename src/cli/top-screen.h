/* SPDX-License-Identifier: GPL-2.0-only */
/* The screen of cgfifo top: draws what it is given, and tells which key was pressed. Non-logging.
 */
#ifndef CLI_TOP_SCREEN_H
#define CLI_TOP_SCREEN_H

#include "cli/measure.h"
#include "cli/top-model.h"

enum top_key {
	TOP_KEY_NONE, /* the time is over */
	TOP_KEY_QUIT,
	TOP_KEY_GONE, /* so is the terminal */
	TOP_KEY_TREE,
	TOP_KEY_ALL,
	TOP_KEY_SORT,
	TOP_KEY_FREEZE,
	TOP_KEY_FILTER,
	TOP_KEY_REDRAW,
};

/* What the user has chosen. */
struct top_choice {
	struct view_options view;
	char filter[64]; /* view.filter points here, or is NULL */
	enum top_sort sort;
	bool tree;
	bool frozen;
	size_t first; /* the line at the top */
};

/* -ENOTTY: there is no terminal. -ENODEV: terminfo does not know it. -EOPNOTSUPP: no ncurses. What
 * is logged while the screen is open is shown when it is closed. */
int screen_open(bool utf8, bool colour);
void screen_close(void);

void screen_draw(const struct measurement *m, const struct top_model *model,
		 struct top_choice *choice);

/* Waits for a key, at most so long. Keys that move the view do so in choice. */
enum top_key screen_key(uint64_t usec, struct top_choice *choice);

/* Lets the user type a new filter into choice. */
void screen_ask_filter(struct top_choice *choice);

#endif
