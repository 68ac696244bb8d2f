// SPDX-License-Identifier: GPL-2.0-only
/* ncurses, see top-screen.h. */
#include "cli/top-screen.h"

#include <errno.h>
#include <fcntl.h>
#include <ncurses.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <termcap.h>
#include <unistd.h>

#include "cli/top-cells.h"
#include "report/cell.h"
#include "report/table.h"
#include "util/alloc.h"
#include "util/text.h"

#define NAME_MIN    19
#define NAME_MAX    48
#define HISTORY_MIN 8
/* Blanks before the history. */
#define HISTORY_GAP 2

/* Lines that are no cgroups: two of state, a blank, the headings; the keys at the bottom. */
#define HEAD_LINES 4
#define FOOT_LINES 1

#define UNFAIR_RATIO 0.9

static const char *const sort_names[TOP_N_SORTS] = {
	[TOP_BY_ENTITLED] = "ENT%", [TOP_BY_GOT] = "GOT%",	 [TOP_BY_RATIO] = "GOT/ENT",
	[TOP_BY_WAIT] = "P99",	    [TOP_BY_THROTTLED] = "THR%", [TOP_BY_WEIGHT] = "WEIGHT",
	[TOP_BY_TASKS] = "TASKS",   [TOP_BY_NAME] = "NAME",
};

static bool is_utf8, has_colour;

/* Standard error while the screen is open, and what it was before. */
static int held_fd = -EBADF, error_fd = -EBADF;

/* A line on the terminal would stand in the picture, and go with it. */
static void hold_errors(void)
{
	if (!isatty(STDERR_FILENO))
		return;
	held_fd = memfd_create("cgfifo-top", MFD_CLOEXEC);
	error_fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (held_fd >= 0 && error_fd >= 0)
		dup2(held_fd, STDERR_FILENO);
}

static void show_errors(void)
{
	char text[1024];
	off_t at = 0;
	ssize_t n;

	if (held_fd >= 0 && error_fd >= 0) {
		dup2(error_fd, STDERR_FILENO);
		while ((n = pread(held_fd, text, sizeof(text), at)) > 0 &&
		       write(STDERR_FILENO, text, (size_t)n) == n)
			at += n;
	}
	closep(&held_fd);
	closep(&error_fd);
	held_fd = error_fd = -EBADF;
}

int screen_open(bool utf8, bool colour)
{
	const char *term = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return -ENOTTY;
	/* initscr() would end the program, and newterm() not free what it has. */
	if (!term || tgetent(NULL, term) <= 0 || !initscr())
		return -ENODEV;
	is_utf8 = utf8;
	has_colour = colour && has_colors();
	if (has_colour) {
		start_color();
		use_default_colors();
		init_pair(1, COLOR_RED, -1);
	}
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	curs_set(0);
	set_escdelay(25);
	hold_errors();
	return 0;
}

void screen_close(void)
{
	endwin();
	show_errors();
}

static size_t body_lines(void)
{
	return LINES > HEAD_LINES + FOOT_LINES ? (size_t)(LINES - HEAD_LINES - FOOT_LINES) : 0;
}

/* What "cgfifo status" says first, in the first two lines; later ones are for status. */
static void draw_state(const struct measurement *m)
{
	_cleanup_free_ char *text = NULL;
	char *line, *rest = NULL;
	size_t size;
	FILE *f = xmemstream(&text, &size);

	table_print_state(f, m->after);
	fclose(f);
	line = strtok_r(text, "\n", &rest);
	for (int y = 0; line && y < 2; y++, line = strtok_r(NULL, "\n", &rest))
		mvaddnstr(y, 0, line, COLS);
}

static bool is_wide(void)
{
	return COLS >= TOP_WIDE;
}

static void widths(const struct snapshot *s, const struct top_line *lines, size_t n,
		   size_t *ret_name, size_t *ret_history)
{
	size_t cells = top_cells_width(is_wide()), longest = NAME_MIN;
	size_t room = (size_t)COLS > cells + NAME_MIN ? (size_t)COLS - cells : NAME_MIN;

	for (size_t i = 0; i < n; i++) {
		size_t w = cell_width(snapshot_string(s, snapshot_row(s, lines[i].row)->name)) +
			   2u * lines[i].indent + 1;

		longest = w > longest ? w : longest;
	}
	*ret_history = room >= NAME_MIN + HISTORY_GAP + HISTORY_MIN ? HISTORY_MIN : 0;
	*ret_name = room - (*ret_history ? *ret_history + HISTORY_GAP : 0);
	if (longest > NAME_MAX)
		longest = NAME_MAX;
	if (*ret_history && *ret_name > longest) {
		*ret_history += *ret_name - longest;
		*ret_name = longest;
	}
	if (*ret_history > TOP_HISTORY)
		*ret_history = TOP_HISTORY;
}

/* As much of it as there is room for: ncurses would go on in the next line. */
static void put_line(int y, const char *text)
{
	_cleanup_free_ char *cut = NULL;
	size_t size;
	FILE *f = xmemstream(&cut, &size);

	cell_print(f, text, (size_t)COLS, is_utf8);
	fclose(f);
	mvaddstr(y, 0, cut);
}

