#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# More than 64 CPUs: who is bound to one of them is found by that one and by no other, and has its share there.
# A guest of 66 CPUs that counts instructions takes minutes to boot, so the clock is the host's, and the bounds
# are wide: it was 0 % when CPUs 1 and 65 were taken for the same.
# vm: kernels=7.3 smp=66 append=maxcpus=2 icount=no limit=300 long=yes
. "$VM_LIB"

for cpu in 64 65; do echo 1 >"/sys/devices/system/cpu/cpu$cpu/online"; done
assert_eq "$(cat /sys/devices/system/cpu/online) $(cat /sys/devices/system/cpu/possible)" '0-1,64-65 0-65' \
	'CPUs online, possible'
agent_start "$(config '
rules:
  - {match: {cgroup: /gold}, weight: 300}
  - {match: {cgroup: /lead}, weight: 100}
')"
busy gold 4
busy lead 4
sleep 1
shares 10 gold lead
assert_within 10 "${SHARE[gold]}" 75 'shares of two'

for cpu in 1 65; do spawn "bound-$cpu" taskset -c "$cpu" "$SPIN" 1; done
sleep 1
shares 10 gold lead bound-1 bound-65
for cpu in 1 65; do
	assert_within 20 "${SHARE[bound-$cpu]}" 16.67 "bound to CPU $cpu, a sixth"
done

agent_stop
assert_not_ejected
