/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text to numbers, strictly: the whole string must be the value, without blanks, signs, bases or
 * leading zeros. The only place that converts numbers. Non-logging. All return 0, -EINVAL (not
 * such a value) or -ERANGE (outside the limits, or too large to hold), and touch *ret only on 0.
 */
#ifndef UTIL_PARSE_H
#define UTIL_PARSE_H

#include <stdbool.h>
#include <stdint.h>

/* A decimal number from min to max. */
int parse_u32(const char *s, uint32_t min, uint32_t max, uint32_t *ret);
int parse_u64(const char *s, uint64_t min, uint64_t max, uint64_t *ret);

/* A whole number with a unit: "500us", "3ms", "1s", "10m", "2h", "1d". A bare number is -EINVAL,
 * because nobody can tell what it means. */
int parse_duration_usec(const char *s, uint64_t min, uint64_t max, uint64_t *ret);

/* The inverse, with the largest unit that keeps it whole. buf holds FORMAT_DURATION_LEN bytes and
 * is returned. */
#define FORMAT_DURATION_LEN 24
char *format_duration_usec(uint64_t usec, char *buf);

/* true, yes, on; false, no, off. In lower case. */
int parse_bool(const char *s, bool *ret);

#endif
