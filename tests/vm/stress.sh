#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Stressors of stress-ng for affinity, cgroups, forks, nice levels, yields and switches, for two minutes: they
# end well, the scheduler is not ejected, and shares hold afterwards. Not those that are real-time tasks and take
# every CPU, see RELIABILITY.md.
# vm: smp=4 icount=3 mem=3072 limit=900 long=yes
. "$VM_LIB"

agent_start "$(config 'rules: [{match: {cgroup: /gold}, weight: 300}]')"
cgroup stress
mkdir -p /tmp/stress
status=0
in_cgroup stress stress-ng --temp-path /tmp/stress --timeout 120 --metrics-brief --oomable --no-rand-seed \
	--affinity 4 --affinity-rand --race-sched 2 --cgroup 2 --resched 1 --nice 2 --yield 2 --switch 2 --context 1 \
	--futex 1 --fork 1 --pthread 1 >"$LOGS/stress" 2>&1 || status=$?
rm -rf /tmp/stress
grep -vE ' (dispatching|setting to)' "$LOGS/stress" | cut -c1-100 | sed 's/^/     /'
assert_eq "$status" 0 'stress-ng ends with'
assert_eq "$(sched_ext_state) $(sched_ext_ops)" 'enabled cgfifo' 'the scheduler'
assert_not_ejected
busy gold 4
busy lead 4
sleep 1
shares 10 gold lead
assert_within 3 "${SHARE[gold]}" 75 'gold, afterwards'
agent_stop
assert_not_ejected
