#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Real-time tasks that take each CPU a thousand times a second stretch nobody's slice: limits hold, and who is not
# limited shares the rest, task by task.
# vm: smp=2 icount=3 limit=180 long=yes
. "$VM_LIB"
. "${VM_LIB%/*}/tasks.sh"
GROUPS_NR=6

agent_start "$(config 'rules: []')"
SPINS=(a b c d) LIMITED=()
for name in "${SPINS[@]}"; do task "$name" free "$SPIN" 1; done
for ((i = 0; i < GROUPS_NR; i++)); do
	cgroup "lim/$i"
	echo '5000 100000' >"$CGROUPS/lim/$i/cpu.max"
	looks_up "lim/$i"
	LIMITED+=("lim/$i")
done
realtime_often 0 1
sleep 1
shares 10 "${LIMITED[@]}"
for ((i = 0; i < GROUPS_NR; i++)); do
	assert_within 5 "${SHARE[lim/$i]}" 16.67 "lim/$i, of what the six may use"
done
used=$(usage_us lim) from=$(now_ms)
parts 10 "${SPINS[@]}"
used=$(($(usage_us lim) - used)) from=$(($(now_ms) - from))
for name in "${SPINS[@]}"; do assert_within 5 "${PART[$name]}" 25 "$name, one of four"; done
assert_within 5 "$((used / from))" $((50 * GROUPS_NR)) 'what the six use, in ms of each second'
agent_stop
assert_not_ejected
