/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text that somebody else wrote: container names, annotations, configuration files. Escape it
 * before it reaches a terminal or a log. Non-logging.
 */
#ifndef UTIL_TEXT_H
#define UTIL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The character at s, of n bytes: its length in bytes (1 to 4) and its code point. 0 when the
 * bytes there are not UTF-8 (overlong forms and surrogates included), or n is 0.
 */
size_t text_decode(const char *s, size_t n, uint32_t *ret);

/* Is all of it UTF-8? *ret_bad is the offset of the first byte that is not; may be NULL. */
bool text_is_utf8(const char *s, size_t n, size_t *ret_bad);

/* Number of characters in n bytes; a byte that is not UTF-8 counts as one. */
size_t text_length(const char *s, size_t n);

/* Moves the cursor or ends a line: the ASCII control characters, those of Latin-1, and the line
 * and paragraph separators of Unicode. */
bool text_is_control(uint32_t c);

/* A control character, or one that hides, or that changes the order in which its neighbours are
 * shown, or that Unicode says is none. */
bool text_is_unsafe(uint32_t c);

/*
 * A copy fit to be shown on one line: unsafe characters and bytes that are not UTF-8 become \n,
 * \t, \xNN, \uNNNN; a backslash becomes two. At most max bytes of s are looked at, "..." stands for
 * the rest.
 */
char *text_escape(const char *s, size_t max);

/* The same for a whole message, where a backslash is just a backslash. */
char *text_printable(const char *s, size_t max);

/* The length that text_escape() is given where nothing else limits it. */
#define TEXT_ESCAPE_MAX 128

/* A JSON string of s, with its quotes, fit to be shown: unsafe characters are \uNNNN. What is not
 * UTF-8 becomes U+FFFD. The caller's. */
char *text_json(const char *s);

/*
 * The word of the list that somebody who wrote s may have meant, or NULL when none is near: up to
 * one error in four characters, a transposition counting as one. words has n entries.
 */
const char *text_closest(const char *s, const char *const *words, size_t n);

/* What the word for n things ends with in English: "s", or nothing for one. */
const char *text_plural(size_t n);

#endif
