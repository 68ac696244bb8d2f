#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# What a context switch costs in instructions: two tasks, each in a cgroup of its own, wake each
# other over pipes on one CPU. The deeper the cgroups, the more a scheduler that walks them pays.
# scx_simple knows no cgroups: it is the floor.
# The security modules are those that a Debian kernel runs with: they cost at every read and write.
# vm: smp=1 icount=0 limit=600 append=lsm=landlock,lockdown,yama,loadpin,safesetid,integrity,apparmor,selinux,smack,tomoyo,bpf,ipe
. "${VM_LIB%/*}/../bench/lib.sh"

ROUNDS=20000
[[ -z $QUICK ]] || ROUNDS=500

title 'Instructions per context switch, two tasks that wake each other, one CPU, by depth of their cgroups'
row depth-1 instructions 'ratio<=1.20' depth 1
row depth-2 instructions - depth 2
row depth-4 instructions 'ratio<=1.00' depth 4
row depth-8 instructions 'ratio<=0.80' depth 8
row level instructions '<=50' each level more
row all instructions - depth 4, timer interrupts and all

measure() {
	local depth a b mean
	local -A cost=()
	for depth in 1 2 4 8; do
		a=$(chain "bench-$depth-a" $depth) b=$(chain "bench-$depth-b" $depth)
		cgroup "$a" "$b"
		read -r "cost[$depth]" mean < <("$BENCH/pingpong" $ROUNDS "$CGROUPS/$a" "$CGROUPS/$b")
		value "depth-$depth" "${cost[$depth]}"
		((depth != 4)) || value all "$mean"
	done
	value level "$(awk -v one="${cost[1]}" -v eight="${cost[8]}" 'BEGIN { print (eight - one) / 7 }')"
}

settle
schedulers fair flatcg simple cgfifo
