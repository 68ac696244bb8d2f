// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgfifo top on a terminal, over files: keys, and what is on the screen then. The terminal is a
 * VT52, whose commands are few enough to follow here; the live figures are in tests/vm/top.sh.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/cleanup.h"

#include "fake-agent.h"

#define COLUMNS 100
#define LINES	24

static struct fake_agent a;
static int terminal;
static pid_t top;
static char rows[LINES][COLUMNS + 1];
static size_t y, x;

static void clear_from(size_t row, size_t column)
{
	memset(&rows[row][column], ' ', COLUMNS - column);
}

/* One command of the terminal, "\033" and what follows; answers how many bytes it has. */
static size_t command(const char *p, size_t n)
{
	if (n < 2 || (p[1] == 'Y' && n < 4))
		return 0;
	if (p[1] == 'Y') {
		y = (size_t)(p[2] - 32) % LINES;
		x = (size_t)(p[3] - 32) % COLUMNS;
		return 4;
	}
	if (p[1] == 'H')
		y = x = 0;
	if (p[1] == 'A' || p[1] == 'B')
		y = (y + (p[1] == 'B' ? 1 : LINES - 1)) % LINES;
	if (p[1] == 'C' || p[1] == 'D')
		x = (x + (p[1] == 'C' ? 1 : COLUMNS - 1)) % COLUMNS;
	if (p[1] == 'J' || p[1] == 'K')
		clear_from(y, x);
	for (size_t row = y + 1; p[1] == 'J' && row < LINES; row++)
		clear_from(row, 0);
	return 2;
}

/* At the bottom all moves up. */
static void feed(void)
{
	if (y + 1 < LINES) {
		y++;
		return;
	}
	memmove(rows[0], rows[1], sizeof(rows) - sizeof(rows[0]));
	clear_from(LINES - 1, 0);
}

static void put(char c)
{
	if (c == '\r')
		x = 0;
	else if (c == '\b')
		x -= x > 0;
	else if (c == '\n')
		feed();
	else if (c >= ' ' || c < 0) {
		rows[y][x < COLUMNS ? x : COLUMNS - 1] = c;
		x++;
	}
}

/* What comes within this time, on the screen. */
static void look(int ms)
{
	struct pollfd p = {.fd = terminal, .events = POLLIN};
	static char buf[65536];
	static size_t n;
	ssize_t got;

	while (poll(&p, 1, ms) > 0 && (got = read(terminal, buf + n, sizeof(buf) - n)) > 0) {
		size_t i = 0, used = 1;

		n += (size_t)got;
		for (; i < n && used > 0; i += used) {
			used = 1;
			if (buf[i] == '\033')
				used = command(buf + i, n - i);
			else
				put(buf[i]);
		}
		memmove(buf, buf + i, n - i);
		n -= i;
	}
}

static const char *row_with(const char *part)
{
	for (int i = 0; i < LINES; i++)
		if (strstr(rows[i], part))
			return rows[i];
	return NULL;
}

static void show_screen(void)
{
	for (int i = 0; i < LINES; i++)
		fprintf(stderr, "|%s|\n", rows[i]);
}

static void expect_shown(const char *part)
{
	for (int i = 0; i < 300 && !row_with(part); i++)
		look(100);
	if (!row_with(part))
		show_screen();
	cr_assert_not_null(row_with(part), "'%s' is not on the screen", part);
}

static void expect_gone(const char *part)
{
	for (int i = 0; i < 300 && row_with(part); i++)
		look(100);
	cr_assert_null(row_with(part), "'%s' is still on the screen", part);
}

static void press(const char *keys)
{
	cr_assert_eq(write(terminal, keys, strlen(keys)), (ssize_t)strlen(keys));
}

