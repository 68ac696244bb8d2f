#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Thousands of cgroups made and removed with tasks that are born, move and end in them, beside busy
# containers: the scheduler is not ejected, and no slot is lost.
# vm: smp=2 icount=3 limit=500
. "$VM_LIB"
ROUNDS=${ROUNDS:-40} # of 100 cgroups
CHURN=/cgfifo/build/tests/vm/churn
NAP=/cgfifo/build/tests/vm/nap
SCALE=/cgfifo/build/tests/vm/scale

agent_start "$(config '
rules:
  - {match: {cgroup: /still-a}, weight: 300}
')"
# They sleep most of the time: where each CPU is a thread, one that never rests takes a host CPU from the others.
for name in a b; do spawn "still-$name" "$NAP" 1 1000 15000; done
churners=$(nproc)
for ((i = 1; i <= churners; i++)); do cgroup "churn-$i/x"; done
shown() { "$CGFIFO" status --all --json | jq '.cgroups | length'; }
before=$(shown) slots=$("$SCALE" slots)

jobs=()
for ((i = 1; i <= churners; i++)); do
	"$CHURN" "$CGROUPS/churn-$i" $((ROUNDS / churners)) 100 &
	jobs+=($!)
done
for job in "${jobs[@]}"; do wait "$job" || fail 'churn failed, see above'; done
printf 'ok   %d cgroups came and went\n' $((ROUNDS / churners * churners * 100))
assert_eq "$(sched_ext_state)" enabled 'the scheduler'
# The kernel lets go of a cgroup a while after it was removed, also of those from before. No answer of the agent
# has slots of which the cgroup is gone.
slots_again() { (($("$SCALE" slots) <= slots)); }
assert_soon 60 slots_again
printf 'ok   no more slots are taken than the %s before\n' "$slots"
sleep 2
assert_eq "$(shown)" "$before" 'cgroups that status shows, before and after'

agent_stop
assert_not_ejected
