#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# A machine that could have more CPUs than ever come: the scheduler loads, the shares are what weights say, and
# tasks may be bound to any CPU that there is.
# vm: smp=8 append=maxcpus=4 icount=3 limit=200 long=yes
. "$VM_LIB"

CPUS=/sys/devices/system/cpu
assert_eq "$(cat $CPUS/online) $(cat $CPUS/possible)" '0-3 0-7' 'CPUs online, possible'
agent_start "$(config 'rules: [{match: {cgroup: /gold}, weight: 300}]')"
busy gold 4
busy lead 4
sleep 1
shares 10 gold lead
assert_within 3 "${SHARE[gold]}" 75 'gold'

# Of each CPU gold has 3 of 5 parts, lead 1, and the task that is bound to it 1.
for cpu in 0 1 2 3; do spawn "bound/$cpu" taskset -c $cpu "$SPIN" 1; done
sleep 1
shares 10 gold lead bound
assert_within 3 "${SHARE[gold]}" 60 'gold, beside tasks that are bound to each CPU'
assert_within 3 "${SHARE[bound]}" 20 'those'
shares 10 bound/0 bound/1 bound/2 bound/3
# Which CPU serves a cgroup is a walk that averages out over minutes (docs/MODEL.md, "Where all CPUs have").
for cpu in 0 1 2 3; do assert_within 30 "${SHARE[bound/$cpu]}" 25 "bound to CPU $cpu, of what the four use"; done
agent_stop
assert_not_ejected