/* Three descriptors of the child are the other end, and it is in charge of it. */
static void setup_columns(unsigned short columns)
{
	const struct winsize size = {.ws_row = LINES, .ws_col = columns};
	int other;

	fake_agent_init(&a);
	fake_agent_configure(&a, "version: 1\n"
				 "rules:\n"
				 "  - {match: {cgroup: /top/gold}, weight: 300}\n"
				 "  - {match: {cgroup: /late}, weight: 50}\n");
	fake_agent_start(&a);
	fake_agent_expect(&a, "/top/gold", "300");
	terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	cr_assert_geq(terminal, 0);
	cr_assert(grantpt(terminal) == 0 && unlockpt(terminal) == 0);
	cr_assert_eq(ioctl(terminal, TIOCSWINSZ, &size), 0);
	other = open(ptsname(terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
	cr_assert_geq(other, 0);
	setenv("TERM", "vt52", 1);
	setenv("LC_ALL", "C", 1);
	for (size_t i = 0; i < LINES; i++)
		clear_from(i, 0);
	cr_assert_eq(dup2(other, STDIN_FILENO), STDIN_FILENO);
	top = fake_agent_spawn_into(&a, "top --all --interval 200ms", other);
	close(other);
}

static void setup(void)
{
	setup_columns(COLUMNS);
}

static void setup_narrow(void)
{
	setup_columns(40);
}

static void teardown(void)
{
	if (top)
		kill(top, SIGKILL);
	fake_agent_done(&a);
}

TestSuite(top, .init = setup, .fini = teardown, .timeout = 600);
TestSuite(top_narrow, .init = setup_narrow, .fini = teardown, .timeout = 600);

static void quit(void)
{
	pid_t pid = top;

	press("q");
	look(100);
	top = 0;
	cr_expect_eq(fake_agent_wait(pid), 0);
}

Test(top, tree_and_flat)
{
	expect_shown("Fall back: the kernel's own scheduler, weights in cpu.weight");
	expect_shown("q quit  t flat  s sort (tree)  a fewer  f freeze  / filter");
	expect_shown("  gold ");
	cr_expect_not_null(strstr(row_with("  gold "), "300  rule"), "%s", row_with("  gold "));
	press("t");
	expect_shown("t tree  s sort (ENT%)");
	press("s");
	expect_shown("s sort (GOT%)");
	press("ssssss");
	expect_shown("s sort (NAME)");
	quit();
}

Test(top, filter)
{
	expect_shown("silver");
	press("/");
	expect_shown("part of a name or path, or a glob");
	press("gol\n");
	expect_shown("/ filter: gol");
	expect_gone("silver");
	press("/\n");
	expect_shown("silver");
	quit();
}

Test(top, what_comes_and_what_is_frozen)
{
	expect_shown("silver");
	press("f");
	expect_shown("f go on");
	fake_agent_cgroup(&a, "/late");
	fake_agent_expect(&a, "/late", "50");
	look(500);
	cr_expect_null(row_with("late"), "it stands still");
	press("f");
	expect_shown("late");
	press("a");
	expect_shown("a all");
	quit();
}

/* More than fits; the keys of both kinds go down and up. */
Test(top, lines_move)
{
	char path[16];

	for (int i = 10; i < 50; i++) {
		snprintf(path, sizeof(path), "/more%d", i);
		fake_agent_cgroup(&a, path);
	}
	press("t");
	for (int i = 0; i < 7; i++)
		press("s");
	expect_shown("s sort (NAME)");
	expect_shown("more10");
	cr_expect_null(row_with("more49"));
	press("jjjjjj");
	expect_gone("gold");
	press("\033A\033A\033A\033A\033A\033A");
	expect_shown("gold");
	press("\033B\033B\033B\033B\033B\033B");
	expect_gone("gold");
	press("kkkkkk");
	expect_shown("gold");
	quit();
}

/* What has no room is cut, and not in the next line. */
Test(top_narrow, lines_are_cut)
{
	expect_shown("  gold ");
	expect_shown("other ");
	look(500);
	cr_expect_null(row_with("    -     -     -"), "%s", row_with("    -     -     -"));
	expect_shown("q quit  t flat  s sort (tree)  a fewer");
	quit();
}

Test(top, a_terminal_that_nobody_knows)
{
	_cleanup_close_ int other = open(ptsname(terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);

	quit();
	setenv("TERM", "no-such-terminal", 1);
	cr_expect_eq(fake_agent_wait(fake_agent_spawn_into(&a, "top", other)), 1);
	expect_shown("TERM names a terminal that is not known here; \"cgfifo status --watch\"");
}

/* What is wrong is said below the picture, not in it. */
Test(top, why_it_ends)
{
	const char *why;
	pid_t pid = top;

	expect_shown("silver");
	cr_assert_eq(kill(a.pid, SIGSTOP), 0);
	expect_shown("It cannot be told any more who gets what");
	cr_assert_eq(kill(a.pid, SIGCONT), 0);
	top = 0;
	cr_expect_eq(fake_agent_wait(pid), 1);
	why = row_with("The agent at ");
	cr_assert_not_null(why);
	cr_expect_eq(row_with("It cannot be told") - why, (long)sizeof(rows[0]), "%s", why);
}

/* Nobody who closes a terminal wants a process that goes on to ask it for keys. */
Test(top, the_terminal_goes)
{
	int status = 0, r = 0;

	expect_shown("silver");
	close(STDIN_FILENO);
	close(terminal);
	for (int i = 0; i < 300 && r == 0; i++) {
		r = waitpid(top, &status, WNOHANG);
		usleep(100000);
	}
	cr_assert_eq(r, top, "it goes on");
	top = 0;
	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 1, "%d", status);
}
