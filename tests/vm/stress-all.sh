#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# All stressors that stress-ng has for schedulers at once, real-time ones that take every CPU among them, beside those
# for affinity and cgroups, for two minutes: the scheduler is not ejected, and shares hold afterwards. Not on 6.12,
# which leaves nothing to others where real-time tasks take all.
# vm: smp=4 icount=3 mem=3072 limit=900 long=yes kernels=7.3
. "$VM_LIB"

agent_start "$(config 'rules: [{match: {cgroup: /gold}, weight: 300}]')"
cgroup stress
mkdir -p /tmp/stress
status=0
in_cgroup stress stress-ng --temp-path /tmp/stress --timeout 120 --metrics-brief --oomable --no-rand-seed \
	--class scheduler --all 1 --affinity 4 --affinity-rand --cgroup 2 >"$LOGS/stress" 2>&1 || status=$?
rm -rf /tmp/stress
grep -vE ' (dispatching|setting to)' "$LOGS/stress" | cut -c1-100 | sed 's/^/     /'
agent_log
printf '     stress-ng ended with %s\n' "$status" # 2: a stressor failed, which some do in a VM
assert_eq "$(sched_ext_state) $(sched_ext_ops)" 'enabled cgfifo' 'the scheduler'
assert_not_ejected
busy gold 4
busy lead 4
sleep 1
shares 10 gold lead
assert_within 3 "${SHARE[gold]}" 75 'gold, afterwards'
agent_stop
assert_not_ejected
