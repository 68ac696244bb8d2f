// SPDX-License-Identifier: GPL-2.0-only
/* Reading a configuration file, and whether it is text at all. See source.h. */
#include "config/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/diag.h"
#include "util/alloc.h"
#include "util/file.h"
#include "util/text.h"

static const struct mark whole_file;

struct source *source_new(const char *name, const char *text, size_t size)
{
	struct source *src = xcalloc(1, sizeof(*src));

	src->name = xstrdup(name);
	src->text = xmalloc(size + 1);
	memcpy(src->text, text, size);
	src->text[size] = '\0';
	src->size = size;
	return src;
}

struct source *source_free(struct source *src)
{
	if (!src)
		return NULL;
	free(src->name);
	free(src->text);
	free(src);
	return NULL;
}

/*
 * Weights decide who gets the machine, so whoever may write the file must be somebody who may
 * decide that. NULL: fine.
 */
static const char *distrust(const struct stat *st)
{
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return "is not owned by root";
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return "can be written by others than its owner; use chmod go-w";
	return NULL;
}

/* NULL: fine. A FIFO would block and a device would never end. */
static const char *refuse(int fd, bool trusted)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return "cannot be examined";
	if (S_ISDIR(st.st_mode))
		return "is a directory";
	if (!S_ISREG(st.st_mode))
		return "is not a regular file";
	return trusted ? distrust(&st) : NULL;
}

static int read_failed(const struct source *src, int r, struct diags *diags)
{
	if (r == -EFBIG)
		diags_add(diags, DIAG_ERROR, src, whole_file, "is larger than %d KiB",
			  SOURCE_MAX_BYTES / 1024);
	else
		diags_add(diags, DIAG_ERROR, src, whole_file, "cannot be read: %s", strerror(-r));
	return -EINVAL;
}

int source_read(const char *path, bool trusted, struct source **ret, struct diags *diags)
{
	_cleanup_(source_freep) struct source *src = xcalloc(1, sizeof(*src));
	bool is_stdin = strcmp(path, "-") == 0;
	_cleanup_close_ int fd = -EBADF;
	const char *why;
	int r;

	src->name = xstrdup(is_stdin ? "<stdin>" : path);
	if (is_stdin)
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	else
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT ? -ENOENT : read_failed(src, -errno, diags);

	why = is_stdin ? NULL : refuse(fd, trusted);
	if (why) {
		diags_add(diags, DIAG_ERROR, src, whole_file, "%s", why);
		return -EINVAL;
	}
	r = file_read_fd(fd, SOURCE_MAX_BYTES, &src->text, &src->size);
	if (r < 0)
		return read_failed(src, r, diags);
	*ret = TAKE_PTR(src);
	return 0;
}

const char *source_line(const struct source *src, unsigned int line, size_t *ret_size)
{
	const char *p = src->text, *end, *nl;

	if (!p || line == 0)
		return NULL;
	end = p + src->size;
	for (; line > 1; line--, p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (!nl)
			return NULL;
	}
	nl = memchr(p, '\n', (size_t)(end - p));
	*ret_size = (size_t)((nl ? nl : end) - p);
	return p;
}

/* What can be wrong with a character; each kind is reported once. */
enum flaw {
	FLAW_NONE,
	FLAW_ENCODING,
	FLAW_BOM,
	FLAW_BOM_INSIDE,
	FLAW_CONTROL,
	FLAW_CR,
	FLAW_TAB,
};

static const char *const flaws[] = {
	[FLAW_ENCODING] = "not UTF-8 text",
	[FLAW_BOM] = "the file starts with a byte order mark; save it as UTF-8 without one",
	[FLAW_BOM_INSIDE] = "a byte order mark, which cannot be seen, is not allowed here",
	[FLAW_CONTROL] = "control characters are not allowed",
	[FLAW_CR] = "the line ends in CR LF; save the file with plain LF line ends",
	[FLAW_TAB] = "YAML cannot be indented with tabs; use spaces",
};

/*
 * The line breaks that Unicode has besides LF are control characters to us: libyaml would count
 * a line at them where no editor does.
 */
static enum flaw find_flaw(const char *s, size_t n, uint32_t c, bool indent)
{
	if (c == 0xfeff)
		return FLAW_BOM;
	if (c == '\r')
		return n > 1 && s[1] == '\n' ? FLAW_CR : FLAW_CONTROL;
	if (c == '\t')
		return indent ? FLAW_TAB : FLAW_NONE;
	return c != '\n' && text_is_control(c) ? FLAW_CONTROL : FLAW_NONE;
}

bool source_is_clean(const struct source *src, struct diags *diags)
{
	struct mark at = {.line = 1, .col = 1, .len = 1};
	bool seen[ARRAY_SIZE(flaws)] = {}, clean = true, indent = true;
	enum flaw flaw;
	uint32_t c = 0;

	for (size_t i = 0, len; i < src->size; i += len ? len : 1) {
		char byte = src->text[i];

		/* Most are so, and nothing can be wrong with them. */
		if (byte >= ' ' && byte <= '~') {
			len = 1;
			at.col++;
			indent = indent && byte == ' ';
			continue;
		}
		len = text_decode(src->text + i, src->size - i, &c);
		flaw = len == 0 ? FLAW_ENCODING
				: find_flaw(src->text + i, src->size - i, c, indent);
		if (flaw == FLAW_BOM && i > 0)
			flaw = FLAW_BOM_INSIDE;
		if (flaw != FLAW_NONE && !seen[flaw]) {
			diags_add(diags, DIAG_ERROR, src, at, "%s", flaws[flaw]);
			seen[flaw] = true;
			clean = false;
		}
		/* Where one byte is not text, what the next ones look like means nothing. */
		if (flaw == FLAW_ENCODING)
			break;
		indent = c == '\n' || (indent && (c == ' ' || c == '\t'));
		at.col = c == '\n' ? 1 : at.col + 1;
		at.line += c == '\n';
	}
	return clean;
}
