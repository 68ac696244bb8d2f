// SPDX-License-Identifier: GPL-2.0-only
/* Messages to stderr or the journal, see log.h. */
#include "util/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/parse.h"
#include "util/text.h"

/* A message is cut here: the kernel's exit messages are the longest, at 1 KiB. */
#define MESSAGE_MAX 2048

/* The process has one stderr, so this state belongs to the process. */
static bool to_journal;
static bool debug;

/*
 * JOURNAL_STREAM says which device and inode the journal gave us. It is inherited by children
 * whose stderr points elsewhere, so it is compared (systemd.exec(5)).
 */
static bool stderr_is_journal(const char *stream)
{
	char buf[64];
	struct stat st;

	if (!stream || fstat(STDERR_FILENO, &st) < 0)
		return false;
	snprintf(buf, sizeof(buf), "%" PRIu64 ":%" PRIu64, (uint64_t)st.st_dev,
		 (uint64_t)st.st_ino);
	return strcmp(buf, stream) == 0;
}

void log_init(void)
{
	const char *e = getenv("CGFIFO_DEBUG");
	bool on;

	to_journal = stderr_is_journal(getenv("JOURNAL_STREAM"));
	if (e && (strcmp(e, "1") == 0 || (parse_bool(e, &on) == 0 && on)))
		debug = true;
}

void log_set_debug(bool on)
{
	debug = on;
}

bool log_is_debug(void)
{
	return debug;
}

/* Messages are written whole, also when a library that we use writes to stderr as well. */
static void write_line(int level, const char *message)
{
	if (to_journal)
		dprintf(STDERR_FILENO, "<%d>%s\n", level, message);
	else
		dprintf(STDERR_FILENO, "%s\n", message);
}

/* Not text_escape(): the doubled backslash is right for a name, but not for a whole message. */
static char *format_message(int err, const char *fmt, va_list ap)
{
	_cleanup_free_ char *raw = xmalloc(MESSAGE_MAX);

	errno = err < 0 ? -err : err;
	vsnprintf(raw, MESSAGE_MAX, fmt, ap);
	return text_printable(raw, MESSAGE_MAX);
}

int log_full(int level, int err, const char *fmt, ...)
{
	_cleanup_free_ char *message = NULL;
	int saved = errno;
	va_list ap;

	if (level < LOG_DEBUG || debug) {
		va_start(ap, fmt);
		message = format_message(err, fmt, ap);
		va_end(ap);
		write_line(level, message);
	}
	errno = saved;
	return err < 0 ? err : -err;
}

/* 0: the journal has it. */
static int send_to_journal(int level, int err, const char *message_id,
			   const struct log_field *fields, const char *message)
{
	struct iovec iov[4 + LOG_FIELDS_MAX];
	char *text[ARRAY_SIZE(iov)];
	size_t n = 0;
	int r;

	text[n++] = xasprintf("MESSAGE=%s", message);
	text[n++] = xasprintf("PRIORITY=%d", level);
	text[n++] = xasprintf("MESSAGE_ID=%s", message_id);
	if (err != 0)
		text[n++] = xasprintf("ERRNO=%d", err < 0 ? -err : err);
	for (const struct log_field *f = fields; f && f->name && n < ARRAY_SIZE(text); f++)
		text[n++] = xasprintf("%s=%s", f->name, f->value);

	for (size_t i = 0; i < n; i++)
		iov[i] = (struct iovec){.iov_base = text[i], .iov_len = strlen(text[i])};
	r = sd_journal_sendv(iov, (int)n);
	for (size_t i = 0; i < n; i++)
		free(text[i]);
	return r;
}

int log_event(int level, int err, const char *message_id, const struct log_field *fields,
	      const char *fmt, ...)
{
	_cleanup_free_ char *message = NULL;
	int saved = errno;
	va_list ap;

	if (level < LOG_DEBUG || debug) {
		va_start(ap, fmt);
		message = format_message(err, fmt, ap);
		va_end(ap);
		if (!to_journal || send_to_journal(level, err, message_id, fields, message) < 0)
			write_line(level, message);
	}
	errno = saved;
	return err < 0 ? err : -err;
}
