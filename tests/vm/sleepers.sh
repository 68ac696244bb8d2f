#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# A container whose tasks sleep all the time, yet always has some that want to run, beside one that is
# busy: what the kernel does between two tasks belongs to the one that went to sleep, and costs it.
# vm: smp=4 icount=3 limit=180 long=6.12
. "$VM_LIB"
NAP=/cgfifo/build/tests/vm/nap

agent_start "$(config 'rules: [{match: {cgroup: /busy}, weight: 300}]')"
busy busy 4
for _ in {1..24}; do spawn sleepers "$NAP" 1 300 100; done
sleep 2
shares 10 busy sleepers
assert_within 1 "${SHARE[busy]}" 75 'a busy one, weight 300 of 400'
assert_within 2 "${SHARE[sleepers]}" 25 'one of which 24 tasks run for 0.3 ms at a time'
agent_stop
assert_not_ejected
