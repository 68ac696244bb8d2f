/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel says about sched_ext and about CPUs, from sysfs. Non-logging. The public part
 * is in sched.h: sched_probe(), sched_loaded_name(), sched_nr_online_cpus().
 */
#ifndef SCHED_KERNEL_H
#define SCHED_KERNEL_H

/* Waits until no scheduler is loaded, for a second or two at most. 0, or -ETIMEDOUT. */
int kernel_wait_disabled(void);

#endif
