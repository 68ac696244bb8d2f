#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# What a context switch costs as the machine grows: pairs of tasks that wake each other, each task in
# a cgroup of its own, on 2 to 16 CPUs that are all busy: one pair bound to each, and four pairs for
# each that are bound to none. The figure is all that the machine did, timer interrupts too, divided by
# the switches. (By a pair's own clock it would be without, but for the turns of other CPUs.)
# scx_simple has one queue for all and no cgroups: what sched_ext itself costs.
# Idle CPUs are to sleep and not to wait in MWAIT, which the emulator counts as work.
# vm: smp=2/4/8/16 icount=0 limit=900 append=idle=halt~lsm=landlock,lockdown,yama,loadpin,safesetid,integrity,apparmor,selinux,smack,tomoyo,bpf,ipe
. "${VM_LIB%/*}/../bench/lib.sh"

CPUS=$(nproc)
MS=400
[[ -z $QUICK ]] || MS=50

title 'Instructions per context switch as the machine grows: pairs of tasks that wake each other, all CPUs busy'
row "bound-$CPUS" instructions - "$CPUS CPUs, a pair bound to each"
row "free-$CPUS" instructions - "$CPUS CPUs, $((4 * CPUS)) pairs bound to none"
row "moved-$CPUS" 'percent' - "... of them by a task that another CPU ran before"
row "stopped-$CPUS" 'percent' - "... of them beside one that was interrupted"

measure() {
	local own all moved stopped
	cgroup bench-bound/x bench-free/x
	read -r own all moved stopped < <("$BENCH/pairs" bound "$CPUS" "$MS" "$CGROUPS/bench-bound")
	echo "bound: $own by the pair's clock, $all by the machine's, $moved moved, $stopped interrupted"
	value "bound-$CPUS" "$all"
	read -r own all moved stopped < <("$BENCH/pairs" free $((4 * CPUS)) "$MS" "$CGROUPS/bench-free")
	value "free-$CPUS" "$all"
	value "moved-$CPUS" "$moved"
	value "stopped-$CPUS" "$stopped"
}

settle
schedulers fair simple cgfifo
