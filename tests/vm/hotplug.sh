#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# CPUs come and go under load, one of them for the first time since the scheduler was loaded: the
# scheduler stays, so do the shares, and no CPU came back deaf: the agent can close its inotify
# descriptor, for which the kernel waits for work that each CPU queues for itself.
# vm: kernels=7.3,6.12,7.2 smp=4 icount=3 limit=400 long=7.2
. "$VM_LIB"

CPUS=/sys/devices/system/cpu
echo 0 >"$CPUS/cpu3/online"
agent_start "$(config '
rules:
  - {match: {cgroup: /plug-a}, weight: 300}
')"
assert_eq "$(cat $CPUS/online) $(cat $CPUS/possible)" '0-2 0-3' 'CPUs online, possible'
busy plug-a 4
busy plug-b 4
spawn plug-c taskset -c 2 "$SPIN" 1
is_used() { (($(usage_us "$1") > 100000)); }
assert_soon 20 is_used plug-c

for round in 1 2 3; do
	for cpu in 1 2 3; do echo 0 >"$CPUS/cpu$cpu/online"; done
	sleep 0.5
	assert_eq "$(cat $CPUS/online) $(sched_ext_state)" '0 enabled' "round $round, CPUs away"
	for cpu in 1 2 3; do echo 1 >"$CPUS/cpu$cpu/online"; done
	sleep 0.5
done
before=$(usage_us plug-c)
sleep 2
(($(usage_us plug-c) > before)) || fail 'the task whose CPU went away runs no more'
calm plug-c
used() { echo $(($(usage_us plug-a) + $(usage_us plug-b))); }
before=$(used) began=$(now_ms)
shares 10 plug-a plug-b
assert_within 10 "$(awk -v u=$(($(used) - before)) -v ms=$(($(now_ms) - began)) 'BEGIN { printf "%.2f", u / ms / 1000 }')" \
	4 'CPUs that they use, one more than at first'
assert_within 3 "${SHARE[plug-a]}" 75 'shares after three rounds'

agent_stop
assert_not_ejected
