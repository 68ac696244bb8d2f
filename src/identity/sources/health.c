// SPDX-License-Identifier: GPL-2.0-only
/* Sources that work and sources that do not, see health.h. */
#include "identity/sources/health.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "util/alloc.h"

uint64_t health_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

bool health_may_ask(const struct health *h, uint64_t now_ms)
{
	return now_ms >= h->not_before_ms;
}

static void say(struct health *h, bool bad, const char *text)
{
	if (h->said && h->bad == bad && strcmp(h->text, text) == 0)
		return;
	free(h->text);
	h->text = xstrdup(text);
	h->said = true;
	h->bad = bad;
	if (h->fn)
		h->fn(h->source, bad, text, h->userdata);
}

static void answers(struct health *h)
{
	h->pause_ms = 0;
	h->not_before_ms = 0;
}

void health_is_good(struct health *h, const char *text)
{
	answers(h);
	say(h, false, text);
}

void health_falls_short(struct health *h, const char *text)
{
	answers(h);
	say(h, true, text);
}

void health_is_bad(struct health *h, uint64_t now_ms, const char *text)
{
	h->pause_ms = h->pause_ms ? 2 * h->pause_ms : 1000;
	if (h->pause_ms > HEALTH_MAX_PAUSE_MS)
		h->pause_ms = HEALTH_MAX_PAUSE_MS;
	h->not_before_ms = now_ms + h->pause_ms;
	say(h, true, text);
}

void health_done(struct health *h)
{
	free(h->text);
	h->text = NULL;
}
