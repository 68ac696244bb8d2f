// SPDX-License-Identifier: GPL-2.0-only
/* Names of systemd units, see unit-name.h. */
#include "identity/unit-name.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/parse.h"

#define UNIT_NAME_MAX 255
#define UUID_LEN      36

static bool is_unit_char(char c)
{
	return isalnum((unsigned char)c) || strchr(":-_.\\@", c);
}

/* The part before the suffix is one or more of the letters that systemd.unit(5) lists. */
static bool stem_is_valid(const char *s, size_t n)
{
	if (n == 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if (s[i] == '\0' || !is_unit_char(s[i]))
			return false;
	return true;
}

enum unit_type unit_from_dir(const char *dir, const char **ret)
{
	static const struct {
		const char *suffix;
		enum unit_type type;
	} types[] = {
		{".slice", UNIT_SLICE}, {".service", UNIT_LEAF}, {".scope", UNIT_LEAF},
		{".socket", UNIT_LEAF}, {".mount", UNIT_LEAF},	 {".swap", UNIT_LEAF},
	};
	const char *dot;

	if (dir[0] == '_')
		dir++;
	dot = strrchr(dir, '.');
	if (!dot || strlen(dir) > UNIT_NAME_MAX || !stem_is_valid(dir, (size_t)(dot - dir)))
		return UNIT_NONE;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (strcmp(dot, types[i].suffix) == 0) {
			*ret = dir;
			return types[i].type;
		}
	return UNIT_NONE;
}

bool unit_is_user_manager(const char *unit, uint32_t *ret_uid)
{
	static const char prefix[] = "user@";
	const char *dot = strrchr(unit, '.');
	char digits[16];
	size_t n;

	if (strncmp(unit, prefix, sizeof(prefix) - 1) != 0 || !dot || strcmp(dot, ".service") != 0)
		return false;
	unit += sizeof(prefix) - 1;
	n = (size_t)(dot - unit);
	if (n >= sizeof(digits))
		return false;
	memcpy(digits, unit, n);
	digits[n] = '\0';
	return parse_u32(digits, 0, UINT32_MAX, ret_uid) == 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

void unit_unescape(const char *unit, char *buf, size_t size)
{
	size_t n = 0;

	while (*unit && n + 1 < size) {
		int high = -1, low = -1;

		if (unit[0] == '\\' && unit[1] == 'x')
			high = hex_digit(unit[2]);
		if (high >= 0)
			low = hex_digit(unit[3]);
		/* \x00 would end the string: leave it as it is written. */
		if (low >= 0 && (high | low) != 0) {
			buf[n++] = (char)(high << 4 | low);
			unit += 4;
		} else {
			buf[n++] = *unit++;
		}
	}
	buf[n] = '\0';
}

bool unit_is_snap(const char *unit)
{
	const char *dot = strrchr(unit, '.');

	/* snap.SNAP.APP.service; mounts of snaps are called otherwise */
	return strncmp(unit, "snap.", 5) == 0 && strchr(unit + 5, '.') != dot;
}

static bool is_uuid(const char *s)
{
	for (int i = 0; i < UUID_LEN; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23 ? s[i] != '-' : hex_digit(s[i]) < 0)
			return false;
	return true;
}

void unit_cut_uuid(char *unit)
{
	char *dot = strrchr(unit, '.');

	if (!dot || dot - unit <= UUID_LEN + 1 || !is_uuid(dot - UUID_LEN))
		return;
	memmove(dot - UUID_LEN - 1, dot, strlen(dot) + 1);
}
