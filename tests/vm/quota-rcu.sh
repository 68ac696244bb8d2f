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

# pays I: waits until a limited one goes on after a rest: then it owes nothing. Sets NOW, and what it had USED.
pays() {
	local used rests_since started
	USED=$(usage_us "lim/$1") rests_since=$(now_ms) started=$rests_since
	while :; do
		sleep 0.1
		used=$(usage_us "lim/$1") NOW=$(now_ms)
		((NOW - started < 60000)) || fail "lim/$1 does not rest in 60 s"
		((used != USED)) || continue
		((NOW - rests_since < 300)) || return 0
		USED=$used rests_since=$NOW
	done
}

# settle: waits until each of the limited ones owes nothing, one after the other. Sets the SUM of what they have used since
# they last did, in us, and the sum of how long that is, PERIOD, in ms.
used=() since=()
settle() {
	SUM=0 PERIOD=0
	for ((i = 0; i < GROUPS_NR; i++)); do
		pays "$i"
		SUM=$((SUM + USED - ${used[i]:-0})) PERIOD=$((PERIOD + NOW - ${since[i]:-0}))
		used[i]=$USED since[i]=$NOW
	done
}

# goes_on WHEN: how long all that reads now takes to be done with that, 20 times; and what the limited ones use from when
# they owed nothing to when they owe nothing again: one goes beyond its limit by up to 70 ms, which is 14 periods' quota.
goes_on() {
	local longest
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
	settle
	assert_within 10 "$(awk -v u="$SUM" -v p="$PERIOD" 'BEGIN { printf "%.2f", u / p }')" 5 "$1: what each of them uses, in ms of each second"
}

settle
goes_on 'alone'
realtime_often 0 1
sleep 1
goes_on 'beside real-time tasks'
agent_stop
assert_not_ejected
