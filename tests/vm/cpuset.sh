#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Containers confined to some of the CPUs get their weighted share of those, and one that may use
# all CPUs gets its share of the machine beside them.
# vm: kernels=7.3,6.12,7.2 smp=4 icount=3 limit=300 long=7.2
. "$VM_LIB"

agent_start "$(config '
rules:
  - {match: {cgroup: /set-a}, weight: 300}
  - {match: {cgroup: /set-b}, weight: 100}
  - {match: {cgroup: /free}, weight: 400}
')"

confine() {
	cgroup "$1"
	echo "$2" >"$CGROUPS/$1/cpuset.cpus"
	busy "$1" "$3"
}

# Half of the machine for two confined to half of its CPUs: 3/4 and 1/4 of that.
confine set-a 0-1 2
confine set-b 0-1 2
busy free 4
sleep 2
shares 20 set-a set-b free
assert_within 3 "${SHARE[set-a]}" 37.5 'set-a: CPUs 0-1, weight 300 of 800'
assert_within 3 "${SHARE[set-b]}" 12.5 'set-b: CPUs 0-1, weight 100 of 800'
assert_within 3 "${SHARE[free]}" 50 'free: weight 400 of 800'

# All on one CPU: by their weights alone, far as they are from the machine's average. The two
# deserve half of the machine and can have a quarter.
echo 0 >"$CGROUPS/set-a/cpuset.cpus"
echo 0 >"$CGROUPS/set-b/cpuset.cpus"
sleep 2
shares 20 set-a set-b free
assert_within 3 "${SHARE[set-a]}" 18.75 'set-a: CPU 0, 3/4 of it'
assert_within 4 "${SHARE[set-b]}" 6.25 'set-b: CPU 0, 1/4 of it'
assert_within 3 "${SHARE[free]}" 75 'free: the other three CPUs'

# A task bound by taskset inside a container that is not confined counts as well.
calm free
spawn pinned taskset -c 0 "$SPIN" 1
echo 200 >"$CGROUPS/pinned/cpu.weight"
sleep 2
shares 20 set-a set-b pinned
assert_within 3 "${SHARE[set-a]}" 50 'set-a: 300 of 600 on CPU 0'
assert_within 3 "${SHARE[set-b]}" 16.67 'set-b: 100 of 600 on CPU 0'
assert_within 3 "${SHARE[pinned]}" 33.33 'pinned: 200 of 600 on CPU 0'

agent_stop
assert_not_ejected
