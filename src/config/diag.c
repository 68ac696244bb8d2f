// SPDX-License-Identifier: GPL-2.0-only
/* Collecting and showing what is wrong with configuration files, see diag.h. */
#include "config/diag.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/text.h"

#define MESSAGE_MAX 512

/* Of a long line, this much is shown: so many characters in all, so many before the place. */
#define EXCERPT_MAX    92
#define EXCERPT_BEFORE 60

static const struct {
	const char *name;
	const char *colour;
} severities[] = {
	[DIAG_ERROR] = {"error", "\033[1;31m"},
	[DIAG_WARNING] = {"warning", "\033[1;33m"},
	[DIAG_NOTICE] = {"notice", "\033[1;36m"},
};

static void diag_done(struct diag *d)
{
	free(d->file);
	free(d->message);
	free(d->excerpt);
}

void diags_done(struct diags *diags)
{
	VEC_FOREACH (d, diags)
		diag_done(d);
	VEC_DONE(diags);
	diags->n_errors = 0;
}

/* The end of at most n characters of s. */
static const char *skip_characters(const char *s, const char *end, size_t n)
{
	uint32_t c;
	size_t len;

	for (; n > 0 && s < end; n--) {
		if ((signed char)*s >= 0) { /* one byte; a line may have 256 Ki of them */
			s++;
			continue;
		}
		len = text_decode(s, (size_t)(end - s), &c);
		s += len ? len : 1;
	}
	return s;
}

/* What is shown of a character may be longer than the character, so the caret is counted in what
 * stands before it. */
static void set_excerpt(struct diag *d, const struct source *src)
{
	_cleanup_free_ char *before = NULL, *shown = NULL, *text = NULL;
	const char *line, *start, *place, *end;
	size_t size, n_before;

	line = source_line(src, d->mark.line, &size);
	if (!line || size == 0)
		return;
	place = skip_characters(line, line + size, d->mark.col - 1);
	n_before = text_length(line, (size_t)(place - line));
	start = line;
	if (n_before > EXCERPT_BEFORE)
		start = skip_characters(line, place, n_before - EXCERPT_BEFORE);
	end = skip_characters(start, line + size, EXCERPT_MAX);

	before = xstrndup(start, (size_t)(place - start));
	text = xstrndup(start, (size_t)(end - start));
	shown = text_printable(before, SIZE_MAX);
	d->excerpt = text_printable(text, SIZE_MAX);
	d->caret = (unsigned int)text_length(shown, strlen(shown));
}

static void fill(struct diag *d, enum diag_severity severity, const struct source *src,
		 struct mark mark, const char *message)
{
	*d = (struct diag){
		.severity = severity,
		.file = text_printable(src->name, SIZE_MAX),
		.mark = mark,
		.message = text_printable(message, MESSAGE_MAX),
	};
	set_excerpt(d, src);
}

static void add(struct diags *diags, enum diag_severity severity, const struct source *src,
		struct mark mark, const char *message)
{
	struct diag *d = VEC_PUSH(diags, DIAGS_MAX);

	if (d)
		fill(d, severity, src, mark, message);
}

/* There is no room: a mistake takes the place of the last that is none, or nobody would know why
 * the configuration is refused. */
static void displace(struct diags *diags, const struct source *src, struct mark mark,
		     const char *message)
{
	for (size_t i = DIAGS_MAX - 1; i-- > 0;) {
		struct diag *d = &diags->items[i];

		if (d->severity == DIAG_ERROR)
			continue;
		diag_done(d);
		fill(d, DIAG_ERROR, src, mark, message);
		return;
	}
}

void diags_add(struct diags *diags, enum diag_severity severity, const struct source *src,
	       struct mark mark, const char *fmt, ...)
{
	char message[MESSAGE_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);

	/* Counted also when there is no room: it still makes the file unusable. */
	if (severity == DIAG_ERROR)
		diags->n_errors++;
	if (diags->n < DIAGS_MAX - 1) {
		add(diags, severity, src, mark, message);
		return;
	}
	add(diags, DIAG_NOTICE, src, (struct mark){}, "has more to complain about than this");
	if (severity == DIAG_ERROR)
		displace(diags, src, mark, message);
}

/* When a file first had something wrong with it. */
static size_t file_rank(const struct diags *diags, const struct diag *d)
{
	size_t rank = 0;

	while (strcmp(diags->items[rank].file, d->file) != 0)
		rank++;
	return rank;
}

static bool is_after(const struct mark *a, const struct mark *b)
{
	return a->line != b->line ? a->line > b->line : a->col > b->col;
}

/* Insertion keeps equal ones in their order, and there are few. The one that says that there are
 * more stays the last. */
void diags_sort(struct diags *diags)
{
	struct diags sorted = {.n_errors = diags->n_errors};

	for (size_t i = 0; i < diags->n; i++) {
		const struct diag *d = &diags->items[i];
		size_t rank = file_rank(diags, d), at = sorted.n;

		VEC_PUSH(&sorted, DIAGS_MAX);
		for (; at > 0 && i < DIAGS_MAX - 1; at--) {
			const struct diag *other = &sorted.items[at - 1];
			size_t other_rank = file_rank(diags, other);

			if (other_rank < rank ||
			    (other_rank == rank && !is_after(&other->mark, &d->mark)))
				break;
			sorted.items[at] = *other;
		}
		sorted.items[at] = *d;
	}
	VEC_DONE(diags);
	*diags = sorted;
}

const char *diag_severity_name(enum diag_severity severity)
{
	return severities[severity].name;
}

static char *format_place(const struct diag *d)
{
	if (d->mark.line == 0)
		return xasprintf("%s:", d->file);
	return xasprintf("%s:%u:%u:", d->file, d->mark.line, d->mark.col);
}

char *diag_headline(const struct diag *d)
{
	_cleanup_free_ char *place = format_place(d);

	return xasprintf("%s %s: %s", place, severities[d->severity].name, d->message);
}

/* "^~~~" under the place, but not past the end of what is shown. */
static char *format_caret(const struct diag *d)
{
	size_t shown = text_length(d->excerpt, strlen(d->excerpt));
	size_t len = d->mark.len ? d->mark.len : 1;
	char *tail;

	if (d->caret + len > shown)
		len = shown > d->caret ? shown - d->caret : 1;
	tail = xmalloc(len + 1);
	memset(tail, '~', len);
	tail[0] = '^';
	tail[len] = '\0';
	return tail;
}

char *diag_format(const struct diag *d, bool colour)
{
	const char *name = severities[d->severity].name;
	const char *on = colour ? severities[d->severity].colour : "";
	const char *bold = colour ? "\033[1m" : "", *off = colour ? "\033[0m" : "";
	_cleanup_free_ char *place = format_place(d), *caret = NULL;

	if (!d->excerpt)
		return xasprintf("%s%s%s %s%s:%s %s\n", bold, place, off, on, name, off,
				 d->message);
	caret = format_caret(d);
	return xasprintf("%s%s%s %s%s:%s %s\n%5u | %s\n      | %*s%s%s%s\n", bold, place, off, on,
			 name, off, d->message, d->mark.line, d->excerpt, (int)d->caret, "", on,
			 caret, off);
}
