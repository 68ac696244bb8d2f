// SPDX-License-Identifier: GPL-2.0-only
/*
 * ext COMMAND [WORD...]: runs COMMAND, and all that it starts, in the class SCHED_EXT, as systemd
 * does with CPUSchedulingPolicy=ext. Programs of Debian 13 know no such class yet.
 */
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#define POLICY_EXT 7 /* SCHED_EXT of linux/sched.h */

int main(int argc, char **argv)
{
	const struct sched_param param = {0};

	if (argc < 2)
		return 2;
	if (sched_setscheduler(0, POLICY_EXT, &param) < 0) {
		perror("SCHED_EXT");
		return 1;
	}
	execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 1;
}
