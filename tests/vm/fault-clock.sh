#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The clock is set a year on and a day back: rates stay rates, a weight set for a while ends when that
# while is over, and the watchdog bites nobody.
# vm: smp=2 icount=no limit=400 long=yes
. "$VM_LIB"

file=$(config 'rules: [{match: {cgroup: /tick-a}, weight: 300}]')
agent_start "$file"
busy tick-a 2
busy tick-b 2
"$CGFIFO" set /tick-b 900 --for 60s >/dev/null
began=$(now_ms)
date -s '+1 year' >/dev/null
sane() {
	"$CGFIFO" status --all --json >"$LOGS/status"
	python3 - "$LOGS/status" <<-'CHECK'
	import json, sys
	for c in json.load(open(sys.argv[1]))["cgroups"]:
	    for key, value in c.items():
	        if isinstance(value, (int, float)) and key.endswith(("_pct", "percent", "got", "entitled")):
	            assert 0 <= value <= 110, (c["path"], key, value)
	CHECK
}
sane || fail 'a year on: a rate is none'
date -s '-366 days' >/dev/null
sane || fail 'a day back: a rate is none'
set_holds() { "$CGFIFO" status --all --json | grep '"path": "/tick-b".*"weight": 900\b' >/dev/null; }
if (($(now_ms) - began < 50000)); then
	set_holds || fail 'the weight that was set ended with the clock'
	printf 'ok   it holds over both steps\n'
fi
set_over() { ! set_holds; }
assert_soon 90 set_over
(($(now_ms) - began >= 58000)) || fail "it ended after $(($(now_ms) - began)) ms of 60 s"
printf 'ok   and ends after its time\n'
systemctl is-active --quiet cgfifo.service || fail 'the agent is gone'
agent_stop
assert_not_ejected