/* A "+" before the name: another one of this name was there before. */
static void draw_line(int y, const struct measurement *m, const struct top_line *line,
		      size_t name_width, size_t history_width)
{
	const struct snapshot_row *row = snapshot_row(m->after, line->row);
	const struct sample *sample = &m->samples[line->row];
	char cells[TOP_CELLS_LEN], spark[TOP_SPARK_LEN];
	_cleanup_free_ char *name = NULL; /* and cells */
	double r = top_ratio(row, sample);
	bool unfair = r >= 0 && r < UNFAIR_RATIO;
	size_t size, indent = 2u * line->indent;
	FILE *f = xmemstream(&name, &size);

	indent = indent > name_width / 2 ? name_width / 2 : indent;
	fprintf(f, "%*s%s", (int)indent, "", line->past && line->past->is_again ? "+" : "");
	fflush(f);
	cell_print(f, snapshot_string(m->after, row->name), name_width - size, is_utf8);
	fputs(top_cells(row, sample, is_wide(), cells), f);
	fclose(f);
	if (unfair)
		attron(has_colour ? COLOR_PAIR(1) : A_BOLD);
	put_line(y, name);
	if (unfair)
		attroff(has_colour ? COLOR_PAIR(1) : A_BOLD);
	if (history_width)
		mvprintw(y, (int)(name_width + top_cells_width(is_wide())), "%*s%s", HISTORY_GAP,
			 "",
			 top_spark(line->past, row->weight ? sample->entitled : 0, history_width,
				   is_utf8, spark));
}

static void draw_frame(const struct top_choice *choice, size_t name_width, size_t history_width)
{
	char cells[TOP_CELLS_LEN];
	_cleanup_free_ char *headings =
		xasprintf("%-*s%s%s", (int)name_width, "NAME", top_headings(is_wide(), cells),
			  history_width ? "  HISTORY" : "");
	_cleanup_free_ char *keys = xasprintf(
		"q quit  t %s  s sort (%s)  a %s  f %s  / filter%s%s",
		choice->tree ? "flat" : "tree", choice->tree ? "tree" : sort_names[choice->sort],
		choice->view.all ? "fewer" : "all", choice->frozen ? "go on" : "freeze",
		choice->view.filter ? ": " : "", choice->view.filter ? choice->filter : "");

	attron(A_REVERSE);
	put_line(HEAD_LINES - 1, headings);
	put_line(LINES - 1, keys);
	attroff(A_REVERSE);
}

void screen_draw(const struct measurement *m, const struct top_model *model,
		 struct top_choice *choice)
{
	_cleanup_free_ struct top_line *lines = NULL;
	size_t name_width, history_width;
	size_t n = top_model_lines(model, m->after, m->samples, &choice->view, choice->tree,
				   choice->sort, &lines);

	erase();
	widths(m->after, lines, n, &name_width, &history_width);
	if (choice->first + body_lines() > n)
		choice->first = n > body_lines() ? n - body_lines() : 0;
	draw_state(m);
	draw_frame(choice, name_width, history_width);
	for (size_t i = 0; i < body_lines() && choice->first + i < n; i++)
		draw_line(HEAD_LINES + (int)i, m, &lines[choice->first + i], name_width,
			  history_width);
	refresh();
}

static void scroll_by(struct top_choice *choice, long n)
{
	if (n < 0 && choice->first < (size_t)-n)
		choice->first = 0;
	else
		choice->first += (size_t)n;
}

/* Then there is no key in no time, for ever. */
static bool is_terminal_gone(void)
{
	struct pollfd p = {.fd = STDIN_FILENO};

	return poll(&p, 1, 0) > 0 && (p.revents & (POLLHUP | POLLERR | POLLNVAL));
}

enum top_key screen_key(uint64_t usec, struct top_choice *choice)
{
	timeout((int)(usec / 1000));
	switch (getch()) {
	case ERR:
		return is_terminal_gone() ? TOP_KEY_GONE : TOP_KEY_NONE;
	case 'q':
	case 'Q':
		return TOP_KEY_QUIT;
	case 't':
		return TOP_KEY_TREE;
	case 'a':
		return TOP_KEY_ALL;
	case 's':
		return TOP_KEY_SORT;
	case 'f':
		return TOP_KEY_FREEZE;
	case '/':
		return TOP_KEY_FILTER;
	case KEY_UP:
	case 'k':
		scroll_by(choice, -1);
		break;
	case KEY_DOWN:
	case 'j':
		scroll_by(choice, 1);
		break;
	case KEY_PPAGE:
		scroll_by(choice, -(long)body_lines());
		break;
	case KEY_NPAGE:
		scroll_by(choice, (long)body_lines());
		break;
	case KEY_HOME:
		choice->first = 0;
		break;
	}
	return TOP_KEY_REDRAW;
}

void screen_ask_filter(struct top_choice *choice)
{
	timeout(-1);
	echo();
	curs_set(1);
	attron(A_REVERSE);
	mvprintw(LINES - 1, 0, "%-*s", COLS, "");
	mvprintw(LINES - 1, 0, "part of a name or path, or a glob; nothing: all: ");
	attroff(A_REVERSE);
	if (getnstr(choice->filter, (int)sizeof(choice->filter) - 1) != OK)
		choice->filter[0] = '\0';
	noecho();
	curs_set(0);
	choice->view.filter = choice->filter[0] ? choice->filter : NULL;
	choice->first = 0;
}
