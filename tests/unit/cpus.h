/* SPDX-License-Identifier: GPL-2.0-only */
/* Sets of a few CPUs, as numbers. */
#ifndef TESTS_CPUS_H
#define TESTS_CPUS_H

#include "cpuset.h"

#define CPUS(bits) (&(struct cgfifo_cpuset){.word = {bits}})
/* Not just one CPU, where any of them will do. */
#define ANY_CPU(bits) ((struct cpu_bit){.bit = (bits)})

#endif
