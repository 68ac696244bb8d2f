#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# A cgroup whose last waiting task is moved away before it ran does not count any more: its weight
# takes nothing from its sibling.
# vm: smp=1 icount=3 limit=180 long=yes
. "$VM_LIB"

agent_start "$(config '')"
cgroup parent
cgroup elsewhere
mkdir "$CGROUPS/parent/left"
echo +cpu >"$CGROUPS/parent/cgroup.subtree_control"
echo 10000 >"$CGROUPS/parent/left/cpu.weight"
busy parent/stays 1
busy other 1

# With one CPU nothing runs between the two writes but this shell, mostly.
in_cgroup elsewhere "$SPIN" 1 &
spinner=$!
disown
sleep 1
for _ in $(seq 20); do
	echo "$spinner" >"$CGROUPS/parent/left/cgroup.procs"
	echo "$spinner" >"$CGROUPS/elsewhere/cgroup.procs"
done
kill -9 "$spinner"
sleep 2
shares 10 parent/stays other
assert_within 3 "${SHARE[parent/stays]}" 50 'the sibling of the cgroup that lost its task'
