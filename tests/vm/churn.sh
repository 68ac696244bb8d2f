#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# 10 000 cgroups made and removed with tasks that are born, move and end in them, beside busy
# containers: the scheduler is not ejected, and no slot is lost.
# vm: smp=4 icount=no limit=900
. "$VM_LIB"
CHURN=/cgfifo/build/tests/vm/churn
NAP=/cgfifo/build/tests/vm/nap

agent_start "$(config '
rules:
  - {match: {cgroup: /still-a}, weight: 300}
')"
# They sleep three quarters of the time: a vCPU that never rests would take a host CPU from the others.
for name in a b; do spawn "still-$name" "$NAP" 1 4000 12000; done
cgroup churn-1/x churn-2/x churn-3/x churn-4/x
slots() { "$CGFIFO" status --all --json | grep -c '"cgroup"'; }
before=$(slots)

jobs=()
for i in 1 2 3 4; do
	"$CHURN" "$CGROUPS/churn-$i" 25 100 &
	jobs+=($!)
done
for job in "${jobs[@]}"; do wait "$job" || fail 'churn failed, see above'; done
printf 'ok   10000 cgroups came and went\n'
assert_eq "$(sched_ext_state)" enabled 'the scheduler'
sleep 2
assert_eq "$(slots)" "$before" 'cgroups that status shows, before and after'

agent_stop
assert_not_ejected
