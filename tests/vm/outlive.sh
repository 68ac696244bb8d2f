#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Agent stopped: the kernel's scheduler is back at once. Agent killed: scheduler and weights stay,
# and the next agent takes over without a gap.
# vm: kernels=7.3,6.12,7.2 smp=4 icount=3 limit=300 long=7.2
. "$VM_LIB"

file=$(config '
rules:
  - {match: {cgroup: /life-a}, weight: 300}
')

agent_start "$file"
busy life-a 4
busy life-b 4
agent_stop
assert_soon 1 sched_ext_is disabled
printf 'ok   stopped: kernel scheduler back within 1 s\n'
[[ ! -e /sys/fs/bpf/cgfifo ]] || fail 'pins left in /sys/fs/bpf/cgfifo'

calm life-a life-b
agent_start "$file"
busy life-a 4
busy life-b 4
seq=$(cat /sys/kernel/sched_ext/enable_seq)
agent_kill
sleep 1
systemctl is-active --quiet cgfifo.service && fail 'the agent survived SIGKILL'
assert_eq "$(sched_ext_state) $(sched_ext_ops)" 'enabled cgfifo' 'killed: the scheduler'
shares 10 life-a life-b
assert_within 3 "${SHARE[life-a]}" 75 'killed: the weights'

agent_start "$file"
assert_eq "$(cat /sys/kernel/sched_ext/enable_seq)" "$seq" 'next agent: loads of a scheduler'
"$CGFIFO" status >"$LOGS/status"
sed 's/^/     /' "$LOGS/status"
grep -q life-a "$LOGS/status" || fail 'status does not show life-a'
shares 10 life-a life-b
assert_within 3 "${SHARE[life-a]}" 75 'next agent: the weights'
agent_stop
assert_soon 1 sched_ext_is disabled
assert_not_ejected
