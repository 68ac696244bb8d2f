// SPDX-License-Identifier: GPL-2.0-only
/* UTF-8, escaping and near misses, see text.h. */
#include "util/text.h"

#include <stdio.h>
#include <string.h>

#include "util/alloc.h"
#include "util/cleanup.h"

/* Words longer than this are not keys of ours, so nothing is suggested for them. */
#define WORD_MAX 32

/* RFC 3629, table 3-7 of the Unicode standard: what the first byte says about the rest. */
static size_t sequence_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	if (first >= 0xf0 && first <= 0xf4)
		return 4;
	return 0;
}

size_t text_decode(const char *s, size_t n, uint32_t *ret)
{
	/* The smallest code point that needs so many bytes; a smaller one is an overlong form. */
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len;
	uint32_t c;

	len = n ? sequence_length((unsigned char)s[0]) : 0;
	if (len == 0 || len > n)
		return 0;
	c = (unsigned char)s[0];
	if (len > 1)
		c &= 0x7fu >> len;
	for (size_t i = 1; i < len; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | ((unsigned char)s[i] & 0x3f);
	}
	if (c < smallest[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*ret = c;
	return len;
}

bool text_is_utf8(const char *s, size_t n, size_t *ret_bad)
{
	uint32_t c;

	for (size_t i = 0, len; i < n; i += len) {
		len = text_decode(s + i, n - i, &c);
		if (len == 0) {
			if (ret_bad)
				*ret_bad = i;
			return false;
		}
	}
	return true;
}

size_t text_length(const char *s, size_t n)
{
	size_t count = 0;
	uint32_t c;

	/* Lines may be long, and most of their characters are one byte. */
	for (size_t i = 0, len; i < n; i += len ? len : 1, count++)
		len = (signed char)s[i] >= 0 ? 1 : text_decode(s + i, n - i, &c);
	return count;
}

bool text_is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

bool text_is_unsafe(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} unsafe[] = {
		{0xad, 0xad},	  /* soft hyphen */
		{0x61c, 0x61c},	  /* Arabic letter mark */
		{0x180e, 0x180e}, /* Mongolian vowel separator */
		{0x200b, 0x200f}, /* without width; left-to-right and right-to-left marks */
		{0x202a, 0x202e}, /* embeddings and overrides of the direction */
		{0x2060, 0x206f}, /* word joiner, isolates of the direction, and others */
		{0xfeff, 0xfeff}, /* byte order mark */
		{0xfff9, 0xfffb}, /* annotations between lines */
		{0xfffe, 0xffff}, /* none */
	};

	for (size_t i = 0; i < ARRAY_SIZE(unsafe); i++)
		if (c >= unsafe[i].first && c <= unsafe[i].last)
			return true;
	return text_is_control(c);
}

/* Writes one character, of len bytes or 0 for a byte that is not UTF-8, and returns the end. */
static char *escape_one(char *out, const char *s, size_t len, uint32_t c)
{
	if (len == 0)
		return out + sprintf(out, "\\x%02x", (unsigned char)s[0]);
	if (c == '\n' || c == '\t')
		return out + sprintf(out, "\\%c", c == '\n' ? 'n' : 't');
	if (text_is_unsafe(c))
		return out + sprintf(out, c < 0x100 ? "\\x%02x" : "\\u%04x", c);
	memcpy(out, s, len);
	return out + len;
}

/* Does the limit cut a character in two? Then it is left out, not shown as broken bytes. */
static bool is_cut(const char *s, size_t left, size_t len)
{
	uint32_t c;

	return len == 0 && left < 4 && text_decode(s, strnlen(s, 4), &c) > left;
}

static char *escape(const char *s, size_t max, bool double_backslash)
{
	size_t n = strnlen(s, max);
	/* One byte becomes at most four ("\x1b"), two or three at most six. */
	char *buf = xmalloc(n * 4 + sizeof("..."));
	char *out = buf;
	bool cut = n == max && s[n] != '\0';
	uint32_t c = 0;

	for (size_t i = 0, len; i < n; i += len ? len : 1) {
		len = text_decode(s + i, n - i, &c);
		if (cut && is_cut(s + i, n - i, len))
			break;
		if (double_backslash && s[i] == '\\')
			*out++ = '\\';
		out = escape_one(out, s + i, len, c);
	}
	strcpy(out, cut ? "..." : "");
	return buf;
}

char *text_escape(const char *s, size_t max)
{
	return escape(s, max, true);
}

char *text_printable(const char *s, size_t max)
{
	return escape(s, max, false);
}

/* Writes one character as JSON, RFC 8259 section 7, and returns the end: at most 6 bytes. */
static char *json_one(char *out, const char *s, size_t len, uint32_t c)
{
	if (len == 0)
		return out + sprintf(out, "\\ufffd");
	if (c == '"' || c == '\\')
		return out + sprintf(out, "\\%c", c);
	if (c == '\n' || c == '\t')
		return out + sprintf(out, "\\%c", c == '\n' ? 'n' : 't');
	if (text_is_unsafe(c)) /* below 0x10000, all of them */
		return out + sprintf(out, "\\u%04x", c);
	memcpy(out, s, len);
	return out + len;
}

char *text_json(const char *s)
{
	size_t n = strlen(s);
	char *buf = xmalloc(n * 6 + sizeof("\"\"")), *out = buf;
	uint32_t c = 0;

	*out++ = '"';
	for (size_t i = 0, len; i < n; i += len ? len : 1) {
		len = text_decode(s + i, n - i, &c);
		out = json_one(out, s + i, len, c);
	}
	strcpy(out, "\"");
	return buf;
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours. */
static size_t distance(const char *a, size_t na, const char *b, size_t nb)
{
	size_t d[WORD_MAX + 1][WORD_MAX + 1];

	for (size_t i = 0; i <= na; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= nb; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= na; i++)
		for (size_t j = 1; j <= nb; j++) {
			size_t differs = a[i - 1] != b[j - 1];

			d[i][j] = min3(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + differs);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    d[i - 2][j - 2] + 1 < d[i][j])
				d[i][j] = d[i - 2][j - 2] + 1;
		}
	return d[na][nb];
}

const char *text_closest(const char *s, const char *const *words, size_t n)
{
	size_t len = strnlen(s, WORD_MAX + 1), best = SIZE_MAX;
	const char *closest = NULL;

	if (len > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t word_len = strnlen(words[i], WORD_MAX + 1), longer, d;

		if (word_len > WORD_MAX)
			continue;
		longer = len > word_len ? len : word_len;
		d = distance(s, len, words[i], word_len);
		if (d < best && d <= (longer + 3) / 4) {
			best = d;
			closest = words[i];
		}
	}
	return closest;
}

const char *text_plural(size_t n)
{
	return n == 1 ? "" : "s";
}
