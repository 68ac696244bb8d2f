#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# How long a container with a high weight that sleeps most of the time waits when it wakes, beside
# eight that are always busy. It uses about 4 % of one CPU, and is entitled to much more.
# vm: smp=4 icount=3 limit=600 append=initcall_blacklist=cmos_init
. "${VM_LIB%/*}/../bench/lib.sh"

COUNT=3000
[[ -z $QUICK ]] || COUNT=50

title 'Time from waking to running of a light container (weight 1000), beside 8 busy ones (weight 100), 4 CPUs'
for threads in 1 4; do
	row "p50-$threads" us 'ratio<=1.00' "half of the times, 8 × $threads busy"
	row "p99-$threads" us 'ratio<=1.00' "99 of 100 times, 8 × $threads busy"
	row "max-$threads" us - "longest, 8 × $threads busy"
done

measure() {
	local i p50 p99 max
	for i in 1 2 3 4 5 6 7 8; do
		busy "bench-busy-$i" "$threads"
		weight "bench-busy-$i" 100
	done
	cgroup bench-light
	weight bench-light 1000
	sleep 2
	read -r p50 p99 max < <("$BENCH/wake" "$CGROUPS/bench-light" $COUNT 200 1)
	value "p50-$threads" "$p50"
	value "p99-$threads" "$p99"
	value "max-$threads" "$max"
}

settle
short_turns
for threads in 1 4; do schedulers fair flatcg cgfifo; done
