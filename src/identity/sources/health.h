/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a source is doing: said when it changes, and one that does not answer is left in peace for a
 * while, so that it costs only the names that it would know. Non-logging.
 */
#ifndef IDENTITY_SOURCES_HEALTH_H
#define IDENTITY_SOURCES_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "identity/wire.h"

/* A source works (text says what is used), or does not (text says why). */
typedef void (*health_fn)(enum names_source source, bool bad, const char *text, void *userdata);

/* Pauses after failures: 1, 2, 4 ... 60 seconds. */
#define HEALTH_MAX_PAUSE_MS 60000

struct health {
	enum names_source source;
	health_fn fn;
	void *userdata;
	bool said, bad;
	char *text;
	uint64_t pause_ms, not_before_ms;
};

/* May it be asked now? Times are of any clock that does not jump. */
bool health_may_ask(const struct health *h, uint64_t now_ms);

void health_is_good(struct health *h, const char *text);
void health_is_bad(struct health *h, uint64_t now_ms, const char *text);

/* It works, but could not tell about one thing: text says why, and it may be asked on. */
void health_falls_short(struct health *h, const char *text);

void health_done(struct health *h);

/* CLOCK_MONOTONIC. */
uint64_t health_now_ms(void);

#endif
