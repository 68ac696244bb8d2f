#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# All stressors that stress-ng has for schedulers at once, real-time ones that take every CPU among them, beside those
# for affinity and cgroups, for two minutes: the scheduler is not ejected, and shares hold afterwards. Not on 6.12,
# which leaves nothing to others where real-time tasks take all.
# vm: smp=4 icount=3 mem=3072 limit=900 long=yes kernels=7.3
. "$VM_LIB"
. "${VM_LIB%/*}/tasks.sh"

agent_start "$(config 'rules: [{match: {cgroup: /gold}, weight: 300}]')"
status=0
stress_ng --class scheduler --all 1 --affinity 4 --affinity-rand --cgroup 2 || status=$?
agent_log
printf '     stress-ng ended with %s\n' "$status" # 2: a stressor failed, which some do in a VM
assert_eq "$(sched_ext_state) $(sched_ext_ops)" 'enabled cgfifo' 'the scheduler'
assert_not_ejected
gold_has_75 afterwards
agent_stop
assert_not_ejected
