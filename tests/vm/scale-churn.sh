#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# 100 000 cgroups come and go under a rule: no place in the scheduler's tables is lost, and the agent
# has forgotten them.
# vm: kernels=7.3 smp=2 icount=no limit=3000 long=yes
. "$VM_LIB"
SCALE=/cgfifo/build/tests/vm/scale

# places: cgroups in the table of slots, and entries of the map that finds them.
places() { printf '%s and %s' "$("$SCALE" slots)" "$(bpftool -j map dump name cgroups | jq length)"; }
memory() { awk '$1 == "VmRSS:" { print $2 }' "/proc/$(systemctl show -P MainPID cgfifo.service)/status"; }

cgroup many/x
echo -cpuset -pids >"$CGROUPS/many/cgroup.subtree_control"
agent_start "$(config 'rules: [{match: {cgroup: /many/churn-*}, weight: 300}]')"
"$SCALE" churn "$CGROUPS/many" 1 1000
sleep 5
before=$(places) memory=$(memory)
"$SCALE" churn "$CGROUPS/many" 99 1000
same() { [[ $(places) == "$before" ]]; }
assert_soon 60 same
assert_eq "$(places)" "$before" 'places, before and after'
after=$(memory)
((after <= memory + 1024)) || fail "the agent has $after KiB in memory, and had $memory"
printf 'ok   the agent has %s KiB in memory, and had %s\n' "$after" "$memory"
assert_eq "$(sched_ext_state)" enabled 'the scheduler'
agent_stop
assert_not_ejected
