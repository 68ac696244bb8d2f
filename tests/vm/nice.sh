#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# In a container whose policy is fair, each thread gets what its nice level is worth, alone and beside
# another container, on all CPUs or bound to one.
# vm: smp=2 icount=3 limit=400 long=yes
. "$VM_LIB"
. /cgfifo/tests/vm/tasks.sh

agent_start "$(config 'rules: [{match: {cgroup: /mixed}, policy: fair}]')"
mixed
sleep 2
parts 10 "${MIXED[@]}"
assert_by_nice 'alone'

busy other 2
sleep 2
parts_beside mixed other 20 "${MIXED[@]}"
assert_by_nice 'beside another container'
assert_within 3 "$USED" "$OTHER_USED" 'the two containers'
calm mixed other

# Threads of one container that may not run on the same CPUs.
task p0 mixed taskset -c 0 "$SPIN" 1
task p5 mixed taskset -c 0 nice -n 5 "$SPIN" 1
task q0 mixed taskset -c 1 nice -n 19 "$SPIN" 1
task q5 mixed taskset -c 1 nice -n 19 "$SPIN" 1
sleep 1
parts 10 p0 p5
assert_within 3 "${PART[p0]}" 75.35 'nice 0, bound to one CPU'
parts 5 q0 q5
assert_within 4 "${PART[q0]}" 50 'nice 19, bound to the other'
calm mixed

agent_stop
assert_not_ejected
