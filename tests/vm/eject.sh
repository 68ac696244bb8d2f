#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Thrown out by the kernel: the reason is logged at once, the fall back steps in, the scheduler comes
# back after a pause; after three times in ten minutes it stays out until a reload.
# vm: kernels=7.3,6.12,7.2 smp=2 icount=3 limit=900 long=6.12,7.2
. "$VM_LIB"

file=$(config '
rules:
  - {match: {cgroup: /out-*}, weight: 300}
')
weight_is() { [[ $(cat "$CGROUPS/$1/cpu.weight") == "$2" ]]; }
logged() { agent_log | grep -qF "$1"; }
log_count() { agent_log | grep -cF "$1" || true; }
scheduler_runs() { [[ $(sched_ext_state) == enabled && $(sched_ext_ops) == cgfifo ]]; }
eject() { echo S >/proc/sysrq-trigger; }

cgroup out-a
agent_start "$file"
assert_eq "$(cat "$CGROUPS/out-a/cpu.weight")" 100 'with the scheduler: cpu.weight'

eject
assert_soon 1 logged 'The kernel unloaded the scheduler: disabled by sysrq-S'
assert_soon 1 weight_is out-a 300
printf 'ok   ejected: logged, and cpu.weight is 300\n'
assert_soon 120 scheduler_runs
assert_soon 5 weight_is out-a 100
printf 'ok   back, and cpu.weight is 100 again\n'

eject
assert_soon 2 weight_is out-a 300
assert_soon 120 scheduler_runs
assert_soon 5 weight_is out-a 100
eject
assert_soon 2 logged 'is not started again'
sleep 10
assert_eq "$(sched_ext_state)" disabled 'after the third time'
assert_eq "$(cat "$CGROUPS/out-a/cpu.weight")" 300 'cpu.weight'
"$CGFIFO" status --json | grep -q '"state": "fallback".*"ejected": 3' || fail 'status does not say so'

systemctl kill --signal=HUP --kill-whom=main cgfifo.service
assert_soon 120 scheduler_runs
assert_soon 5 weight_is out-a 100
printf 'ok   a reload brings it back\n'
assert_eq "$(log_count 'The kernel unloaded the scheduler')" 3 'times that it was said'
agent_stop
assert_soon 1 sched_ext_is disabled
