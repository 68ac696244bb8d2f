/* SPDX-License-Identifier: GPL-2.0-only */
/* A process that has no file descriptor left. In: an event loop. Out: how it behaves. */
#ifndef TEST_DESCRIPTORS_H
#define TEST_DESCRIPTORS_H

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <systemd/sd-event.h>

/* How often the loop turns while there is no descriptor left for who has come; 1000 is for ever. */
static unsigned int turns_without_descriptors(sd_event *event)
{
	struct rlimit old, none = {};
	unsigned int n = 0;

	/* It takes the connection, and finds only then that there is no descriptor for it. */
	if (strstr(getenv("LD_PRELOAD") ?: "", "vgpreload"))
		cr_skip_test("not under valgrind");
	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &old), 0);
	none.rlim_max = old.rlim_max;
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	while (n < 1000 && sd_event_run(event, 20000) > 0)
		n++;
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &old), 0);
	return n;
}

#endif
