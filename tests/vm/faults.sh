#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# What can happen to an agent that runs: it is stopped as by a debugger, a second one is started, the
# clock is set, memory is short. Weights stay in force, what is measured stays right, and it comes back.
# vm: smp=2 icount=3 limit=600 long=yes
. "$VM_LIB"
. /cgfifo/tests/vm/units.sh

pid() { systemctl show -P MainPID cgfifo.service; }
in_force() { # in_force WHAT
	shares 5 gold lead
	assert_within 3 "${SHARE[gold]}" 75 "$1: gold's share"
}

install_units "${AGENT_UNITS[@]}"
drop_in cgfifo.service $'WatchdogSec=20\nMemoryMax=64M'
rules 'rules: [{match: {cgroup: /gold}, weight: 300}]'
systemctl start cgfifo.service || { agent_log; fail 'the service does not start'; }
busy gold 2
busy lead 2
seq=$(cat /sys/kernel/sched_ext/enable_seq)
first=$(pid)
sleep 1

echo 'a second one'
status=0
"$CGFIFO" run --config /etc/cgfifo/cgfifo.yaml >"$LOGS/second" 2>&1 || status=$?
assert_eq "$status" 1 'its exit status'
grep -q 'Another agent runs and serves status at /run/cgfifo/agent/status.sock' "$LOGS/second" || fail "it says: $(cat "$LOGS/second")"
assert_eq "$(pid)" "$first" 'the first one'
in_force 'two agents'

echo 'the clock is set, while somebody measures'
"$CGFIFO" status --json --interval 4s >"$LOGS/status" &
reader=$!
sleep 1
date --set '+2 days' >/dev/null
sleep 1
date --set '-3 days' >/dev/null
wait "$reader"
date --set '+1 day' >/dev/null
got=$(jq '[.cgroups[] | select(.path == "/gold" or .path == "/lead")] | (map(select(.path == "/gold").got_pct) | add) / (map(.got_pct) | add)' "$LOGS/status")
assert_within 3 "$got" 0.75 "gold's part of what was measured"

echo 'it is stopped, and the watchdog ends it'
kill -STOP "$first"
in_force 'stopped'
restarted() { [[ $(pid) != "$first" && $(systemctl is-active cgfifo.service) == active ]]; }
assert_soon 90 restarted
assert_eq "$(cat /sys/kernel/sched_ext/enable_seq)" "$seq" 'loads of a scheduler'
in_force 'started again'

systemctl stop cgfifo.service cgfifo-config.socket cgfifo-load.socket
remove_units
assert_not_ejected
