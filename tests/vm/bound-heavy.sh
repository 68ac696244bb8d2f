#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Heavy containers that are bound to one CPU want more than it gives, and are behind their share for good. Those beside
# them that may run anywhere have the other CPU, in equal parts: none gets more or less for whom it stands beside.
# vm: kernels=7.3,6.12 smp=2 icount=3 limit=180 long=6.12
. "$VM_LIB"
FREE=12

echo +cpu >"$CGROUPS/cgroup.subtree_control"
agent_start "$(config 'rules: [{match: {cgroup: "/heavy-*"}, weight: 1000}]')"
names=()
for ((i = 0; i < 3; i++)); do
	spawn "heavy-$i" taskset -c 0 "$SPIN" 1
	names+=("heavy-$i")
done
for ((i = 0; i < FREE; i++)); do
	busy "free-$i" 1
	names+=("free-$i")
done
sleep 2
shares 20 "${names[@]}"
for ((i = 0; i < 3; i++)); do
	assert_within 3 "${SHARE[heavy-$i]}" 16.67 "heavy-$i, a third of a CPU"
done
for ((i = 0; i < FREE; i++)); do
	assert_within 5 "${SHARE[free-$i]}" 4.17 "free-$i, a twelfth of the other CPU"
done
agent_stop
assert_not_ejected
