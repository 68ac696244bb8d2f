#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Containers that are bound to one CPU want more than that gives, and are behind their share for good. Who comes later,
# when they have been so for a while, shares the other CPUs with who has had them, and does not have them first. And one of
# them that is given another weight has its part of that CPU by it, and is not the last one there.
# vm: kernels=7.3,6.12 smp=4 icount=3 limit=240 long=6.12
. "$VM_LIB"

agent_start "$(config '')"
spawn bound-a taskset -c 0 "$SPIN" 2
spawn bound-b taskset -c 0 "$SPIN" 2
busy before 4
sleep 30
busy late 4
shares 8 bound-a bound-b before late
assert_within 3 "${SHARE[bound-a]}" 12.5 'bound-a, half of one CPU'
assert_within 3 "${SHARE[bound-b]}" 12.5 'bound-b, the other half'
assert_within 3 "${SHARE[before]}" 37.5 'before, half of the other CPUs'
assert_within 3 "${SHARE[late]}" 37.5 'late, the other half'

for weight in 300 50; do
	echo "$weight" >"$CGROUPS/bound-a/cpu.weight"
	shares 8 bound-a bound-b before late
	want=$(awk -v w="$weight" 'BEGIN { printf "%.2f", 25 * w / (w + 100) }')
	assert_within 3 "${SHARE[bound-a]}" "$want" "bound-a, with weight $weight beside 100"
	assert_within 3 "${SHARE[before]}" 37.5 'before, still'
done
agent_stop
assert_not_ejected
