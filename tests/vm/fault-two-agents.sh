#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# A second agent beside the first says so and ends; the first, its scheduler and its weights go on.
# vm: smp=2 icount=3 limit=300 long=yes
. "$VM_LIB"

file=$(config 'rules: [{match: {cgroup: /one}, weight: 300}]')
other=$(config 'rules: [{match: {cgroup: /one}, weight: 700}]')
cgroup one
agent_start "$file"
seq=$(cat /sys/kernel/sched_ext/enable_seq)
for words in '' '--scheduler none' '--scheduler cgfifo'; do
	status=0
	# shellcheck disable=SC2086 # words are words
	timeout 60 "$CGFIFO" run --config "$other" $words >"$LOGS/second" 2>&1 || status=$?
	assert_eq "$status" 1 "a second agent ${words:-with defaults}"
	grep -q 'Another agent runs and serves status at /run/cgfifo/' "$LOGS/second" || fail "it says: $(<"$LOGS/second")"
done
assert_eq "$(cat /sys/kernel/sched_ext/enable_seq) $(sched_ext_ops)" "$seq cgfifo" 'the scheduler of the first'
"$CGFIFO" status --all --json | grep '"path": "/one".*"weight": 300\b' >/dev/null || fail 'the weight of the first is gone'
assert_eq "$(cat "$CGROUPS/one/cpu.weight")" 100 'cpu.weight'

# A socket of its own does not give it the scheduler of the first.
for words in '' '--scheduler none'; do
	status=0
	# shellcheck disable=SC2086 # words are words
	timeout 30 "$CGFIFO" run --config "$other" --socket /tmp/other/status.sock $words >"$LOGS/third" 2>&1 || status=$?
	assert_eq "$status" 1 "with another socket ${words:-and defaults}"
	grep -q 'Another agent runs and keeps the scheduler at /sys/fs/bpf/cgfifo' "$LOGS/third" || fail "it says: $(<"$LOGS/third")"
done
assert_eq "$(cat /sys/kernel/sched_ext/enable_seq) $(sched_ext_ops)" "$seq cgfifo" 'the scheduler of the first'
agent_stop
assert_soon 2 sched_ext_is disabled
