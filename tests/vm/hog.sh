#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# A SCHED_FIFO task takes a CPU for a while: others move and keep their shares, the scheduler stays, and the log
# says who it was.
# vm: kernels=7.3,6.12,7.2 smp=2 icount=3 limit=240 long=6.12,7.2
. "$VM_LIB"

# both: the time in ms into $at, and what both have used so far in microseconds into $used. In this shell, for what
# reads is on the CPU of which it is to tell.
both() {
	local group key value
	used=0
	for group in gold lead; do
		while read -r key value; do
			[[ $key != usage_usec ]] || used=$((used + value))
		done <"$CGROUPS/$group/cpu.stat"
	done
	read -r at _ </proc/uptime
	at=$((${at/./} * 10))
}

agent_start "$(config 'rules: [{match: {cgroup: /gold}, weight: 300}]')"
busy gold 2
busy lead 2
# This one has no other place to go.
spawn bound taskset -c 1 "$SPIN" 1
sleep 1

spawn hog taskset -c 1 chrt --fifo 50 "$SPIN" 1 26
hog=$PID
sleep 2
shares 10 gold lead
assert_within 3 "${SHARE[gold]}" 75 'gold, beside the hog'
both
from=$at before=$used
sleep 10
both
used=$(((used - before) / (at - from)))
((used > 940)) || fail "both together get $used permille of the other CPU"
printf 'ok   both together get %s permille of a CPU\n' "$used"
while [[ -d /proc/$hog ]]; do sleep 0.5; done
sleep 1

assert_eq "$(sched_ext_state) $(sched_ext_ops)" 'enabled cgfifo' 'after 26 s of a hog'
assert_not_ejected
# Called as it was when it became a real-time task: on 7.3 the kernel takes the CPU back now and then, and it is spin.
agent_log | grep -E "(chrt|spin) \(PID $hog, SCHED_FIFO\) had CPU 1 for itself for [0-9.]+ s" || {
	agent_log
	fail 'the log does not name the hog'
}
used=$(usage_us bound)
sleep 3
(($(usage_us bound) > used + 1000000)) || fail 'the one that is bound does not go on'
agent_stop
assert_not_ejected
