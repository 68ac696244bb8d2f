#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Two containers, then five, each with as many busy threads as CPUs: everybody gets the share of
# its weight, whether the weight stands in the configuration or in the cgroup's own cpu.weight,
# and whatever the slices are.
# vm: kernels=7.3,6.12,7.2 smp=4 icount=3 limit=300 long=7.2
. "$VM_LIB"

agent_start "$(config '
rules:
  - {match: {cgroup: /two-a}, weight: 300}
  - {match: {cgroup: /two-b}, weight: 100}
  - {match: {cgroup: /five-a}, weight: 800}
  - {match: {cgroup: /five-b}, weight: 400}
  - {match: {cgroup: /five-c}, weight: 200}
  - {match: {cgroup: /long-a}, weight: 800, slice: 2ms}
  - {match: {cgroup: /long-b}, weight: 400}
  - {match: {cgroup: /long-c}, weight: 100, slice: 10ms}
')"
assert_eq "$(sched_ext_ops)" cgfifo 'scheduler in charge'

busy two-a 4
busy two-b 4
sleep 2
shares 10 two-a two-b
assert_within 3 "${SHARE[two-a]}" 75 'two-a, weight 300 of 400'
assert_within 3 "${SHARE[two-b]}" 25 'two-b, weight 100 of 400'
calm two-a two-b

for name in a b c d e; do busy "five-$name" 4; done
echo 400 >"$CGROUPS/five-e/cpu.weight"
sleep 2
shares 20 five-a five-b five-c five-d five-e
assert_within 3 "${SHARE[five-a]}" 42.11 'five-a, weight 800 of 1900'
assert_within 3 "${SHARE[five-b]}" 21.05 'five-b, weight 400 of 1900'
assert_within 3 "${SHARE[five-c]}" 10.53 'five-c, weight 200 of 1900'
assert_within 4 "${SHARE[five-d]}" 5.26 'five-d, no rule: its cpu.weight, 100 of 1900'
assert_within 3 "${SHARE[five-e]}" 21.05 'five-e, no rule: its cpu.weight, 400 of 1900'
calm five-a five-b five-c five-d five-e

for name in a b c; do busy "long-$name" 4; done
sleep 2
shares 20 long-a long-b long-c
assert_within 1 "${SHARE[long-a]}" 61.54 'long-a, weight 800 of 1300, slices of 2 ms'
assert_within 1 "${SHARE[long-b]}" 30.77 'long-b, weight 400 of 1300, slices of 3 ms'
assert_within 1 "${SHARE[long-c]}" 7.69 'long-c, weight 100 of 1300, slices of 10 ms'
calm long-a long-b long-c

agent_stop
assert_not_ejected
