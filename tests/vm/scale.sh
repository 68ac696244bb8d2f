#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# 5 000 cgroups that exist: their weights are in force within a second, a new one's within 20 ms; the
# agent is small, and sleeps while nothing changes.
# vm: kernels=7.3 smp=2 icount=2 limit=600 long=yes
. "$VM_LIB"
SCALE=/cgfifo/build/tests/vm/scale
N=5000

# of_agent NAME: from its /proc/PID/status.
of_agent() { awk -v name="$1:" '$1 == name { print $2 }' "/proc/$(systemctl show -P MainPID cgfifo.service)/status"; }
# below GOT LIMIT WHAT
below() {
	(($1 < $2)) || fail "$3: got $1, the limit is $2"
	printf 'ok   %s: %s (below %s)\n' "$3" "$1" "$2"
}
sleeps() { printf '%s voluntary and %s other switches' "$(of_agent voluntary_ctxt_switches)" "$(of_agent nonvoluntary_ctxt_switches)"; }

cgroup many/x
echo -cpuset -pids >"$CGROUPS/many/cgroup.subtree_control"
"$SCALE" make "$CGROUPS/many" "$N"
agent_start "$(config 'rules: [{match: {cgroup: /many/many-*}, weight: 200}, {match: {cgroup: /many/new-*}, weight: 300}]')"
"$SCALE" await "$N" 200 >/dev/null || fail 'ready, and not all weights are in force'
began=$(journalctl -u cgfifo.service -o json --no-pager |
	jq -r 'select(.MESSAGE == "The scheduler is in force").__MONOTONIC_TIMESTAMP')
ready=$(systemctl show -P ActiveEnterTimestampMonotonic cgfifo.service)
below "$(((ready - began) / 1000))" 1000 "ms from the scheduler in force to $N weights"

read -r median p99 longest <<<"$("$SCALE" latency "$CGROUPS/many" 1000 300)"
printf '     from mkdir to the weight in force: median %s, longest %s us\n' "$median" "$longest"
below "$p99" 20000 'us from mkdir to the weight in force, p99'
below "$(of_agent VmHWM)" 32768 'KiB that the agent had in memory at most'

sleep 5
before=$(sleeps)
sleep 60
assert_eq "$(sleeps)" "$before" 'wake-ups in 60 s without a change'

"$SCALE" remove "$CGROUPS/many" "$N"
agent_stop
assert_not_ejected
