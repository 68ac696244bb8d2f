/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages for people. On a terminal they are plain text on stderr; under systemd each line gets
 * its "<N>" level; and log_event() sends a message with an identity and fields to the journal,
 * where `journalctl -x` explains it and MESSAGE_ID= or CGROUP= finds it.
 *
 * Only sched/, apply/, agent/ and cli/ log: once, where the object and the reason are known.
 * Control characters are escaped here, so that no container name can forge a line. %m works.
 */
#ifndef UTIL_LOG_H
#define UTIL_LOG_H

#include <stdbool.h>
#include <syslog.h>

/* Looks at the environment: JOURNAL_STREAM, and CGFIFO_DEBUG=1 for log_set_debug(). Without it
 * messages are plain text. */
void log_init(void);

/* Let LOG_DEBUG through. */
void log_set_debug(bool on);
bool log_is_debug(void);

/* One message of a level from syslog.h. err is what %m stands for: a positive or negative errno,
 * 0 for none. Returns -|err|, so that a failure is reported and returned in one line. */
int log_full(int level, int err, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* errno in, negative errno out: return log_error_errno(r, "Cannot set weight of %s: %m", path); */
#define log_error_errno(err, ...)   log_full(LOG_ERR, err, __VA_ARGS__)
#define log_warning_errno(err, ...) log_full(LOG_WARNING, err, __VA_ARGS__)
#define log_debug_errno(err, ...)   log_full(LOG_DEBUG, err, __VA_ARGS__)

#define log_error(...)	 ((void)log_full(LOG_ERR, 0, __VA_ARGS__))
#define log_warning(...) ((void)log_full(LOG_WARNING, 0, __VA_ARGS__))
#define log_notice(...)	 ((void)log_full(LOG_NOTICE, 0, __VA_ARGS__))
#define log_info(...)	 ((void)log_full(LOG_INFO, 0, __VA_ARGS__))
#define log_debug(...)	 ((void)log_full(LOG_DEBUG, 0, __VA_ARGS__))

/* A field of a journal entry: name in upper case, value as text. */
struct log_field {
	const char *name;
	const char *value;
};

/* LOG_FIELDS({"CGROUP", path}, {"WEIGHT", text}) */
#define LOG_FIELDS(...) ((const struct log_field[]){__VA_ARGS__, {}})

/* At most this many fields reach the journal. */
#define LOG_FIELDS_MAX 12

/*
 * A message that something may wait for. message_id is 32 hex digits that stay the same for ever
 * and stand in the catalog; fields is made by LOG_FIELDS, or NULL. Without a journal it is a
 * plain message. Returns as log_full().
 */
int log_event(int level, int err, const char *message_id, const struct log_field *fields,
	      const char *fmt, ...) __attribute__((format(printf, 5, 6)));

#endif
