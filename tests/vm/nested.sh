#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Three levels deep: each cgroup gets its part of its parent's part, and a parent with many
# children gets no more than one with few.
# vm: kernels=7.3,6.12,7.2 smp=2 icount=3 limit=200
. "$VM_LIB"

agent_start "$(config '
rules:
  - {match: {cgroup: /top-a}, weight: 300}
  - {match: {cgroup: /top-a/mid-x}, weight: 200}
  - {match: {cgroup: /top-a/mid-x/leaf-1}, weight: 300}
')"

# top-a 3/4: mid-x 2/3 of it (leaf-1 3/4, leaf-2 1/4), mid-y 1/3. top-b 1/4: ten leaves.
busy top-a/mid-x/leaf-1 4
busy top-a/mid-x/leaf-2 4
busy top-a/mid-y/leaf-3 4
many=()
for i in {1..10}; do
	many+=("top-b/leaf-$i")
	busy "top-b/leaf-$i" 1
done
sleep 2
shares 20 top-a/mid-x/leaf-1 top-a/mid-x/leaf-2 top-a/mid-y/leaf-3 "${many[@]}"

assert_within 3 "${SHARE[top-a/mid-x/leaf-1]}" 37.5 'leaf-1: 3/4 of 2/3 of 3/4'
assert_within 3 "${SHARE[top-a/mid-x/leaf-2]}" 12.5 'leaf-2: 1/4 of 2/3 of 3/4'
assert_within 3 "${SHARE[top-a/mid-y/leaf-3]}" 25 'leaf-3: 1/3 of 3/4'
sum=0
for leaf in "${many[@]}"; do sum=$(awk -v a="$sum" -v b="${SHARE[$leaf]}" 'BEGIN { print a + b }'); done
assert_within 3 "$sum" 25 'top-b: 1/4, however many children'

agent_stop
assert_not_ejected
