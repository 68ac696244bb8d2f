#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# A container with tasks bound to two CPUs that has one of them for itself is ahead of its share on the other
# for good, where a heavier one runs: its tasks there run nevertheless, first in, first out or fair.
# vm: kernels=7.3,6.12,7.2 smp=2 icount=3 limit=300 long=6.12,7.2
. "$VM_LIB"
PINNED=/cgfifo/build/tests/vm/pinned

# pin CGROUP N CPU...: N threads, in turn on each CPU.
pin() { spawn "$1" "$PINNED" run "$LOGS/pinned-$1" "${@:2}"; }

# Who looks is not to wait for those who are looked at.
echo +cpu >"$CGROUPS/cgroup.subtree_control"
echo 10000 >"$CGROUPS/system.slice/cpu.weight"
agent_start "$(config '
rules:
  - {match: {cgroup: /wide-fifo}, weight: 10}
  - {match: {cgroup: /wide-fair}, weight: 10, policy: fair}
  - {match: {cgroup: /heavy}, weight: 1000}
')"
pin heavy 1 1
for policy in fifo fair; do
	pin "wide-$policy" 6 0 1
	sleep 2
	# Each of the six is to run every 2 s, where it can.
	"$PINNED" look 10 "$LOGS/pinned-wide-$policy" "$LOGS/pinned-heavy" | sed "s|^$LOGS/pinned-||" |
		while read -r name cpu sum most least; do
			printf '     %-10s CPU %d: %9d us, %7d to %7d us a thread\n' "$name" "$cpu" "$sum" "$least" "$most"
			((least > 0)) || fail "$policy: a thread of $name did not run on CPU $cpu in 10 s"
			[[ $name != heavy ]] || assert_within 3 "$sum" 10000000 "$policy: heavy has CPU 1, in us of 10 s"
		done
	assert_eq "$(sched_ext_state)" enabled "$policy: the scheduler"
	calm "wide-$policy"
done
agent_stop
echo 100 >"$CGROUPS/system.slice/cpu.weight"
assert_not_ejected
