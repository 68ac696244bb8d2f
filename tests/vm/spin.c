// SPDX-License-Identifier: GPL-2.0-only
/*
 * Busy tasks for the VM scenarios: spin THREADS [SECONDS].
 * Keeps THREADS threads busy until killed, or for SECONDS of their clock. Prints nothing.
 * Static, so that it also runs in a container made of nothing else.
 */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * Where the time of a guest is a count of instructions (-icount), an emulator that is to let
 * seconds pass runs that many. These cost it least: it translates some 500 in one piece, and a nop
 * into nothing.
 */
static void *spin(void *arg)
{
	(void)arg;
	for (;;)
		__asm__ volatile(".rept 400\n\tnop\n\t.endr");
	return NULL;
}

int main(int argc, char **argv)
{
	long threads = argc > 1 ? strtol(argv[1], NULL, 10) : 1;
	pthread_t thread;

	if (threads < 1 || threads > 4096)
		return 2;
	if (argc > 2)
		alarm((unsigned int)strtoul(argv[2], NULL, 10));
	for (long i = 1; i < threads; i++) {
		if (pthread_create(&thread, NULL, spin, NULL))
			return 1;
	}
	spin(NULL);
	return 0;
}
