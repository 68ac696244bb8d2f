// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes the turns of a VM's CPUs short: turns. Ends with 77 where a program cannot: another
 * machine than a PC, a kernel without ioperm().
 *
 * In a VM that counts instructions the CPUs take turns, each until the next timer is due, whoever's
 * that is; so a CPU that is told something may do it a millisecond later, and sooner under a
 * scheduler that sets many timers. This sets the PC's clock chip (MC146818, ports 0x70 and 0x71) to
 * go off 8192 times in a second. Nobody hears of that where its driver was kept out
 * (initcall_blacklist=cmos_init), so it costs the guest nothing.
 */
#include "task.h"

#if defined(__x86_64__)
#include <sys/io.h>

static void clock_set(unsigned char reg, unsigned char value)
{
	outb(reg, 0x70);
	outb(value, 0x71);
}

static int clock_get(unsigned char reg)
{
	outb(reg, 0x70);
	return inb(0x71);
}

int main(void)
{
	if (ioperm(0x70, 2, 1)) {
		if (errno == ENOSYS)
			return 77;
		die("ioperm");
	}
	clock_set(0x0a, 0x23); /* rate 3 of 32768 Hz */
	clock_set(0x0b, 0x42); /* periodic interrupt, 24 hours */
	sleep_until(now_ns() + 2000 * NSEC_PER_USEC);
	if (!(clock_get(0x0c) & 0x40)) {
		fprintf(stderr, "turns: the clock chip does not go off\n");
		return 1;
	}
	return 0;
}
#else
int main(void)
{
	return 77; /* no such clock chip */
}
#endif
