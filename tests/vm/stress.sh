#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Stressors of stress-ng for affinity, cgroups, forks, nice levels, yields and switches, for two minutes: they
# end well, the scheduler is not ejected, and shares hold afterwards. Real-time tasks that take every CPU are in
# stress-all.
# vm: smp=4 icount=3 mem=3072 limit=900 long=yes
. "$VM_LIB"
. "${VM_LIB%/*}/tasks.sh"

agent_start "$(config 'rules: [{match: {cgroup: /gold}, weight: 300}]')"
status=0
stress_ng --affinity 4 --affinity-rand --race-sched 2 --cgroup 2 --resched 1 --nice 2 --yield 2 --switch 2 --context 1 \
	--futex 1 --fork 1 --pthread 1 || status=$?
assert_eq "$status" 0 'stress-ng ends with'
assert_eq "$(sched_ext_state) $(sched_ext_ops)" 'enabled cgfifo' 'the scheduler'
assert_not_ejected
gold_has_75 afterwards
agent_stop
assert_not_ejected
