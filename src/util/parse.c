// SPDX-License-Identifier: GPL-2.0-only
/* Text to numbers, see parse.h. */
#include "util/parse.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "util/cleanup.h"

/* In ascending order, for format_duration_usec(). */
static const struct {
	const char *name;
	uint64_t usec;
} units[] = {
	{"us", 1},
	{"ms", 1000},
	{"s", 1000000},
	{"m", 60 * 1000000ull},
	{"h", 3600 * 1000000ull},
	{"d", 86400 * 1000000ull},
};

/*
 * Reads the digits at the start of s; *ret_end is what follows them. A leading zero is refused,
 * because half of the world reads 010 as eight.
 */
static int parse_digits(const char *s, uint64_t *ret, const char **ret_end)
{
	uint64_t value = 0;
	bool overflow = false;
	const char *p;

	for (p = s; *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*p - '0'), &value))
			overflow = true;
	if (p == s || (s[0] == '0' && p > s + 1))
		return -EINVAL;

	*ret_end = p;
	if (overflow)
		return -ERANGE;
	*ret = value;
	return 0;
}

int parse_u64(const char *s, uint64_t min, uint64_t max, uint64_t *ret)
{
	const char *end = s;
	uint64_t value;
	int r;

	r = parse_digits(s, &value, &end);
	if (*end != '\0')
		return -EINVAL;
	if (r < 0)
		return r;
	if (value < min || value > max)
		return -ERANGE;
	*ret = value;
	return 0;
}

int parse_u32(const char *s, uint32_t min, uint32_t max, uint32_t *ret)
{
	uint64_t value;
	int r;

	r = parse_u64(s, min, max, &value);
	if (r < 0)
		return r;
	*ret = (uint32_t)value;
	return 0;
}

static uint64_t unit_usec(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (strcmp(name, units[i].name) == 0)
			return units[i].usec;
	return 0;
}

int parse_duration_usec(const char *s, uint64_t min, uint64_t max, uint64_t *ret)
{
	const char *end = s;
	uint64_t value, unit;
	int r;

	r = parse_digits(s, &value, &end);
	if (r == -EINVAL)
		return r;
	unit = unit_usec(end);
	if (unit == 0)
		return -EINVAL;
	if (r < 0)
		return r;
	if (__builtin_mul_overflow(value, unit, &value) || value < min || value > max)
		return -ERANGE;
	*ret = value;
	return 0;
}

char *format_duration_usec(uint64_t usec, char *buf)
{
	size_t i = ARRAY_SIZE(units) - 1;

	while (i > 0 && (usec == 0 || usec % units[i].usec != 0))
		i--;
	snprintf(buf, FORMAT_DURATION_LEN, "%" PRIu64 "%s", usec / units[i].usec, units[i].name);
	return buf;
}

int parse_bool(const char *s, bool *ret)
{
	static const char *const words[2][3] = {{"false", "no", "off"}, {"true", "yes", "on"}};

	for (size_t value = 0; value < 2; value++)
		for (size_t i = 0; i < ARRAY_SIZE(words[value]); i++)
			if (strcmp(s, words[value][i]) == 0) {
				*ret = value;
				return 0;
			}
	return -EINVAL;
}
