// SPDX-License-Identifier: GPL-2.0-only
/* util/parse: what is a number, and what only looks like one. */
#include <criterion/criterion.h>
#include <errno.h>
#include <inttypes.h>

#include "util/cleanup.h"
#include "util/parse.h"

#define UNTOUCHED 4711

static const struct {
	const char *text;
	uint64_t min, max;
	int r;
	uint64_t value;
} numbers[] = {
	{"0", 0, 10, 0, 0},
	{"1", 1, 10000, 0, 1},
	{"10000", 1, 10000, 0, 10000},
	{"18446744073709551615", 0, UINT64_MAX, 0, UINT64_MAX},
	{"0", 1, 10000, -ERANGE, 0},
	{"10001", 1, 10000, -ERANGE, 0},
	{"18446744073709551616", 0, UINT64_MAX, -ERANGE, 0},
	{"99999999999999999999999999999999999999", 0, UINT64_MAX, -ERANGE, 0},
	{"", 0, 10, -EINVAL, 0},
	{" 1", 0, 10, -EINVAL, 0},
	{"1 ", 0, 10, -EINVAL, 0},
	{"1\n", 0, 10, -EINVAL, 0},
	{"+1", 0, 10, -EINVAL, 0},
	{"-1", 0, UINT64_MAX, -EINVAL, 0},
	{"00", 0, 10, -EINVAL, 0},
	{"010", 0, 10, -EINVAL, 0},
	{"0x10", 0, 100, -EINVAL, 0},
	{"1e3", 0, 10000, -EINVAL, 0},
	{"1_000", 0, 10000, -EINVAL, 0},
	{"1,000", 0, 10000, -EINVAL, 0},
	{"1.0", 0, 10, -EINVAL, 0},
	{"99999999999999999999999999x", 0, UINT64_MAX, -EINVAL, 0},
	{"\xef\xbc\x91", 0, 10, -EINVAL, 0},
};

Test(parse, u64)
{
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		uint64_t value = UNTOUCHED;
		int r;

		r = parse_u64(numbers[i].text, numbers[i].min, numbers[i].max, &value);
		cr_expect_eq(r, numbers[i].r, "\"%s\": expected %d, got %d", numbers[i].text,
			     numbers[i].r, r);
		cr_expect_eq(value, numbers[i].r ? UNTOUCHED : numbers[i].value,
			     "\"%s\": got %" PRIu64, numbers[i].text, value);
	}
}

/* What does not fit must not wrap into the limits: 2^32 + 1 is not 1. */
Test(parse, u32_does_not_wrap)
{
	uint32_t value = UNTOUCHED;

	cr_expect_eq(parse_u32("4294967295", 0, UINT32_MAX, &value), 0);
	cr_expect_eq(value, UINT32_MAX);
	value = UNTOUCHED;
	cr_expect_eq(parse_u32("4294967297", 0, UINT32_MAX, &value), -ERANGE);
	cr_expect_eq(parse_u32("x", 0, UINT32_MAX, &value), -EINVAL);
	cr_expect_eq(value, UNTOUCHED);
}

static const struct {
	const char *text;
	int r;
	uint64_t usec;
} durations[] = {
	{"500us", 0, 500},
	{"3ms", 0, 3000},
	{"1s", 0, 1000000},
	{"0s", 0, 0},
	{"3600s", 0, 3600000000},
	{"10m", 0, 600000000},
	{"2h", 0, 7200000000},
	{"1d", 0, 86400000000},
	{"18446744073709551615us", 0, UINT64_MAX},
	{"3", -EINVAL, 0},
	{"ms", -EINVAL, 0},
	{"3 ms", -EINVAL, 0},
	{"3MS", -EINVAL, 0},
	{"3min", -EINVAL, 0},
	{"3msms", -EINVAL, 0},
	{"1.5ms", -EINVAL, 0},
	{"-3ms", -EINVAL, 0},
	{"03ms", -EINVAL, 0},
	{"", -EINVAL, 0},
	{"18446744073709551616us", -ERANGE, 0},
	{"18446744073709551615ms", -ERANGE, 0},
	{"18446744073710s", -ERANGE, 0},
	{"99999999999999999999999w", -EINVAL, 0},
};

Test(parse, duration)
{
	for (size_t i = 0; i < ARRAY_SIZE(durations); i++) {
		uint64_t usec = UNTOUCHED;
		int r;

		r = parse_duration_usec(durations[i].text, 0, UINT64_MAX, &usec);
		cr_expect_eq(r, durations[i].r, "\"%s\": expected %d, got %d", durations[i].text,
			     durations[i].r, r);
		cr_expect_eq(usec, durations[i].r ? UNTOUCHED : durations[i].usec,
			     "\"%s\": got %" PRIu64, durations[i].text, usec);
	}
}

Test(parse, duration_limits)
{
	uint64_t usec = UNTOUCHED;

	cr_expect_eq(parse_duration_usec("100us", 100, 100000, &usec), 0);
	cr_expect_eq(parse_duration_usec("100ms", 100, 100000, &usec), 0);
	cr_expect_eq(parse_duration_usec("99us", 100, 100000, &usec), -ERANGE);
	cr_expect_eq(parse_duration_usec("101ms", 100, 100000, &usec), -ERANGE);
	cr_expect_eq(usec, 100000);
}

static const struct {
	uint64_t usec;
	const char *text;
} formats[] = {
	{0, "0us"},	    {1, "1us"},		 {1500, "1500us"},
	{3000, "3ms"},	    {1000000, "1s"},	 {1001000, "1001ms"},
	{600000000, "10m"}, {86400000000, "1d"}, {UINT64_MAX, "18446744073709551615us"},
};

/* Whatever is printed can be read back. */
Test(parse, duration_format)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		char buf[FORMAT_DURATION_LEN];
		uint64_t usec;

		cr_expect_str_eq(format_duration_usec(formats[i].usec, buf), formats[i].text);
		cr_expect_eq(parse_duration_usec(buf, 0, UINT64_MAX, &usec), 0, "%s", buf);
		cr_expect_eq(usec, formats[i].usec, "%s", buf);
	}
}

static const struct {
	const char *text;
	int r;
	bool value;
} booleans[] = {
	{"true", 0, true}, {"yes", 0, true},	  {"on", 0, true},	{"false", 0, false},
	{"no", 0, false},  {"off", 0, false},	  {"True", -EINVAL, 0}, {"1", -EINVAL, 0},
	{"", -EINVAL, 0},  {"true ", -EINVAL, 0}, {"t", -EINVAL, 0},
};

Test(parse, boolean)
{
	for (size_t i = 0; i < ARRAY_SIZE(booleans); i++) {
		bool value = !booleans[i].value;
		int r;

		r = parse_bool(booleans[i].text, &value);
		cr_expect_eq(r, booleans[i].r, "\"%s\": got %d", booleans[i].text, r);
		cr_expect_eq(value, r ? !booleans[i].value : booleans[i].value, "\"%s\"",
			     booleans[i].text);
	}
}
