// SPDX-License-Identifier: GPL-2.0-only
/* Patience of the service manager, see long-step.h. */
#include "agent/long-step.h"

#include <inttypes.h>
#include <systemd/sd-daemon.h>

#define LONG_STEP_USEC (LONG_STEP_SEC * 1000000ull)

/* Two limits may end it: that of the start, or of a reload, and the watchdog. */
void long_step_begin(const char *what)
{
	uint64_t usec;

	sd_notifyf(0, "STATUS=%s\nEXTEND_TIMEOUT_USEC=%llu", what, LONG_STEP_USEC);
	if (sd_watchdog_enabled(0, &usec) > 0 && usec < LONG_STEP_USEC)
		sd_notifyf(0, "WATCHDOG_USEC=%llu", LONG_STEP_USEC);
}

void long_step_end(void)
{
	uint64_t usec;

	if (sd_watchdog_enabled(0, &usec) > 0)
		sd_notifyf(0, "WATCHDOG_USEC=%" PRIu64 "\nWATCHDOG=1", usec);
}
