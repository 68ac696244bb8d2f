#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# A container that is bound to one CPU wants more than that gives, and is behind its share for good. Who comes later, when
# it has been so for a while, shares the other CPUs with who has had them, and does not have them first.
# vm: kernels=7.3,6.12 smp=4 icount=3 limit=240 long=6.12
. "$VM_LIB"

agent_start "$(config 'rules: [{match: {cgroup: /bound}, weight: 100}]')"
spawn bound taskset -c 0 "$SPIN" 2
busy before 4
sleep 30
busy late 4
shares 8 bound before late
assert_within 3 "${SHARE[bound]}" 25 'bound, one of four CPUs'
assert_within 3 "${SHARE[before]}" 37.5 'before, half of the others'
assert_within 3 "${SHARE[late]}" 37.5 'late, the other half'
agent_stop
assert_not_ejected
