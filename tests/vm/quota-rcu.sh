#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Who is throttled keeps nobody waiting: tasks that use up their limit in the middle of what RCU waits for run to
# the end of that, and RCU goes on. They get no more than their limit for it. So it is where real-time tasks take each
# CPU a thousand times a second.
# vm: smp=2 icount=3 limit=240 append=preempt=full long=yes
. "$VM_LIB"
. "${VM_LIB%/*}/tasks.sh"
GROUPS_NR=6

agent_start "$(config 'rules: [{match: {cgroup: /free}, weight: 300}]')"
busy free 1
for ((i = 0; i < GROUPS_NR; i++)); do
	looks_up "lim/$i"
done
sleep 1
for ((i = 0; i < GROUPS_NR; i++)); do echo '5000 1000000' >"$CGROUPS/lim/$i/cpu.max"; done
sleep 8

# goes_on WHEN: how long all that reads now takes to be done with that, 20 times; and what the limited ones use.
goes_on() {
	local used started longest period
	used=$(usage_us lim)
	started=$(now_ms)
	longest=$(python3 - <<-'PYTHON'
	import ctypes, time
	call = ctypes.CDLL(None, use_errno=True).syscall
	longest = 0
	for _ in range(20):
	    began = time.monotonic()
	    if call(324, 1, 0, 0):  # membarrier(MEMBARRIER_CMD_GLOBAL)
	        raise OSError(ctypes.get_errno(), "membarrier")
	    longest = max(longest, time.monotonic() - began)
	print(int(longest * 1000))
	PYTHON
	)
	printf '     the longest of 20 grace periods, %s: %s ms\n' "$1" "$longest"
	((longest < 250)) || fail "$1: RCU waits $longest ms, of a period of 1 s in which they are throttled"
	sleep 15
	used=$(($(usage_us lim) - used)) period=$(($(now_ms) - started))
	assert_within 20 "$(awk -v u="$used" -v p="$period" 'BEGIN { printf "%.2f", u / p }')" "$((5 * GROUPS_NR))" "$1: what all of them use, in ms of each second"
}

goes_on 'alone'
realtime_often 0 1
sleep 1
goes_on 'beside real-time tasks'
agent_stop
assert_not_ejected
