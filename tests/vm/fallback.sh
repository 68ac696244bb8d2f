#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Without the scheduler weights go into cpu.weight, each through its owner, also of cgroups made
# later; a killed agent's successor knows what to undo; the end restores all but what somebody else
# has changed.
# vm: kernels=7.3,6.12,7.2 smp=2 icount=3 limit=240 long=6.12
. "$VM_LIB"

file=$(config '
rules:
  - {match: {unit: fall.service}, weight: 300}
  - {match: {cgroup: /plain-*}, weight: 400}
')
weight() { cat "$CGROUPS/$1/cpu.weight" 2>/dev/null || echo none; }
weight_is() { [[ $(weight "$1") == "$2" ]]; }
unit_weight() { systemctl show -P CPUWeight "$1"; }
unit_weight_is() { [[ $(unit_weight "$1") == "$2" ]]; }

# systemd turns the cpu controller off with the last unit that needs it, also below plain-a.
systemd-run --quiet --unit=anchor.service --property=CPUWeight=100 sleep infinity

cgroup plain-a
echo 55 >"$CGROUPS/plain-a/cpu.weight"
agent_start "$file" --scheduler none
assert_eq "$(sched_ext_state)" disabled 'the scheduler'
assert_eq "$(weight plain-a)" 400 'a plain cgroup'

cgroup plain-b
systemd-run --quiet --unit=fall.service sleep infinity
assert_soon 5 weight_is plain-b 400
assert_soon 5 weight_is system.slice/fall.service 300
assert_eq "$(unit_weight fall.service)" 300 'a unit, by systemd'
systemctl daemon-reload
sleep 1
assert_eq "$(weight system.slice/fall.service)" 300 'after a daemon-reload'
systemctl stop fall.service
systemd-run --quiet --unit=fall.service sleep infinity
assert_soon 5 weight_is system.slice/fall.service 300

agent_kill
sleep 1
assert_eq "$(weight plain-a)" 400 'killed: the weight'
agent_start "$file" --scheduler none
echo 77 >"$CGROUPS/plain-b/cpu.weight"
agent_stop
assert_eq "$(weight plain-a)" 55 'stopped: what was there before the agent that was killed'
assert_eq "$(weight plain-b)" 77 'stopped: what somebody else wrote'
assert_soon 5 unit_weight_is fall.service '[not set]'
agent_log | grep -q '/plain-b: cpu.weight was changed by somebody else' || fail 'that was not said'
[[ ! -e /run/cgfifo/agent/undo ]] || fail 'the file of what is to be undone is still there'

# Told to do without, it also ends a scheduler that outlived its agent.
agent_start "$file"
agent_kill
sleep 1
assert_eq "$(sched_ext_state)" enabled 'killed: the scheduler'
agent_start "$file" --scheduler none
assert_eq "$(sched_ext_state)" disabled 'told to do without'
agent_stop
assert_eq "$(weight plain-a)" 55 'and the weight'
systemctl stop fall.service anchor.service
