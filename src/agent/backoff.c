// SPDX-License-Identifier: GPL-2.0-only
/* Pauses between attempts, see backoff.h. */
#include "agent/backoff.h"

/* Drop what is older than the window, and put the new one in front. */
static void remember(struct backoff *b, uint64_t now_sec)
{
	unsigned int n = b->n_recent;

	while (n > 0 && now_sec - b->at_sec[n - 1] >= BACKOFF_WINDOW_SEC)
		n--;
	if (n == 0)
		b->delay_sec = 0;
	if (n == BACKOFF_MAX_TIMES)
		n--;
	for (unsigned int i = n; i > 0; i--)
		b->at_sec[i] = b->at_sec[i - 1];
	b->at_sec[0] = now_sec;
	b->n_recent = n + 1;
}

unsigned int backoff_fail(struct backoff *b, uint64_t now_sec)
{
	remember(b, now_sec);
	if (b->n_recent >= BACKOFF_MAX_TIMES)
		return 0;
	b->delay_sec = b->delay_sec ? b->delay_sec * 2 : 1;
	if (b->delay_sec > BACKOFF_MAX_SEC)
		b->delay_sec = BACKOFF_MAX_SEC;
	return b->delay_sec;
}

void backoff_reset(struct backoff *b)
{
	*b = (struct backoff){};
}
